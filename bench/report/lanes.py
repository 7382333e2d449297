"""The lanes of a timeline: whose an event is, in the order in which they are drawn."""

from typing import Any

from bench.events import Event

ORDER = (
    "bench", "owner", "phone", "radio", "link", "cloud", "push", "telematics", "can", "diagnosis",
    "car", "wiring", "relay", "supply",
)  # fmt: skip
TITLES = {"telematics": "TCU", "car": "inside units", "can": "CAN"}
_WITNESS = "witness"


def lane_of(event: Event) -> str:
    """Return an event's lane; each CAN bus has its own.

    >>> from bench.events import BusWoke, CodesRead, PushSent
    >>> [lane_of(e) for e in (BusWoke("body"), CodesRead("BCM", "after", ()), PushSent("app", ""))]
    ['can body', 'diagnosis', 'push']
    """
    if event.lane != "can":
        return event.lane
    bus = getattr(event, "bus", "")
    return f"can {bus}" if bus else "diagnosis"


def of_the_witness(fields: dict[str, Any]) -> bool:
    """Whether an event is traffic of the second account and vehicle that prove an outage real.

    >>> of_the_witness({"party": "witness_phone"}), of_the_witness({"to": "phone"})
    (True, False)
    """
    who = fields.get("party") or fields.get("unit") or fields.get("to") or ""
    vehicle = str(fields.get("vehicle", ""))
    return str(who).lower().startswith(_WITNESS) or vehicle.lower().startswith(_WITNESS)
