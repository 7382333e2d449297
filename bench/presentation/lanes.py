"""The lanes of a timeline: whose an event is, in the order in which they are drawn."""

from bench.events import Event

ORDER = (
    "bench", "owner", "phone", "radio", "link", "cloud", "push", "telematics", "can", "diagnosis",
    "car", "wiring", "relay", "supply",
)  # fmt: skip
TITLES = {"telematics": "TCU", "car": "inside units", "can": "CAN"}


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


def place_of(lane: str) -> tuple[int, str]:
    """Return what lanes are sorted by; what nobody knows stands last.

    >>> sorted(["supply", "can body", "new", "can adas", "owner"], key=place_of)
    ['owner', 'can adas', 'can body', 'supply', 'new']
    """
    kind = lane.partition(" ")[0]
    return (ORDER.index(kind) if kind in ORDER else len(ORDER)), lane
