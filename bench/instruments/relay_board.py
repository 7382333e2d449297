"""What drivers of relay boards have in common: verified switching, and a safe state in time."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from bench.errors import InstrumentFault, ReadbackMismatch, described
from bench.instruments.driver import Driver

SAFE_WITHIN_S = 5.0  # no channel is begun after that: `safe` must not hang a bench's end


class RelayDriver(Driver):
    """A relay board behind a VISA resource.

    Attributes:
        numbers: the board's own channel numbers.
        contact_a: the current that a contact carries, from the data sheet (None: unknown).
        settle_s: from the command until the contact has moved and the register can be read.
        latching: relays stay as they are without power; de-energised is not safe then.
    """

    numbers: ClassVar[Sequence[int]]
    contact_a: ClassVar[float | None] = None
    settle_s: ClassVar[float] = 0.01
    latching: ClassVar[bool] = False

    def set(self, channel: str, *, closed: bool) -> bool | None:
        """Switch a relay and read it back; raises ReadbackMismatch.

        Returns what the board's register says: verified; None where the board cannot tell, then
        the relay was commanded and no more.
        """
        number = self._number(channel)
        self._switch(number, closed=closed)
        self.setup.pace.sleep(self.settle_s)
        state = self._state(number)
        if state is not None and state is not closed:
            wanted = "closed" if closed else "open"
            raise ReadbackMismatch(
                f"{self._link.where}: {channel} should be {wanted}, the board says otherwise"
            )
        return state

    def state(self, channel: str) -> bool | None:
        """Return the board's register of a relay (None: it cannot tell); no contact is sensed."""
        return self._state(self._number(channel))

    def safe(self) -> None:
        """Open every relay that the bench uses; try all, those that fail twice, then raise."""
        self._reconnect_if_lost()
        failed = self._open_all(list(self.setup.channels))
        if failed:
            self._reconnect_if_lost()  # a loss while nothing was sent is noticed only now
            failed = self._open_all(list(failed))
        if failed:
            raise InstrumentFault("; ".join(dict.fromkeys(failed.values())))

    def _open_all(self, channels: list[str]) -> dict[str, str]:
        """Open relays; return per channel that did not open why."""
        pace, failed = self.setup.pace, {}
        until_s = pace.now_s() + SAFE_WITHIN_S
        for channel in channels:
            if pace.now_s() > until_s:
                failed[channel] = f"{self._link.where}: {channel}: not tried, no time was left"
                continue
            try:
                self.set(channel, closed=False)
            except Exception as error:
                failed[channel] = self._told_of(channel, error)
        return failed

    def _told_of(self, channel: str, error: Exception) -> str:
        """Say what went wrong; what a model's own code raises does not say where."""
        said = described(error)
        own = isinstance(error, InstrumentFault)
        return said if own else f"{self._link.where}: {channel}: {said}"

    @abstractmethod
    def _switch(self, number: int, *, closed: bool) -> None:
        """Tell the board to switch a relay."""

    @abstractmethod
    def _state(self, number: int) -> bool | None:
        """Ask the board how a relay is."""

    def _check_channels(self) -> None:
        first, last = self.numbers[0], self.numbers[-1]
        for name, number in self.setup.channels.items():
            if number not in self.numbers:
                raise InstrumentFault(
                    f"{self.setup.name}: channel {name} = {number}: this model has "
                    f"{first} to {last}"
                )
