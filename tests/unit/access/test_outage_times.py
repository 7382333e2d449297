"""How long a fault is in force in an outage of several phases."""

import pytest

from bench.access.outage import Outage, Phase
from bench.errors import ConfigError


def lasting(*phases: tuple[float, bool], from_s: float) -> Outage:
    """An outage whose phases have the fault or not."""
    spec = f"http_status:from_s={from_s:g}"
    return Outage(
        "x", tuple(Phase(f"p{n}", s, (spec,) if on else ()) for n, (s, on) in enumerate(phases))
    )


@pytest.mark.parametrize(
    ("phases", "from_s"),
    [([(60, True)], 59), ([(60, True), (60, True)], 119), ([(60, False), (60, True)], 59)],
    ids=["one phase", "two in a row", "a later one"],
)
def test_a_fault_may_begin_to_act_as_late_as_it_is_in_force(phases, from_s):
    lasting(*phases, from_s=from_s).check_times("x")


@pytest.mark.parametrize(
    ("phases", "from_s"),
    [([(60, True)], 60), ([(60, True), (60, True)], 120),
     ([(60, True), (5, False), (60, True)], 60)],
    ids=["one phase", "two in a row", "armed anew"],
)  # fmt: skip
def test_a_fault_that_would_begin_to_act_when_it_is_over_is_refused(phases, from_s):
    with pytest.raises(ConfigError, match="it would begin to act after"):
        lasting(*phases, from_s=from_s).check_times("x")
