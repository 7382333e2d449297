"""The starting state: declared, and what the bench has seen of it."""

from bench.access.intent import Intent
from bench.events import StateChecked
from bench.station.station import Station

HIDDEN = "not observable here"


def declared(intent: Intent) -> dict[str, str]:
    """Return how the car must stand before an intent."""
    return {
        "door_lock_state": "locked" if intent.locked else "unlocked",
        "power_mode": intent.mode,
        "alarm_state": "armed" if intent.locked else "disarmed",
    }


def check(station: Station, state: dict[str, str]) -> None:
    """Record, for each declared item, what the buses have reported."""
    for item, value in state.items():
        station.journal.write(_checked(station, item, value))


def _checked(station: Station, item: str, value: str) -> StateChecked:
    carriers = [tap for bus, tap in station.taps.items()
                if item in station.buses.role_maps[bus].roles]  # fmt: skip
    if not carriers:
        return StateChecked(item, value, HIDDEN, verified=True)
    seen = carriers[0].values.get(item)
    if seen is None:
        return StateChecked(item, value, None, verified=False)
    return StateChecked(item, value, seen.label, verified=seen.means(value))
