"""The receiver's side of a rolling-code remote: which press counts, and which has been heard."""

from collections.abc import Iterable
from dataclasses import dataclass

from bench.protocol.fob_frame import RollingCode, fob_id, fob_key, is_genuine


@dataclass
class LearnedFob:
    """A fob that the car knows, and the counter of its last accepted press."""

    name: str
    counter: int = 0
    beyond: int | None = None


class RollingCodeReceiver:
    """Accepts each press once, and finds a fob again that was pressed out of earshot.

    Args:
        fobs: names of the learned fobs.
        window: presses that may have been missed (256 is common; assumed).
        resync_window: beyond it, two presses in a row are needed (32,768 is common; assumed).

    Attributes:
        check_replay: whether a press that was heard before is refused.
    """

    def __init__(
        self, fobs: Iterable[str], *, window: int = 256, resync_window: int = 32768
    ) -> None:
        self._fobs = {fob_id(name): LearnedFob(name) for name in fobs}
        self.check_replay = True
        self._window, self._resync_window = window, resync_window

    def accept(self, pressed: RollingCode) -> str:
        """Return "accepted", or why a press does not count."""
        fob = self._fobs.get(pressed.identity)
        if fob is None:
            return "unknown fob"
        if not is_genuine(pressed, fob_key(fob.name)):
            return "wrong code"
        return self.check_counter(fob, pressed.counter)

    def check_counter(self, fob: LearnedFob, counter: int) -> str:
        """Return "accepted" for a counter that is new and near enough."""
        ahead = counter - fob.counter
        if ahead <= 0:
            return "heard before" if self.check_replay else "accepted"
        if ahead > self._window and not self._resynchronises(fob, counter, ahead):
            return "out of step: press again"
        fob.counter, fob.beyond = counter, None
        return "accepted"

    def _resynchronises(self, fob: LearnedFob, counter: int, ahead: int) -> bool:
        follows = fob.beyond is not None and counter == fob.beyond + 1
        fob.beyond = counter
        return follows and ahead <= self._resync_window
