"""Whether anybody on a bench sees the doors move."""

from bench.config.bench_file import StationFile
from bench.events.wires import LATCH, LOCK_MOTOR, OF_DOORS

MOVES_DOORS = ("unlock", "lock")


def nobody_sees(file: StationFile, intent: str) -> str:
    """Return why what comes of an intent would leave no trace here; "": it does."""
    lines = [line for meter in file.content.meters.values() for line in meter.channels]
    if intent not in MOVES_DOORS or any(line.startswith(OF_DOORS) for line in lines):
        return ""
    return f"no meter has a line {LOCK_MOTOR}<door> or {LATCH}<door>: nobody sees it move"
