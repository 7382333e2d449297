"""The queue before the mock cloud agrees with queueing theory where theory has an answer.

Each case is simulated once. Load and service time of a run of chance are themselves a little off
their means: theory is asked about those that the run had, which takes out most of the noise, and
that they are near the nominal ones is a test of its own.

How long the runs are: over 20 seeds the mean error was nil within its own error, so that beginning
empty does no harm (there is nothing to warm up), and the standard deviation of the mean wait, as a share
of it, was 3 to 9 divided by the root of the number of requests. At the lengths here 3 % are four
of them or more: one seed in a thousand would miss in one of the cases.
"""

import math
from dataclasses import dataclass
from functools import cache

import pytest
from queueing_theory import blocked, mean_wait_one_s, mean_wait_s, waiting_share

from bench.capacity.agenda import Agenda
from bench.capacity.crowd import Crowd
from bench.capacity.limits import Limits
from bench.capacity.load_balancer import LoadBalancer
from bench.capacity.population import Population
from bench.seeds import stream

SEED = 2
WITHIN = 0.03
FOR_EVER = math.inf


@dataclass(frozen=True)
class Queue:
    """A queue in Kendall's words: mean service time 1 s, `load` in erlangs."""

    workers: int
    load: float
    law: str = "exponential"
    room: float = math.inf
    requests: int = 50_000
    sigma: float = 1.0

    @property
    def name(self) -> str:
        letter = {"exponential": "M", "deterministic": "D", "lognormal": "G"}[self.law]
        room = "" if self.room == math.inf else f"/{self.workers + self.room:.0f}"
        return f"M/{letter}/{self.workers}{room} at {self.load / self.workers:g}"


@dataclass(frozen=True)
class Seen:
    """What a simulation showed; rates in 1/s."""

    arrivals_per_s: float
    service_s: float
    wait_s: float
    waited: float
    blocked: float
    busy: float

    @property
    def load(self) -> float:
        return self.arrivals_per_s * self.service_s


@cache
def simulate(queue: Queue) -> Seen:
    limits = Limits(
        workers=queue.workers, queue=queue.room, service_s=1.0, law=queue.law, sigma=queue.sigma,
        response_timeout_s=FOR_EVER, check_interval_s=FOR_EVER,
    )  # fmt: skip
    agenda = Agenda()
    balancer = LoadBalancer(limits, agenda, stream(SEED, queue.name, "service"))
    crowd = Crowd(arrivals_per_s=queue.load, patience_s=FOR_EVER, tries=1)
    Population(crowd, balancer, agenda, stream(SEED, queue.name, "arrivals")).start()
    agenda.run_until(queue.requests / queue.load)
    tally = balancer.tally
    return Seen(
        tally.offered / agenda.now_s, tally.worked_s / tally.good, tally.wait_s / tally.begun,
        tally.waited / tally.begun, tally.refused[503] / tally.offered,
        tally.worked_s / agenda.now_s / queue.workers,
    )  # fmt: skip


def near(value: float) -> object:
    return pytest.approx(value, rel=WITHIN)


WAITING = [
    Queue(1, 0.5, requests=400_000),
    Queue(2, 1.0, requests=670_000),
    Queue(4, 2.8, requests=1_350_000),
]
ONE_WORKER = [
    Queue(1, 0.6, "deterministic", requests=270_000),
    Queue(1, 0.5, "lognormal", sigma=0.5, requests=230_000),
]
LOSSY = [Queue(2, 2.0, room=0), Queue(5, 4.0, room=0), Queue(3, 2.7, room=4, requests=140_000)]
ALL = WAITING + ONE_WORKER + LOSSY


def each(queues: list[Queue]) -> pytest.MarkDecorator:
    """Ask about each queue; one process asks all about one queue (pytest-xdist, loadgroup)."""
    marked = [pytest.param(q, marks=pytest.mark.xdist_group(q.name)) for q in queues]
    return pytest.mark.parametrize("queue", marked, ids=lambda queue: queue.name)


@each(ALL)
def test_arrivals_and_service_times_are_those_that_were_asked_for(queue):
    shown = simulate(queue)
    assert shown.arrivals_per_s == near(queue.load)
    assert shown.service_s == near(1.0)


@each(WAITING)
def test_the_mean_wait_is_that_of_theory(queue):
    shown = simulate(queue)
    expected_s = mean_wait_s(shown.arrivals_per_s, shown.service_s, queue.workers)
    assert shown.wait_s == near(expected_s)


@each(WAITING)
def test_the_share_that_waits_is_erlang_c(queue):
    assert simulate(queue).waited == near(waiting_share(simulate(queue).load, queue.workers))


@each(WAITING + ONE_WORKER)
def test_utilisation_is_load_by_workers(queue):
    assert simulate(queue).busy == near(queue.load / queue.workers)


@each(ONE_WORKER)
def test_the_mean_wait_of_one_worker_is_pollaczek_and_khinchine_s(queue):
    shown = simulate(queue)
    variation = math.exp(queue.sigma**2) - 1 if queue.law == "lognormal" else 0.0
    assert shown.wait_s == near(mean_wait_one_s(shown.arrivals_per_s, shown.service_s, variation))


@each(LOSSY)
def test_the_share_that_is_turned_away_is_erlang_b_or_m_m_c_k(queue):
    expected = blocked(simulate(queue).load, queue.workers, int(queue.room))
    assert simulate(queue).blocked == near(expected)


def test_the_closed_forms_agree_with_tables():
    # Erlang's table: 12 erlangs on 20 lines lose 0.98 %; 8 erlangs on 10 agents make 40.9 % wait
    assert blocked(12.0, 20) == pytest.approx(0.0098, rel=0.01)
    assert waiting_share(8.0, 10) == pytest.approx(0.409, rel=0.01)


def test_an_m_d_1_queue_waits_half_as_long_as_m_m_1():
    assert mean_wait_one_s(0.8, 1.0, 0.0) == pytest.approx(mean_wait_s(0.8, 1.0, 1) / 2)
