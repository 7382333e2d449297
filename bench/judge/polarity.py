"""Whether a lock motor's line shows the opposite of what the car reports: its poles are exchanged.

That is a mistake of the bench's wiring or file (`inverted`): it would make openings of lockings.
"""

from collections.abc import Iterator

from bench.events import Edge, RoleChanged
from bench.events.doors import DOORS, own_bus
from bench.events.wires import LATCH, LOCK_MOTOR
from bench.judge.latches import STANDS, Movement
from bench.judge.of_the_car import of_the_car
from bench.recording import Recording
from bench.units import to_ns

OPPOSITE = {"unlock": "lock", "lock": "unlock"}
# assumed: a car reports a movement no later than that; a slow meter shows it that much after it
AFTER_NS, BEFORE_NS = to_ns(2.0), to_ns(0.5)


def runs_backwards(recording: Recording, movement: Movement) -> bool:
    """Whether the car reported the opposite of a movement that motors' lines alone show.

    A latch that was seen to move as its motor's line says speaks for the line; and with a fault of
    the car itself armed, its reports may be wrong. Nothing is said before there was time for them.
    """
    opposite = OPPOSITE.get(movement.function)
    if opposite is None or not all(line.startswith(LOCK_MOTOR) for line in movement.lines):
        return False
    if recording.entries[-1].t_ns < movement.t_ns + AFTER_NS:
        return False
    if of_the_car(recording):
        return False
    reported = set(_near(_reports(recording), movement))
    if STANDS[opposite] not in reported or STANDS[movement.function] in reported:
        return False
    return STANDS[movement.function] not in set(_near(_latches(recording), movement))


def _near(told: Iterator[tuple[int, str]], movement: Movement) -> Iterator[str]:
    """Yield how doors were told to stand around a movement."""
    return (state for t_ns, state in told if -BEFORE_NS <= t_ns - movement.t_ns <= AFTER_NS)


def _reports(recording: Recording) -> Iterator[tuple[int, str]]:
    """Yield when the doors' own unit reported that they have come to stand otherwise, and how.

    A gateway's copy, on another bus, may be old. What is first reported is how they stood.
    """
    told = [(entry, event) for entry, event in recording.of(RoleChanged) if event.role == DOORS]
    source = own_bus([event.bus for _, event in told])
    for entry, event in [each for each in told if each[1].bus == source][1:]:
        yield from ((entry.t_ns, state) for state in event.means if state in STANDS.values())


def _latches(recording: Recording) -> Iterator[tuple[int, str]]:
    """Yield when a sensed latch moved, and how it then stood."""
    for entry, event in recording.of(Edge):
        if event.line.startswith(LATCH):
            yield entry.t_ns, event.level
