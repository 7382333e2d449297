"""The theft alarm: armed by locking, silenced by who is known to be let in, set off by a door."""

from collections.abc import Callable

from bench.car.door_lock import Direction

AUTHORISED = {"digital_key", "passive_entry", "remote_key", "keypad", "telematics", "voice"}


class Alarm:
    """The alarm of one car.

    Args:
        say: tells the buses how it stands, and because of which entry.
        cylinder_disarms: the blade silences it, too.
    """

    def __init__(self, say: Callable[[str, int | None], None], *, cylinder_disarms: bool) -> None:
        self.state = "armed"
        self._say, self._cylinder_disarms = say, cylinder_disarms

    def place(self, *, locked: bool) -> None:
        """Be in a state from the beginning."""
        self._set("armed" if locked else "disarmed", None)

    def on_moved(self, direction: Direction, source: str, cause: int | None) -> None:
        """Take note that the doors were moved because `source` asked for it."""
        disarms = source in AUTHORISED or (source == "cylinder" and self._cylinder_disarms)
        if direction == "lock" and source != "interior":
            self._set("armed", cause)
        elif direction == "unlock" and disarms:
            self._set("disarmed", cause)

    def on_opened(self, cause: int | None) -> None:
        """Take note that a door was opened."""
        if self.state == "armed":
            self._set("activated", cause)

    def disarm(self, cause: int | None) -> None:
        """Fall silent: the immobiliser has let somebody start."""
        self._set("disarmed", cause)

    def _set(self, state: str, cause: int | None) -> None:
        self.state = state
        self._say(state, cause)
