"""Who listens on a simulated bus, to what, and whether to each frame."""

from collections.abc import Sequence

from bench.can.controller import Controller
from bench.can.frame import Reception
from bench.can.port import OnFrame, Stop
from bench.can.simulated.traffic import Item, Single

_Listener = tuple[OnFrame, bool, Controller]


class Listeners:
    """The readers of one bus, by what they want (None: everything)."""

    def __init__(self) -> None:
        self._by_identity: dict[int | None, list[_Listener]] = {}
        self._every: set[int | None] = set()

    def add(
        self, identifiers: Sequence[int] | None, on_frame: OnFrame, controller: Controller, *,
        every: bool,
    ) -> Stop:  # fmt: skip
        """Let somebody listen; return what ends it. See `Port.listen`."""
        wanted: list[int | None] = [None] if identifiers is None else list(identifiers)
        listener = (on_frame, every, controller)
        for each in wanted:
            self._by_identity.setdefault(each, []).append(listener)
        self._note_every()

        def stop() -> None:
            for each in wanted:
                if listener in self._by_identity.get(each, ()):
                    self._by_identity[each].remove(listener)
            self._note_every()

        return stop

    def _note_every(self) -> None:
        """Remember which identifiers have a reader of every frame."""
        readers = self._by_identity.items()
        self._every = {k for k, them in readers if any(every for _, every, _ in them)}

    def hears(self, identity: int) -> bool:
        """Whether anybody wants a message."""
        return bool(self._by_identity.get(identity) or self._by_identity.get(None))

    def reads_each(self, identity: int) -> bool:
        """Whether anybody wants each frame of a message, also a mere repetition."""
        every = self._every
        return bool(every) and (None in every or identity in every)

    def wait_for(self, item: Item) -> bool:
        """Whether anybody is to be told of an item's next frame."""
        if isinstance(item, Single):
            return True
        if item.tampers or (item.fresh and self.hears(item.identity)):
            return True
        return self.reads_each(item.identity)

    def tell(self, identity: int, reception: Reception, *, fresh: bool) -> None:
        """Hand a frame to those whose node is on the bus; `fresh`: it is no mere repetition."""
        for wanted in (identity, None):
            for on_frame, every, controller in tuple(self._by_identity.get(wanted, ())):
                if (fresh or every) and controller.on_bus:
                    on_frame(reception)
