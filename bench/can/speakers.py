"""Which of the simulated units speaks a role, whatever the database calls its sender."""

from functools import cache
from pathlib import Path

from bench.can.roles import load_roles

FILES = {"body": "body.toml", "telematics": "telematics.toml"}


@cache
def speakers(bus: str, role: str) -> frozenset[str]:
    """Return the nodes that send a role on a bus of the simulated car (none: nobody does)."""
    if bus not in FILES:
        return frozenset()
    known = load_roles(FILES[bus], [], Path()).roles.get(role)
    return frozenset(known.message.senders) if known is not None else frozenset()
