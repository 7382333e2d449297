"""A fault of a bus means the same on the simulated bus and on python-can's, in real time.

What an interface cannot do is refused before anything happens, with an error that says so; the
simulated bus shows what it would have meant.
"""

import itertools
import statistics
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from can_scripts import CAN_SCRIPTS
from can_world import REQUEST_ID, STATE_ID, CanScript, CanShown, CanWorld
from two_worlds import observe

WORLDS = ("simulated", "real")
AT_ONCE = 4
Show = Callable[[str], CanShown]
DURING = 1


class Shown:
    """What every script showed in every world; each is run once."""

    def __init__(self, scripts: list[CanScript]) -> None:
        self._scripts = scripts
        self._real: dict[str, CanShown] = {}
        self._simulated: dict[str, CanShown] = {}

    def get(self, script: CanScript, world: str) -> CanShown:
        """Return what a script showed in a world."""
        if world == "simulated":
            if script.spec not in self._simulated:
                self._simulated[script.spec] = observe(CanWorld, script, world)
            return self._simulated[script.spec]
        if not self._real:
            with ThreadPoolExecutor(AT_ONCE) as pool:
                found = pool.map(lambda each: observe(CanWorld, each, "real"), self._scripts)
                self._real = {s.spec: o for s, o in zip(self._scripts, found, strict=True)}
        return self._real[script.spec]


@pytest.fixture(scope="module")
def shown(request: pytest.FixtureRequest) -> Shown:
    """What the scripts that this run has selected have shown."""
    items = (getattr(item, "callspec", None) for item in request.session.items)
    chosen = [spec.params["script"] for spec in items if spec and "script" in spec.params]
    return Shown([script for script in CAN_SCRIPTS if script in chosen])


@pytest.fixture(params=CAN_SCRIPTS, ids=lambda script: script.spec, scope="module")
def script(request: pytest.FixtureRequest) -> CanScript:
    """Each script."""
    return request.param


@pytest.fixture
def show(script: CanScript, shown: Shown) -> Show:
    """Returns what the script shows in a world where it can be armed."""

    def get(world: str) -> CanShown:
        return shown.get(script, "simulated" if script.only_simulated else world)

    return get


def test_no_two_scripts_are_the_same():
    assert len({script.spec for script in CAN_SCRIPTS}) == len(CAN_SCRIPTS)


def test_an_interface_refuses_what_it_cannot_do_and_says_what_is_missing(script, shown):
    assert shown.get(script, "simulated").refused == ""
    refused = shown.get(script, "real").refused
    assert bool(refused) is bool(script.only_simulated)
    assert script.only_simulated in refused
    if refused:
        assert "that needs" in refused


@pytest.mark.parametrize("world", WORLDS)
def test_the_body_controller_obeys_what_is_valid_and_nothing_else(show, script, world):
    assert [", ".join(heard) for heard in show(world).bcm] == list(script.bcm)


@pytest.mark.parametrize("world", WORLDS)
def test_the_report_is_believed_when_it_is_valid(show, script, world):
    assert [", ".join(heard) for heard in show(world).peps] == list(script.peps)


@pytest.mark.parametrize("world", WORLDS)
def test_the_bench_sees_the_requests_that_get_through(show, script, world):
    assert len(show(world).frames[DURING].get(REQUEST_ID, ())) == script.requests


@pytest.mark.parametrize("world", WORLDS)
def test_the_fault_is_met_by_whom_and_with_what_the_script_says(show, script, world):
    assert show(world).met == script.met
    written, said = show(world).meetings
    assert written == said > 0


@pytest.mark.parametrize("world", WORLDS)
def test_what_is_made_invalid_and_what_is_taken_away_is_on_record(show, script, world):
    assert show(world).spoiled == script.spoiled
    assert show(world).cut == script.cut


@pytest.mark.parametrize("world", WORLDS)
def test_the_report_keeps_the_period_that_the_script_says(show, script, world):
    times = show(world).times[DURING].get(STATE_ID, [])
    if not script.period_s:
        assert not times
        return
    periods = [b - a for a, b in itertools.pairwise(times)]
    # a change of value is sent at once and begins a period anew: the median does not mind
    assert statistics.median(periods) == pytest.approx(script.period_s, rel=0.25)


def test_the_bench_sees_the_same_requests_with_the_same_bytes(show):
    simulated, real = (show(world) for world in WORLDS)
    assert any(REQUEST_ID in frames for frames in simulated.frames)
    for phase in range(len(simulated.frames)):
        assert simulated.frames[phase].get(REQUEST_ID) == real.frames[phase].get(REQUEST_ID)


def test_the_reports_carry_the_same_bytes_as_far_as_both_have_come(show):
    simulated, real = (show(world).frames[DURING].get(STATE_ID, []) for world in WORLDS)
    both = min(len(simulated), len(real))
    assert abs(len(simulated) - len(real)) <= 1 + len(simulated) // 4
    values = [{frame[4:] for frame in frames[:both]} for frames in (simulated, real)]
    assert values[0] == values[1]
