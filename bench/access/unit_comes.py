"""A real telematics unit that has not come yet when an owner's command needs it."""

from bench.access import starting_state
from bench.access.starting_state import CONNECTED, UNIT
from bench.events import FaultArmed, TelematicsState
from bench.events.telematics import TCU
from bench.station.station import Station


async def unit_comes(station: Station) -> None:
    """Wait for a real unit that this cloud has not seen yet, as a campaign does before it begins.

    Each test has a cloud of its own, which the unit has to find again. One that does not come is on
    record as a starting state that is not right. One that was there, or meets an outage, is not
    waited for: that it has gone is its own affair.
    """
    if station.telematics_policy.unit != "real" or station.telematics.state != "not_connected":
        return
    if not any(_is_over(entry.event) for entry in station.journal.entries):
        await starting_state.reach(station, {UNIT: CONNECTED})


def _is_over(event: object) -> bool:
    """Whether something says that the unit has come, or cannot."""
    if isinstance(event, TelematicsState):
        return event.unit == TCU and event.state == CONNECTED
    return isinstance(event, FaultArmed)
