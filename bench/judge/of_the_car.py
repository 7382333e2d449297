"""Which faults disturb the car itself, and not its cloud."""

from bench.events import FaultArmed
from bench.journal import Entry
from bench.presentation.layers import OF_THE_CAR
from bench.recording import Recording


def of_the_car(recording: Recording) -> list[tuple[Entry, FaultArmed]]:
    """Return the faults of the car's own buses and wires, as they were armed."""
    armed = recording.of(FaultArmed)
    return [(entry, event) for entry, event in armed if event.layer in OF_THE_CAR]
