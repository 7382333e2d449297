"""Whether anybody on a bench sees what comes of an act."""

from collections.abc import Collection, Mapping

from bench.can.roles import RoleMap
from bench.config.bench_file import INNER, StationFile
from bench.events.wires import LATCH, LOCK_MOTOR, OF_DOORS

MOVES_DOORS = ("unlock", "lock")
MODE, VOICE = "power_mode", "voice_state"


def nobody_sees(file: StationFile, roles: Collection[str], intent: str) -> str:
    """Return why what comes of an intent would leave no trace here; "": it does.

    Args:
        file: the bench file.
        roles: what the buses carry that the bench is wired to.
        intent: which.
    """
    if intent in MOVES_DOORS:
        lines = [line for meter in file.content.meters.values() for line in meter.channels]
        seen = any(line.startswith(OF_DOORS) for line in lines)
        why = f"no meter has a line {LOCK_MOTOR}<door> or {LATCH}<door>: nobody sees it move"
    elif intent == "wake":
        seen, why = VOICE in roles, f"no bus carries {VOICE}: nobody sees it wake"
    else:
        seen = MODE in roles or (intent == "start" and file.content.car.start is not None)
        why = f"no bus carries {MODE}: nobody sees it {intent}"
    return "" if seen else why


def seen_roles(maps: Mapping[str, RoleMap]) -> frozenset[str]:
    """Return the roles of the buses that the bench is wired to."""
    return frozenset(role for bus, each in maps.items() if bus != INNER for role in each.roles)
