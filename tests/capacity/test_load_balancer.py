"""What a load balancer answers, and what its instances go through."""

import itertools
import math

import pytest

from bench.capacity.agenda import Agenda
from bench.capacity.crowd import Crowd
from bench.capacity.limits import Limits
from bench.capacity.load_balancer import LoadBalancer
from bench.capacity.population import Population
from bench.capacity.ticket import Ticket
from bench.seeds import stream

PLAIN = {"law": "deterministic", "service_s": 1.0, "check_interval_s": math.inf}


class Client:
    """Writes down when it was answered what."""

    def __init__(self, rig, patience_s=math.inf):
        self.rig, self.ticket = rig, Ticket(self, rig.agenda.now_s, 0, patience_s)
        self.status, self.at_s, self.retry_after_s, self.worked_s = None, None, None, None

    def answered(self, ticket, status, retry_after_s):
        self.status, self.at_s, self.retry_after_s = status, self.rig.agenda.now_s, retry_after_s

    def gave_up(self, ticket):
        self.status, self.at_s = "gave up", self.rig.agenda.now_s

    def worked(self, ticket):
        self.worked_s = self.rig.agenda.now_s


class Rig:
    """A load balancer of its own time."""

    def __init__(self, **limits):
        self.agenda = Agenda()
        self.balancer = LoadBalancer(Limits(**{**PLAIN, **limits}), self.agenda, stream(1, "rig"))

    def ask(self, count=1, patience_s=math.inf):
        clients = [Client(self, patience_s) for _ in range(count)]
        for client in clients:
            self.balancer.submit(client.ticket)
        return clients if count > 1 else clients[0]

    def until(self, now_s):
        self.agenda.run_until(now_s)


def test_requests_are_served_in_order_by_free_workers():
    rig = Rig(workers=2)
    clients = rig.ask(5)
    rig.until(10)
    assert [client.at_s for client in clients] == [1, 1, 2, 2, 3]
    assert {client.status for client in clients} == {200}


def test_a_full_queue_is_answered_503_at_once_with_retry_after():
    rig = Rig(workers=1, queue=1, retry_after_s=20, retry_after_spread_s=10)
    served, waits, refused = rig.ask(3)
    assert (refused.status, refused.at_s) == (503, 0)
    assert 20 <= refused.retry_after_s <= 30
    rig.until(10)
    assert (served.status, waits.status) == (200, 200)


def test_an_instance_that_is_too_slow_is_answered_504_and_does_the_work_all_the_same():
    rig = Rig(workers=1, response_timeout_s=0.4)
    client = rig.ask()
    rig.until(5)
    assert (client.status, client.at_s, client.worked_s) == (504, 0.4, 1)
    assert rig.balancer.tally.wasted == 1


def test_a_client_that_gives_up_still_costs_its_service_unless_the_server_looks():
    ends = {}
    for abandoned in ("served", "skipped"):
        rig = Rig(workers=1, abandoned=abandoned)
        rig.ask()
        rig.ask(3, patience_s=0.5)
        last = rig.ask()
        rig.until(20)
        ends[abandoned] = last.at_s
    assert ends == {"served": 5, "skipped": 2}


def test_a_request_that_waits_too_long_is_taken_out_of_the_queue():
    rig = Rig(workers=1, queue_timeout_s=0.5)
    first, second = rig.ask(2)
    rig.until(5)
    assert (first.status, second.status, second.at_s) == (200, 503, 0.5)
    assert second.worked_s is None


def test_a_restart_is_502_for_what_is_under_way_and_while_nobody_listens():
    rig = Rig(workers=1)
    under_way, waiting = rig.ask(2)
    rig.until(0.5)
    rig.balancer.stop("refuses")
    assert (under_way.status, waiting.status, rig.ask().status) == (502, 502, 502)
    rig.balancer.start()
    later = rig.ask()
    rig.until(5)
    assert (later.status, under_way.worked_s) == (200, None)


def test_a_host_that_is_gone_is_504_after_the_connect_time_out():
    rig = Rig(connect_timeout_s=3)
    rig.balancer.stop("silent")
    client = rig.ask()
    rig.until(10)
    assert (client.status, client.at_s) == (504, 3)


CHECKED = {
    "check_interval_s": 10.0,
    "check_timeout_s": 2.0,
    "unhealthy_after": 2,
    "healthy_after": 3,
}


def test_after_the_unhealthy_threshold_it_is_503_and_after_the_healthy_one_it_works_again():
    rig = Rig(**CHECKED)
    rig.balancer.stop("refuses")
    rig.until(15)
    assert rig.ask().status == 502  # one failure is not enough
    rig.until(21)
    assert rig.ask().status == 503  # no healthy instance
    rig.balancer.start()
    rig.until(45)
    assert rig.ask().status == 503  # it answers, and has not done so three times
    rig.until(51)
    client = rig.ask()
    rig.until(60)
    assert client.status == 200


def test_no_healthy_instance_may_mean_all_of_them():
    rig = Rig(**CHECKED, no_target="open")
    rig.balancer.stop("refuses")
    rig.until(31)
    assert rig.ask().status == 502


def test_an_overloaded_instance_fails_its_checks_and_is_given_nothing_more():
    rig = Rig(workers=1, queue=100, **CHECKED)
    rig.ask(50)  # a question waits behind fifty seconds of work
    rig.until(29)
    assert rig.ask().status == 503
    assert rig.balancer.waiting > 0


def test_one_instance_of_two_takes_the_load_of_a_lost_one():
    rig = Rig(targets=2, workers=1, **CHECKED)
    rig.balancer.stop("refuses", count=1)
    rig.until(31)
    clients = rig.ask(2)
    rig.until(35)
    assert [client.at_s for client in clients] == [32, 33]


def test_a_load_balancer_that_is_closed_asks_nobody_any_more():
    rig = Rig(**CHECKED)
    rig.balancer.close()
    rig.until(1000)
    assert not rig.agenda._due


def test_least_outstanding_goes_where_there_is_room():
    rig = Rig(targets=2, workers=1, balance="least_outstanding")
    rig.ask(2)
    assert [target.outstanding for target in rig.balancer.targets] == [1, 1]
    rig.balancer.targets[0].pool.waiting.extend(Ticket(Client(rig), 0) for _ in range(3))
    rig.ask()
    assert rig.balancer.targets[1].outstanding == 2


@pytest.mark.parametrize(("coalesce", "loads"), [(False, 5), (True, 1)])
def test_a_cold_cache_loads_a_thing_once_for_each_who_asks_unless_they_are_coalesced(
    coalesce, loads
):
    rig = Rig(workers=8, cache_keys=10, load_s=0.5, coalesce=coalesce)
    assert rig.balancer.cache.share_kept == 1.0
    rig.balancer.start(cold=True)
    assert rig.balancer.cache.share_kept == 0.0
    clients = rig.ask(5)
    rig.until(60)
    assert {client.status for client in clients} == {200}
    assert rig.balancer.cache.loads == loads
    assert rig.balancer.cache.share_kept == 0.1


# ── crowds ────────────────────────────────────────────────────────────────────────────────


def crowded(until_s, crowd, **limits):
    rig = Rig(**limits)
    population = Population(crowd, rig.balancer, rig.agenda, stream(1, "crowd"))
    population.start()
    rig.until(until_s)
    return rig.balancer.tally, population


def test_a_herd_comes_once_and_tries_until_everybody_is_served():
    herd = Crowd(clients=500, within_s=1.0, tries=0, patience_s=2.0, cap_s=30)
    tally, population = crowded(600, herd, workers=10, service_s=0.1, queue=50)
    assert (population.served, population.failed, tally.first) == (500, 0, 500)
    assert tally.offered > 700


def test_a_closed_crowd_obeys_the_law_of_interactive_systems():
    # clients = throughput × (response time + think time), Little's law around the whole loop
    tally, _ = crowded(
        2000, Crowd(clients=40, think_s=3.0, patience_s=math.inf, tries=1),
        workers=2, law="exponential", service_s=0.1, queue=math.inf, response_timeout_s=math.inf,
    )  # fmt: skip
    throughput_per_s = tally.good / 2000
    response_s = sum(tally.latencies_s) / len(tally.latencies_s)
    assert throughput_per_s * (response_s + 3.0) == pytest.approx(40, rel=0.02)


DOWN = {"workers": 1, "service_s": 1000.0, "queue": 0}  # everything but the first is answered 503


def test_tries_are_as_many_as_allowed_and_a_budget_limits_them():
    asks = {"clients": 100, "arrivals_per_s": 20.0, "tries": 4, "base_s": 0.5}
    plain, _ = crowded(300, Crowd(**asks), **DOWN)
    budgeted, _ = crowded(300, Crowd(**asks, retry_budget=0.1), **DOWN)
    assert plain.offered / plain.first == pytest.approx(4.0, rel=0.02)
    # a tenth, and the reserve of one for each of a hundred clients among 6000 requests
    assert budgeted.offered / budgeted.first == pytest.approx(1.1 + 100 / 6000, rel=0.02)


@pytest.mark.parametrize(("obeys", "tries"), [(False, 101), (True, 6)])
def test_retry_after_is_obeyed_or_not(obeys, tries):
    herd = Crowd(clients=1, within_s=0, tries=0, base_s=1, cap_s=2, factor=1, jitter="none",
                 obeys_retry_after=obeys)  # fmt: skip
    rig = Rig(**DOWN, retry_after_s=20)
    rig.ask()  # the only worker is busy
    population = Population(herd, rig.balancer, rig.agenda, stream(1, "crowd"))
    population.start()
    rig.until(100.5)
    assert rig.balancer.tally.offered - 1 == tries  # every second, or every twenty


BOUNDS_S = {
    "none": [(1, 1), (2, 2), (4, 4), (4, 4)],
    "equal": [(0.5, 1), (1, 2), (2, 4), (2, 4)],
    "full": [(0, 1), (0, 2), (0, 4), (0, 4)],
    "decorrelated": [(1, 4)] * 4,
    "0.25": [(0.75, 1), (1.5, 2), (3, 4), (3, 4)],
}


@pytest.mark.parametrize("jitter", BOUNDS_S)
def test_waits_lie_within_the_bounds_of_their_law(jitter):
    rig, came_s = Rig(**DOWN), []
    rig.ask()
    submit = rig.balancer.submit
    rig.balancer.submit = lambda ticket: (came_s.append(rig.agenda.now_s), submit(ticket))
    herd = Crowd(clients=1, within_s=0, tries=5, base_s=1, cap_s=4, jitter=jitter)
    population = Population(herd, rig.balancer, rig.agenda, stream(1, "crowd"))
    population.start()
    rig.until(60)
    waits_s = [later - earlier for earlier, later in itertools.pairwise(came_s)]
    for wait_s, (least, most) in zip(waits_s, BOUNDS_S[jitter], strict=True):
        assert least <= round(wait_s, 9) <= most
    assert population.failed == 1


def test_a_crowd_that_has_left_asks_for_nothing_more():
    rig = Rig(**DOWN)
    crowd = Crowd(arrivals_per_s=10.0, tries=4)
    population = Population(crowd, rig.balancer, rig.agenda, stream(1, "crowd"))
    population.start()
    rig.until(10)
    population.stop()
    asked = rig.balancer.tally.offered
    rig.until(100)
    assert rig.balancer.tally.offered == asked > 50
