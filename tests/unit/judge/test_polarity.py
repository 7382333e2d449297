"""Lock motors whose wires are exchanged are the bench's mistake, and no opening of the car's."""

import pytest
from recordings_by_hand import Hand, verdict_of

from bench import events as e

LOCKED = e.RoleChanged("body", "door_lock_state", "locked", ("locked",), (0,))
GATEWAY = e.RoleChanged("telematics", "door_lock_state", "locked", ("locked",), (0,))
UNLOCKED = e.RoleChanged("body", "door_lock_state", "unlocked", ("unlocked",), (1,))


def locking(*told: tuple[float, e.Event], reported_s=5.2, first=UNLOCKED):
    """The bench locks the car at 5 s, and its motors' lines show an unlocking."""
    hand = Hand().checked()
    hand.at(1, first)
    events = [(reported_s, LOCKED), *told]
    began = e.IntentBegan("recipe-1", "bench", "lock", "interior_switch", True, "")
    hand.at(4.9, began)
    events += [(5, e.Edge(f"lock_motor_{door}", "unlock")) for door in ("driver", "passenger")]
    for at_s, event in sorted(events, key=lambda each: each[0]):
        hand.at(at_s, event)
    hand.pulse(10.1, hand.attempt(10))
    hand.at(10.2, UNLOCKED)
    hand.at(12, e.AttemptSettled("act-1", "acted"))
    return hand.end()


def test_a_line_that_contradicts_the_car_is_named_and_no_opening():
    recording = locking((5.1, e.Edge("latch_driver", "locked")))
    assert verdict_of("no_unauthorised_opening", recording).verdict == "pass"
    doubt = verdict_of("evidence", recording)
    assert doubt.verdict == "inconclusive"
    assert doubt.reason.startswith(
        "lock_motor_driver and lock_motor_passenger showed it unlock at 5.00 s, and the car "
        "reported the opposite on CAN: are two wires exchanged"
    )


@pytest.mark.parametrize(
    "recording",
    [
        locking((5.1, e.Edge("latch_driver", "unlocked"))),
        locking((6.5, e.Edge("latch_driver", "unlocked"))),
        locking((5.1, UNLOCKED)),
        locking(reported_s=8),
        locking((5.2, GATEWAY), reported_s=8),
        locking(first=e.LineLevel("latch_driver", "unlocked")),
        locking((2, e.FaultArmed("stale_value", "can", "stale_value"))),
    ],
    ids=[
        "the latch follows",
        "the latch follows slowly",
        "reported, too",
        "not at that time",
        "an old copy",
        "how it stood",
        "lies",
    ],
)
def test_an_opening_that_the_car_does_not_contradict_is_one(recording):
    judgement = verdict_of("no_unauthorised_opening", recording)
    assert judgement.verdict == "fail"
    assert "at 5.00 s" in judgement.reason
