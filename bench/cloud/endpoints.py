"""The parts of the cloud's interface: what can be down, limited or disturbed by itself."""

from typing import Literal

Endpoint = Literal["auth", "command", "status", "key", "assistant", "push", "api", "any"]

_PARTS = {"command": "command", "commands": "command", "wake_up": "command", "keys": "key",
          "assistant": "assistant", "state": "status", "vehicles": "status"}  # fmt: skip


def endpoint_of(path: str) -> str:
    """Return which part of the cloud's interface a path belongs to.

    >>> [endpoint_of(p) for p in ("/oauth2/token", "/api/1/vehicles/X/keys/Y", "/push/app")]
    ['auth', 'key', 'push']
    """
    if path.startswith("/push/"):
        return "push"
    if path.startswith("/oauth2/"):
        return "auth"
    parts = path.split("/")
    for part in (*parts[5:6], *parts[3:4]):
        if part in _PARTS:
            return _PARTS[part]
    return "status"
