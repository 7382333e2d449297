"""The projection: cohorts of cars in fixed steps, deterministic and vectorised.

The fluid model of a retry storm: Bronson et al., "Metastable Failures in Distributed Systems"
(HotOS '21); Huang et al., "Metastable Failures in the Wild" (OSDI '22).
"""

import math

import numpy as np

from bench.errors import ConfigError
from bench.fleet.recovery import Recovery
from bench.fleet.schedule import Schedule, make_schedule
from bench.fleet.server_queue import ServerQueue
from bench.fleet.situation import Situation
from bench.fleet.waits import MOST_TOKEN_STATES, Floats, Waits

MOST_STEPS = 200_000
MOST_PAIRS, MOST_CELLS = 1_000_000, 20_000_000  # 8 and 160 MB
MOST_WAITS = 4000  # half a second stays for waits of up to half an hour
COARSEST_S = 2.0  # as long as a common base: a coarser step would blur the first waits
ALL_BACK = 1 - 1e-7  # the rest of a fluid is less than one car in ten million


def step_of(situation: Situation) -> float:
    """Return how long a step is, in seconds.

    Half a second; one with a token bucket, which has many states; up to two where the time or the
    waits are so long that the cohorts would be too many.

    Raises:
        ConfigError: two seconds are too fine for them.
    """
    law, told_s = situation.law, situation.server.retry_after_s
    whole_s = situation.outage_s + situation.horizon_s
    finest_s = 1.0 if situation.bucket else 0.5
    told = min(told_s[1], whole_s) / finest_s if told_s and law.obeys_retry_after else 0.0
    cap = min(law.longest_s, whole_s) / finest_s
    if law.decorrelated and not law.drawn:
        # a state for each wait: and, when told to wait, each of them over all those waits
        coarser = math.sqrt(
            max(cap * cap / MOST_CELLS, cap * max(cap, told) * bool(told) / MOST_PAIRS)
        )
    else:
        tokens = MOST_TOKEN_STATES if situation.bucket else 1
        cells = law.levels * tokens * max(cap, told) / MOST_CELLS
        # long waits need no fine steps, only many of them; two seconds are enough
        coarser = max(cells, min(max(cap, told) / MOST_WAITS, COARSEST_S / finest_s))
    step_s = finest_s * max(1, math.ceil(whole_s / MOST_STEPS / finest_s), math.ceil(coarser))
    if step_s > COARSEST_S:
        raise ConfigError(
            f"waits of up to {max(cap, told) * finest_s:g} s: too many kinds of "
            "wait to project: shorten the cap or Retry-After"
        )
    return step_s


def project(situation: Situation, step_s: float | None = None) -> Recovery:
    """Return how a fleet recovers.

    Args:
        situation: fleet, law, server, outage.
        step_s: how long a step is; as `step_of` says, unless given.
    """
    step_s = step_s or step_of(situation)
    restored = max(1, round(situation.outage_s / step_s))
    steps = restored + max(1, round(situation.horizon_s / step_s))
    demand, connected, lost = np.zeros(steps), np.zeros(steps), _losses(situation, steps, step_s)
    failing = round(situation.fails_after_s / step_s)
    patience = round(situation.server.timeout_s / step_s)
    schedule = _schedule(situation, step_s, steps, max(failing, patience))
    tries = schedule.due(0)
    queue = ServerQueue(situation.server, steps, len(tries), step_s)
    told_down = situation.server.told_when_down
    underway: dict[int, Floats] = {}
    back = 0.0
    for now in range(steps):
        tries = schedule.due(now)
        demand[now] = tries.sum()
        if lost[now]:
            schedule.begin(now, lost[now])
        if now - failing in underway:
            schedule.fail(now, underway.pop(now - failing), told=told_down, spent=failing)
        if now < restored:
            if failing:
                underway[now] = tries
            else:
                schedule.fail(now, tries, told=told_down, spent=0)
            continue
        served = queue.step(now, tries)
        connected[now] = served.connected
        schedule.fail(now, served.rejected, told=True, spent=0)
        schedule.fail(now, served.timed_out, told=False, spent=patience)
        back += served.connected
        if back >= ALL_BACK * situation.cars:
            break
    return Recovery(situation, step_s, restored, demand / step_s, connected / step_s, lost)


def _schedule(situation: Situation, step_s: float, steps: int, longest_try: int) -> Schedule:
    """Return who tries when, with tries that last at most so many steps."""
    told_s = situation.server.retry_after_s
    waits = Waits(situation.law, situation.bucket, step_s, told_s, steps)
    return make_schedule(waits, longest_try)


def _losses(situation: Situation, steps: int, step_s: float) -> Floats:
    """Return how many cars lose their connection in each step."""
    spread = max(1, round(situation.drop_spread_s / step_s))
    lost = np.zeros(steps)
    lost[:spread] = situation.cars / spread
    return lost
