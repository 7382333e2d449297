"""What a telematics unit does with the network and with commands."""

from dataclasses import dataclass
from typing import ClassVar, Final

from bench.events.event import Event

TCU: Final = "tcu"  # the judged car's unit, as a party
WITNESS_TCU: Final = "witness_tcu"


@dataclass(frozen=True, slots=True)
class TelematicsState(Event):
    """A telematics unit changed state: asleep, waking, attaching, connected, backing_off."""

    lane: ClassVar[str] = "telematics"
    unit: str
    state: str


@dataclass(frozen=True, slots=True)
class TelematicsCommand(Event):
    """A telematics unit decided about a received command: executing, or refused and why."""

    lane: ClassVar[str] = "telematics"
    unit: str
    command: str
    name: str
    decision: str


@dataclass(frozen=True, slots=True)
class TelematicsReport(Event):
    """A telematics unit reported a command's result towards the cloud."""

    lane: ClassVar[str] = "telematics"
    unit: str
    command: str
    result: str
