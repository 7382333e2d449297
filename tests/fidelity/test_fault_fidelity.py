"""A fault means the same in simulated and in real time.

Each script runs in both worlds: on the loop that jumps, in memory, and on loopback sockets while
real time passes. What differs, and why, stands in docs/fidelity.md.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from can_scripts import CAN_SCRIPTS
from electrical_scripts import ELECTRICAL_SCRIPTS
from fidelity_observation import Observation
from fidelity_play import observe
from fidelity_script import Script
from fidelity_scripts import SCRIPTS
from fidelity_world import POLL_S, RETRY_S

from bench.faults.injector import faults

WORLDS = ("simulated", "real")
AT_ONCE = 6  # real worlds that run beside each other: they mostly wait
TRIES = 3
MOST_ALONE = 20  # a computer on which more are late is late alone, too
MOST_LATE_S = 0.04  # a real world whose timers fire later than this proves nothing
EARLY_S, LATE_S = 0.01, 0.15  # by how much a real step may be shorter or longer
SYN_S = 0.3
ONE_SHOT = "executing"
BEFORE = [
    "log in: 200 application/json",
    "status: 200 application/json",
    "before: 202 application/json",
    "before: result: succeeded",
]
AFTER = [
    "after: 202 application/json",
    "after: result: succeeded",
    "after: log in: 200 application/json",
    "after, on a new connection: 202 application/json",
    "after, on a new connection: result: succeeded",
    "after, over a new channel: 202 application/json",
    "after, over a new channel: result: succeeded",
]

Show = Callable[[str], Observation]


class Observations:
    """What every script showed in every world; each is run once."""

    def __init__(self, scripts: list[Script]) -> None:
        self._scripts = scripts
        self._real: dict[str, Observation | Exception] = {}
        self._simulated: dict[str, Observation] = {}

    def get(self, script: Script, world: str) -> Observation:
        """Return what a script showed in a world."""
        if world == "simulated":
            if script.name not in self._simulated:
                self._simulated[script.name] = observe(script, world)
            return self._simulated[script.name]
        if not self._real:
            with ThreadPoolExecutor(AT_ONCE) as pool:
                found = list(pool.map(in_real_time, self._scripts))
            # those beside it were what made it late: now each has the computer for itself
            late_ones = [i for i, shown in enumerate(found) if late(shown)]
            for i in late_ones[:MOST_ALONE]:
                found[i] = in_real_time(self._scripts[i], tries=1)
            self._real = {s.name: o for s, o in zip(self._scripts, found, strict=True)}
        shown = self._real[script.name]
        if isinstance(shown, Exception):
            raise shown
        return shown


def in_real_time(script: Script, tries: int = TRIES) -> Observation | Exception:
    """Run a script in the real world; what fails there fails this script alone."""
    try:
        return punctual(script, tries)
    except Exception as error:  # whatever it is, each of the script's tests raises it
        return error


def punctual(script: Script, tries: int) -> Observation:
    """Run a script in the real world, again if the computer was too busy to keep time."""
    for _ in range(tries):
        shown = observe(script, "real")
        if not late(shown):
            break
    return shown


def late(shown: Observation | Exception) -> bool:
    """Whether the computer was too busy for a real world to prove anything."""
    return isinstance(shown, Observation) and shown.lateness_s > MOST_LATE_S


@pytest.fixture(scope="module")
def observations(request: pytest.FixtureRequest) -> Observations:
    """All observations of the scripts that this run has selected."""
    items = (getattr(item, "callspec", None) for item in request.session.items)
    chosen = [spec.params["script"] for spec in items if spec and "script" in spec.params]
    return Observations([script for script in SCRIPTS if script in chosen])


@pytest.fixture(params=SCRIPTS, ids=lambda script: script.name, scope="module")
def script(request: pytest.FixtureRequest) -> Script:
    """Each script."""
    return request.param


@pytest.fixture
def show(script: Script, observations: Observations) -> Show:
    """Returns what the script shows in a world."""
    return lambda world: observations.get(script, world)


# ── the scripts ───────────────────────────────────────────────────────────────────────────


def test_every_fault_in_the_registry_has_a_script():
    # faults of the car's own buses and wires have theirs in files of their own
    scripts = (*SCRIPTS, *CAN_SCRIPTS, *ELECTRICAL_SCRIPTS)
    assert {script.fault for script in scripts} == set(faults().names())


def test_no_two_scripts_are_the_same():
    assert len({script.name for script in SCRIPTS}) == len(SCRIPTS)


# ── what a fault means, in each world ─────────────────────────────────────────────────────


@pytest.mark.parametrize("world", WORLDS)
def test_before_the_fault_everything_works(show, world):
    assert show(world).before == BEFORE


@pytest.mark.parametrize("world", WORLDS)
def test_under_the_fault_everybody_sees_what_the_script_says(show, script, world):
    assert tuple(show(world).during + show(world).held) == script.expects


@pytest.mark.parametrize("world", WORLDS)
def test_the_fault_is_met_and_every_meeting_is_on_record(show, world):
    written, said = show(world).meetings
    assert written == said > 0


@pytest.mark.parametrize("world", WORLDS)
def test_after_the_fault_everything_works_again(show, world):
    assert show(world).after == AFTER


@pytest.mark.parametrize("world", WORLDS)
def test_nothing_that_was_held_is_lost_and_nothing_is_done_twice(show, script, world):
    done = {key: [ONE_SHOT] for key in ("before", "after", "after-new", "after-channel")}
    decided = {key: list(decisions) for key, decisions in script.decides.items()}
    assert show(world).decisions == {**done, **decided}


@pytest.mark.parametrize("world", WORLDS)
def test_what_was_held_ends_soon_after_the_clearing(show, script, world):
    took = dict(show(world).took)
    assert ("held, from clearing" in took) is (script.held is not None)
    assert took.get("held, from clearing", 0.0) <= script.held_within_s


@pytest.mark.parametrize("world", WORLDS)
def test_the_bench_itself_does_not_fail(show, world):
    assert show(world).bench_faults == []


# ── the two worlds beside each other ──────────────────────────────────────────────────────


def both(show: Show) -> Iterator[Observation]:
    return (show(world) for world in WORLDS)


def test_the_phone_sees_the_same(show):
    simulated, real = both(show)
    assert simulated.during == real.during
    assert simulated.held == real.held
    assert simulated.after == real.after


def test_the_unit_sees_and_decides_the_same(show):
    simulated, real = both(show)
    assert simulated.unit_saw == real.unit_saw
    assert simulated.decisions == real.decisions


def test_things_happen_in_the_same_order(show):
    simulated, real = both(show)
    assert simulated.story == real.story


def test_the_same_parties_meet_the_fault_with_the_same_operations(show):
    simulated, real = both(show)
    assert simulated.met == real.met
    assert simulated.unresolved == real.unresolved


def test_everything_takes_as_long(show):
    simulated, real = both(show)
    assert [what for what, _ in simulated.took] == [what for what, _ in real.took]
    wrong = [
        f"{what}: {expected_s:.3f} s simulated, {took_s:.3f} s real"
        for (what, expected_s), (_, took_s) in zip(simulated.took, real.took, strict=True)
        if not fits(what, expected_s, took_s, real.lateness_s)
    ]
    assert not wrong, "\n".join(wrong)


def fits(what: str, expected_s: float, took_s: float, lateness_s: float) -> bool:
    """Return whether a real duration is the simulated one, as far as real time can tell."""
    slack_s = 0.0
    if what.endswith("result"):
        slack_s = POLL_S  # the phone asks now and then
    elif what == "unit connected, from clearing":
        slack_s = RETRY_S  # the unit tries now and then, and its tries drift
    elif what == "held, from clearing":
        slack_s = SYN_S  # the kernel repeats a SYN by a coarse timer of its own
    # what begins late ends early, and the other way round
    late_s = 2 * lateness_s + slack_s
    early_s = EARLY_S + (late_s + LATE_S if slack_s else 0.0)
    return -early_s <= took_s - expected_s <= LATE_S + late_s
