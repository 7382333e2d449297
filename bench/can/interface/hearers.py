"""Who of one side of a bus hears its frames, and who is cut off from it."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence

from bench.can.controller import OnMissed
from bench.can.frame import Reception
from bench.can.port import OnFrame, Stop


class Hearers:
    """Who of one side of a bus hears its frames.

    Args:
        loop: the bench's.

    Attributes:
        cut: who can neither send nor hear, each with what tells it of what it misses.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._listeners: dict[int | None, list[tuple[str, OnFrame]]] = defaultdict(list)
        self.cut: dict[str, OnMissed] = {}

    def add(self, node: str, identifiers: Sequence[int] | None, on_frame: OnFrame) -> Stop:
        """Call `on_frame` for frames with these identifiers (None: all)."""
        wanted: list[int | None] = [None] if identifiers is None else list(identifiers)
        listener = (node, on_frame)
        for each in wanted:
            self._listeners[each].append(listener)

        def stop() -> None:
            for each in wanted:
                if listener in self._listeners[each]:
                    self._listeners[each].remove(listener)

        return stop

    def want(self, identity: int) -> bool:
        """Whether anybody listens to just this message."""
        return bool(self._listeners.get(identity))

    def need(self, identity: int) -> bool:
        """Whether a frame of a message makes a difference to anybody."""
        listeners = self._listeners
        return bool(listeners.get(identity) or listeners.get(None) or self.cut)

    def hand_on(self, reception: Reception, identity: int) -> None:
        """Tell who listens, and whoever is cut off that it does not hear."""
        sender = reception.sender
        for node, on_missed in self.cut.items():
            if node != sender or not sender:  # its own went before it was cut off
                on_missed("frame not heard", reception.seq)
        for wanted in (identity, None):
            for node, on_frame in tuple(self._listeners.get(wanted, ())):
                if (node != sender or not sender) and node not in self.cut:
                    # as on a wire: whoever hears a frame acts after it has passed, not inside it
                    self._loop.call_soon(on_frame, reception)
