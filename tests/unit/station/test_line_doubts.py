"""Lines that show nothing of what a real car reports, and what explains that."""

import pytest

from bench.events import (
    Edge,
    Event,
    FaultArmed,
    LineLevel,
    RecipeApplied,
    RoleChanged,
    SupplySwitched,
)
from bench.journal import Entry
from bench.station.line_doubts import doubts
from bench.units import to_ns

MOTOR, LATCH = "lock_motor_driver", "latch_driver"
BOTH = (MOTOR, LATCH)


def reports(label, bus="body"):
    return RoleChanged(bus, "door_lock_state", label, (label,), (0,))


def told(*events: tuple[float, Event], lines=BOTH, until_s=60.0):
    entries = [Entry(to_ns(at_s), seq, None, event) for seq, (at_s, event) in enumerate(events)]
    return list(doubts(entries, lines, to_ns(until_s)))


STANDS = (0.0, LineLevel(LATCH, "locked"))
LOCKED, UNLOCKED = (1.0, reports("locked")), (20.0, reports("unlocked"))
DRIVEN, TURNED = (19.9, Edge(MOTOR, "unlock")), (19.95, Edge(LATCH, "unlocked"))


def test_a_report_without_a_movement_puts_every_line_in_doubt():
    (doubt,) = told(STANDS, LOCKED, UNLOCKED)
    assert doubt == (
        "latch_driver and lock_motor_driver did not show the unlocking that the car reported on CAN "
        "(door_lock_state unlocked at 20.0 s): is a wire off?"
    )


def test_a_latch_that_stays_while_its_motor_is_driven_is_in_doubt_alone():
    (doubt,) = told(STANDS, LOCKED, DRIVEN, UNLOCKED)
    assert doubt.startswith("latch_driver did not show the unlocking")


def test_the_latch_of_another_door_speaks_for_none_that_stays():
    turned = (20.2, Edge("latch_passenger", "unlocked"))
    driven = (19.9, Edge("lock_motor_passenger", "unlock"))
    lines = (*BOTH, "lock_motor_passenger", "latch_passenger")
    (doubt,) = told(STANDS, LOCKED, driven, DRIVEN, UNLOCKED, turned, lines=lines)
    assert doubt.startswith("latch_driver did not show the unlocking")


def test_a_latch_that_turns_long_after_its_motor_was_driven_was_not_seen_to_follow():
    (doubt,) = told(STANDS, LOCKED, DRIVEN, UNLOCKED, (22.5, Edge(LATCH, "unlocked")))
    assert doubt.startswith("latch_driver did not show the unlocking")


@pytest.mark.parametrize(
    "events",
    [
        (STANDS, LOCKED, DRIVEN, TURNED, UNLOCKED),
        (STANDS, LOCKED, UNLOCKED, (20.5, Edge(MOTOR, "unlock")), (20.6, Edge(LATCH, "unlocked"))),
        (STANDS, LOCKED, DRIVEN, TURNED, UNLOCKED,  # and locked again at once
         (20.9, Edge(MOTOR, "lock")), (21.0, Edge(LATCH, "locked")), (21.2, reports("locked"))),
        (STANDS, LOCKED, (20.0, reports("invalid")), (21.0, reports("unlocked"))),
        (STANDS, UNLOCKED),  # how it stood
        (STANDS, LOCKED, (20.0, reports("driver_unlocked"))),  # which door's motor, is not known
        (STANDS, (1.0, reports("locked", "telematics")), UNLOCKED),  # the same on another bus
        (STANDS, LOCKED, (18.0, SupplySwitched("kl30", "kl30", True, True)), UNLOCKED),
        (STANDS, LOCKED, (10.0, FaultArmed("open_wire", "electrical", "open_wire")), UNLOCKED),
        (STANDS, LOCKED, (59.0, reports("unlocked"))),  # nobody would have seen it any more
    ],
    ids=["moved before", "moved after", "moved on", "passing through invalid", "first report", "one door",
         "other bus", "just fed", "open wire", "at the end"],
)  # fmt: skip
def test_what_is_shown_or_explained_is_in_no_doubt(events):
    assert told(*events) == []


def test_lines_of_other_things_are_held_against_nothing():
    assert told(STANDS, LOCKED, UNLOCKED, lines=("terminal_15",)) == []


def test_locking_is_held_against_the_lines_as_unlocking_is():
    (doubt,) = told(
        (0.0, LineLevel(LATCH, "unlocked")), (1.0, reports("unlocked")), (20.0, reports("locked"))
    )
    assert "the locking that the car reported" in doubt


def test_a_gateways_copy_that_slept_through_a_movement_is_no_report_of_one():
    asleep_meanwhile = [
        (1.0, reports("unlocked", "telematics")),
        (93.0, reports("locked", "telematics")),
    ]
    moved = [(2.0, reports("unlocked")), (58.0, Edge(MOTOR, "lock")), (58.1, Edge(LATCH, "locked")),
             (58.2, reports("locked"))]  # fmt: skip
    entries = sorted([STANDS, *asleep_meanwhile, *moved], key=lambda each: each[0])
    assert told(*entries, until_s=120.0) == []


@pytest.mark.parametrize(("recipe", "doubted"), [("interior_switch", 1), ("diagnostic_reset", 0)])
def test_a_recipe_that_moves_the_doors_is_to_be_seen_and_one_that_resets_a_unit_is_not(
    recipe, doubted
):
    applied = (18.0, RecipeApplied(recipe, "door_lock_state", "locked"))
    assert len(told(STANDS, LOCKED, applied, UNLOCKED)) == doubted
