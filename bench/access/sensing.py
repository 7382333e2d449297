"""Whether anybody on a bench sees the doors move."""

from bench.config.bench_file import StationFile

MOVES_DOORS, DOORS = ("unlock", "lock"), ("lock_motor", "latch")


def nobody_sees(file: StationFile, intent: str) -> str:
    """Return why what comes of an intent would leave no trace here; "": it does."""
    lines = [line for meter in file.content.meters.values() for line in meter.channels]
    if intent not in MOVES_DOORS or any(line.startswith(DOORS) for line in lines):
        return ""
    return "no meter has a line lock_motor_<door> or latch_<door>: nobody sees it move"
