"""A relay board that exists only here."""

from collections.abc import Sequence

from bench.errors import InstrumentFault, nearest
from bench.instruments.kinds import Setup
from bench.wiring.nets import CLOSED_MV


class Simulated:
    """Relays whose contacts close nets of the simulated bench; readback is true."""

    numbers = range(1, 65)

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self._closed: dict[str, bool] = dict.fromkeys(setup.channels, False)
        self._lines: dict[str, str] = {}

    def open(self) -> None:
        """Find the nets that the contacts are wired to."""
        wiring = self.setup.wiring
        if wiring is None:
            raise InstrumentFault(f"{self.setup.name}: a simulated board needs a simulated car")
        for channel in self.setup.channels:
            net = self.setup.nets.get(channel, channel)
            wiring.existing(net, f"relays.{self.setup.name}.channels.{channel}")
            self._lines[channel] = net

    def close(self) -> None:
        """Nothing to disconnect."""

    def identity(self) -> str:
        """Return what it is."""
        return "access-bench simulated relay board"

    def set(self, channel: str, *, closed: bool) -> bool | None:
        """Switch a relay at once."""
        self._known(channel)
        self._closed[channel] = closed
        if self.setup.wiring is not None:
            net = self.setup.wiring.net(self._lines[channel])
            net.drive(self.setup.name, CLOSED_MV if closed else 0)
        return closed

    def state(self, channel: str) -> bool | None:
        """Return whether a relay is closed."""
        self._known(channel)
        return self._closed[channel]

    def release(self, channels: Sequence[str]) -> dict[str, bool | Exception | None]:
        """Open relays."""
        return {channel: self.set(channel, closed=False) for channel in channels}

    def safe(self) -> None:
        """Open every relay."""
        self.release(list(self._lines))

    def _known(self, channel: str) -> None:
        if channel not in self._lines:
            known = nearest(channel, self._lines)
            raise InstrumentFault(f'{self.setup.name}: no channel "{channel}": {known}')
