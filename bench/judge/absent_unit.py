"""A real telematics unit that is not there: the last that the cloud has seen of it."""

from collections.abc import Iterable

from bench.events import (
    BrokerConnect,
    BrokerDisconnect,
    ConnectionOpened,
    Event,
    HandshakeFailed,
    NameFailed,
    RequestServed,
)
from bench.events.telematics import TCU
from bench.journal import Entry
from bench.presentation.words import say

NOTHING = "it made no connection, and asked for no name that is not there"


def last_seen(entries: Iterable[Entry]) -> str:
    """Return what a unit that is not connected did last, in words that say where to look."""
    last: Event | None = None
    for entry in entries:
        if _tells_of_it(entry.event):
            last = entry.event
    if last is None:
        return NOTHING
    if isinstance(last, BrokerConnect) and last.code == 0:
        return f"{say(last)}, and has not subscribed to its commands"
    return f"the last of it: {say(last)}"


def _tells_of_it(event: Event) -> bool:
    match event:
        case NameFailed(party=party) | BrokerConnect(party=party) | BrokerDisconnect(party=party):
            return party == TCU
        case RequestServed(party=party):
            return party == TCU
        case ConnectionOpened(party=link):
            return link.partition("/")[0] == TCU
        case HandshakeFailed():  # where no fault is armed, nobody else's fails
            return True
    return False
