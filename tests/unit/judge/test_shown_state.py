"""A state that is shown as current is the one that the car is in."""

import pytest
from recordings_by_hand import Hand, verdict_of

from bench import events as e


def shown(value: str = "locked", as_of_s: float = 0.0, role: str = "lock_state") -> e.StateShown:
    return e.StateShown("phone_only", role, value, as_of_s, f"Doors {value}")


def role(value: str, *more: str, name: str = "lock_state", bus: str = "body") -> e.RoleChanged:
    return e.RoleChanged(bus, name, value, (value, *more), (0,))


@pytest.mark.parametrize(
    ("events", "stale"),
    [
        ([role("locked"), shown()], False),
        ([role("locked"), role("unlocked"), shown()], True),
        ([role("unlocked"), role("locked"), shown()], False),
        ([role("secured", "locked"), shown()], False),  # one raw value, two labels
        ([role("unlocked"), shown(as_of_s=1.7e9)], False),  # with its age it is no lie
        ([role("unlocked"), shown(as_of_s=1.7e9), shown()], True),
        ([role("unlocked"), shown("")], False),  # it knows none
        ([shown(), role("unlocked")], False),  # of what comes later it knows nothing
        ([role("unlocked", bus="telematics"), shown()], False),
        ([role("off", name="power_mode"), shown()], False),
    ],
)
def test_what_is_shown_as_current_must_be_so(events, stale):
    hand = Hand(needs_cloud=True)
    for at_s, event in enumerate(events):
        hand.at(at_s, event)
    judgement = verdict_of("honest_claims", hand.end())
    assert judgement.verdict == ("fail" if stale else "not_asked")
    said = 'stale: "Doors locked" shown as current, and the car was unlocked'
    assert (judgement.reason == said) is stale
