"""A vehicle's end of its push channel, for tests of what it is sent."""

import json

from bench.protocol.command import Command, read


class PushEnd:
    """Takes whatever comes.

    Attributes:
        sent: what came, as text.
        closed: whether the channel has been closed.
    """

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.closed = False

    async def send_str(self, data: str) -> None:
        """Take a document."""
        self.sent.append(data)

    async def close(self, **_why: object) -> None:
        """Be closed."""
        self.closed = True

    def commands(self) -> list[Command]:
        """Return the commands that came."""
        return [read(bytes.fromhex(json.loads(data)["signed"])) for data in self.sent]

    def names(self) -> list[str]:
        """Return what they ask for."""
        return [command.name for command in self.commands()]
