"""What drivers of relay boards have in common: verified switching, and a safe state in time."""

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import partial
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
        all_off: opens every relay of the board at once (empty: there is no such command).
    """

    numbers: ClassVar[Sequence[int]]
    contact_a: ClassVar[float | None] = None
    settle_s: ClassVar[float] = 0.01
    latching: ClassVar[bool] = False
    all_off: ClassVar[bytes] = b""

    def set(self, channel: str, *, closed: bool) -> bool | None:
        """Switch a relay and read it back; raises ReadbackMismatch.

        Returns what the board's register says: verified; None where the board cannot tell, then
        the relay was commanded and no more.
        """
        number = self._number(channel)
        self._switch(number, closed=closed)
        self.setup.pace.sleep(self.settle_s)
        return self._agreed(channel, self._state(number), closed=closed)

    def state(self, channel: str) -> bool | None:
        """Return the board's register of a relay (None: it cannot tell); no contact is sensed."""
        return self._state(self._number(channel))

    def safe(self) -> None:
        """Open every relay that the bench uses; try all, those that fail twice, then raise."""
        self._reconnect_if_lost()
        failed = self._not_open(list(self.setup.channels))
        if failed:
            self._reconnect_if_lost()  # a loss while nothing was sent is noticed only now
            failed = self._not_open(list(failed))
        if failed:
            raise InstrumentFault("; ".join(dict.fromkeys(failed.values())))

    def release(self, channels: Sequence[str]) -> dict[str, bool | Exception | None]:
        """Open relays, every one before the first is read back: a slow board opens none late.

        Returns per channel what `set` returns, or the error that it would raise.
        """
        until_s = self.setup.pace.now_s() + SAFE_WITHIN_S
        opened: dict[str, bool | Exception | None] = {}
        if self.all_off and {self.setup.channels.get(c) for c in channels} == {*self.numbers}:
            self._tried("all relays", until_s, lambda: self._link.write(self.all_off))
            opened = self._read_open(channels, until_s)
        left = [channel for channel in channels if opened.get(channel) is not False]
        told = {c: self._tried(c, until_s, partial(self._tell_open, c)) for c in left}
        heard = [channel for channel in left if told[channel] is None]
        return opened | told | self._read_open(heard, until_s)

    def _read_open(
        self, channels: Sequence[str], until_s: float
    ) -> dict[str, bool | Exception | None]:
        """Read back relays that should be open."""
        if not channels:
            return {}
        self.setup.pace.sleep(self.settle_s)
        try:
            every = self._every()
        except Exception as error:
            return dict.fromkeys(channels, error)
        return {c: self._tried(c, until_s, partial(self._found_open, c, every)) for c in channels}

    def _tell_open(self, channel: str) -> None:
        self._switch(self._number(channel), closed=False)

    def _found_open(self, channel: str, every: Mapping[int, bool] | None) -> bool | None:
        number = self._number(channel)
        state = self._state(number) if every is None else every[number]
        return self._agreed(channel, state, closed=False)

    def _agreed(self, channel: str, state: bool | None, *, closed: bool) -> bool | None:
        """Return what the board says of a relay; raises ReadbackMismatch where it disagrees."""
        if state is not None and state is not closed:
            wanted = "closed" if closed else "open"
            raise ReadbackMismatch(
                f"{self._link.where}: {channel} should be {wanted}, the board says otherwise"
            )
        return state

    def _tried(
        self, channel: str, until_s: float, call: Callable[[], bool | None]
    ) -> bool | Exception | None:
        """Make a call for a channel; return what came of it. One that fails keeps no other."""
        if self.setup.pace.now_s() > until_s:
            return InstrumentFault(f"{self._link.where}: {channel}: not tried, no time was left")
        try:
            return call()
        except Exception as error:
            return error

    def _not_open(self, channels: list[str]) -> dict[str, str]:
        """Open relays; return per channel that did not open why."""
        said = self.release(channels).items()
        return {c: self._told_of(c, error) for c, error in said if isinstance(error, Exception)}

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

    def _every(self) -> Mapping[int, bool] | None:
        """Ask the board how all of its relays are (None: it is asked for one after the other)."""
        return None

    def _check_channels(self) -> None:
        first, last = self.numbers[0], self.numbers[-1]
        for name, number in self.setup.channels.items():
            if number not in self.numbers:
                raise InstrumentFault(
                    f"{self.setup.name}: channel {name} = {number}: this model has "
                    f"{first} to {last}"
                )
