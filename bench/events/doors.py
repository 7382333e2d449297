"""How the doors stand: the role that tells it, and on which bus their own unit does."""

from collections.abc import Sequence

DOORS, BODY = "door_lock_state", "body"


def own_bus(carriers: Sequence[str]) -> str:
    """Return the bus of the doors' own unit, of those that carry the role: a copy may be old.

    >>> own_bus(["telematics", "body"]), own_bus(["telematics"]), own_bus([])
    ('body', 'telematics', 'body')
    """
    return BODY if BODY in carriers or not carriers else carriers[0]
