"""A meter that has died is told by itself: that its lines stand still afterwards is no news."""

import pytest

from bench.events import BenchFault, ReceiverLost, RoleChanged
from bench.instruments.kinds import Setup
from bench.journal import Journal
from bench.station.sensed_lines import SensedLines
from bench.units import to_ns


class Still:
    """A meter that shows a locked door, for ever."""

    poll_s = 0.03
    setup = Setup("locks", channels={"latch_driver": 1})

    def read(self, _line):
        return 0.0

    def watch(self, _on_level):
        """Tell nobody: nothing moves."""


@pytest.mark.parametrize(
    ("died_s", "lost", "doubts"),
    [(15, "meters.locks", 0), (15, "can.body", 1), (25, "meters.locks", 1)],
)
def test_reports_of_the_car_are_held_against_lines_as_long_as_they_are_looked_at(
    died_s, lost, doubts
):
    now = [0]
    journal = Journal(lambda: now[0])
    lines = SensedLines({"locks": Still()}, journal)
    lines.listen(doubted=True)
    told = [(1, "locked"), (20, "unlocked"), (died_s, None)]
    for at_s, label in sorted(told, key=lambda each: each[0]):
        now[0] = to_ns(at_s)
        if label is None:
            journal.write(ReceiverLost(lost, "is gone"))
        else:
            journal.write(RoleChanged("body", "door_lock_state", label, (label,), (0,)))
    now[0] = to_ns(60)
    lines.end()
    found = [e.event for e in journal.entries if isinstance(e.event, BenchFault)]
    assert len(found) == doubts
