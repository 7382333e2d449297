"""Contacts that were switched, and lines that did not follow."""

import pytest

from bench.events import Edge, Event, FaultArmed, LineLevel, RelaySwitched
from bench.journal import Entry
from bench.station.contact_doubts import contact_doubts
from bench.units import to_ns

NAME = "cylinder_unlock"
OPEN = (0.0, LineLevel(NAME, "open"))


def switched(at_s, *, closed):
    return at_s, RelaySwitched("doors", NAME, closed, True)


def seen(at_s, level):
    return at_s, Edge(NAME, level)


CLOSED, OPENED = switched(1.0, closed=True), switched(1.2, closed=False)


def told(*events: tuple[float, Event], until_s=60.0):
    entries = [Entry(to_ns(at_s), seq, None, event) for seq, (at_s, event) in enumerate(events)]
    return list(contact_doubts(entries, {NAME}, to_ns(until_s)))


def test_a_contact_that_does_not_close_is_seen_on_its_line():
    (doubt,) = told(OPEN, CLOSED, OPENED)
    assert doubt == (
        "cylinder_unlock was switched closed at 1.00 s, and its line did not follow: has the "
        "contact welded, or is a plug off?"
    )


def test_a_contact_that_has_welded_is_seen_on_its_line():
    (doubt,) = told(OPEN, CLOSED, seen(1.03, "closed"), OPENED)
    assert doubt.startswith("cylinder_unlock was switched open at 1.20 s")


@pytest.mark.parametrize(
    "events",
    [
        (OPEN, CLOSED, seen(1.03, "closed"), OPENED, seen(1.23, "open")),
        # on a simulated bench the line is there before the board has answered
        (OPEN, seen(0.99, "closed"), CLOSED, seen(1.19, "open"), OPENED),
        (OPEN, CLOSED, seen(1.24, "closed"), OPENED, seen(1.26, "open")),  # asked late
        (OPEN, (0.5, FaultArmed("open_wire", "electrical", "open_wire")), CLOSED, OPENED),
        (CLOSED, (1.1, LineLevel(NAME, "open")), OPENED),  # nobody looked yet
        (OPEN, switched(59.8, closed=True)),  # nobody looks any more
        (CLOSED, OPENED),  # nobody looks at all
    ],
    ids=["followed", "at once", "late", "open wire", "before", "at the end", "not sensed"],
)
def test_a_line_that_follows_or_cannot_is_in_no_doubt(events):
    assert told(*events) == []
