"""What a node answers a header with."""

from collections.abc import Callable, Sequence


class Publication:
    """A node's response to one identifier (a `CyclicHandle`: it goes whenever it is asked for).

    Args:
        node: who answers.
        identifier: to which header.
        table: payloads, in turn.
        cause: the journal entry because of which it says this.
        once: it is given up when it has been sent.
        changed: called when the payload is another, or when it is stopped.

    Attributes:
        place: the place in the table of the next frame.
        stopped: whether the node answers no more.
        on_sent: called when a response has passed without an error.
    """

    def __init__(
        self,
        node: str,
        identifier: int,
        table: Sequence[bytes],
        cause: int | None,
        *,
        once: bool,
        changed: "Callable[[Publication], None]",
    ) -> None:
        self.node, self.identifier, self.once = node, identifier, once
        self.cause, self.place, self.stopped = cause, 0, False
        self.on_sent: Callable[[], None] | None = None
        self._table, self._changed = tuple(table), changed

    @property
    def data(self) -> bytes:
        """The payload of the next response."""
        return self._table[self.place % len(self._table)]

    def update(self, table: Sequence[bytes], cause: int | None) -> None:
        """Answer with these payloads in turn from the next header on."""
        self._table, self.cause = tuple(table), cause
        self._changed(self)

    def stop(self) -> None:
        """Answer no more."""
        self.stopped = True
        self._changed(self)

    def sent(self) -> None:
        """Go on to the next payload: this one has passed."""
        self.place += 1
        if self.once:
            self.stop()
        elif len(self._table) > 1:
            self._changed(self)
        if self.on_sent is not None:
            self.on_sent()
