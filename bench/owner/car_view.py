"""The app's view of the car: whether it is locked, and how old that word is."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from bench.events import StateShown
from bench.journal import Journal
from bench.network.http_client import ExchangeError, Reply

Call = Callable[[str, str, int | None], Awaitable[Reply]]
ROLE = "door_lock_state"


class CarView:
    """What an app shows of the car when it is opened.

    Args:
        owner: whose app.
        path: of the vehicle's state in the cloud's interface.
        call: does an exchange in the owner's name.
        journal: where what is shown is written.
    """

    def __init__(self, owner: str, path: str, call: Call, journal: Journal) -> None:
        self._owner, self._path, self._call, self._journal = owner, path, call, journal
        self._label, self._reported_s = "", 0.0

    async def show(self, cause: int, *, dated: bool) -> None:
        """Ask the cloud how the car stands, and show that, or what is known from before.

        Args:
            cause: the entry because of which.
            dated: whether to say when the car has reported it.
        """
        try:
            reply = await self._call("GET", self._path, cause)
        except ExchangeError as error:
            seq = error.seq
        else:
            seq = reply.seq
            self._take(reply)
        said = _clock(self._reported_s) if dated else ""
        text = f"{self._label or 'unknown'}{said and f', as reported at {said}'}"
        self._journal.write(
            StateShown(self._owner, ROLE, self._label, self._reported_s if dated else 0.0, text),
            seq,
        )

    def _take(self, reply: Reply) -> None:
        """Keep what the car has reported last, if the answer says so."""
        document = reply.granted()
        state, reported = document.get("state"), document.get("reported_at")
        if isinstance(state, dict) and ROLE in state and isinstance(reported, int | float):
            self._label, self._reported_s = str(state[ROLE]), float(reported)


def _clock(at_s: float) -> str:
    return f"{datetime.fromtimestamp(at_s, UTC):%H:%M:%S} UTC" if at_s else ""
