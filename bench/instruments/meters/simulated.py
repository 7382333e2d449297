"""Inputs that exist only here."""

from functools import partial

from bench.errors import InstrumentFault, nearest
from bench.instruments.kinds import OnLevel, Setup
from bench.wiring.nets import Net


class Simulated:
    """Inputs that look at nets of the simulated bench, without delay."""

    numbers = range(1, 65)

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self._lines: dict[str, Net] = {}

    @property
    def poll_s(self) -> float:
        """Nothing has to be asked: nets tell."""
        return 0.0

    def open(self) -> None:
        """Find the nets that the inputs are wired to."""
        wiring = self.setup.wiring
        if wiring is None:
            raise InstrumentFault(f"{self.setup.name}: simulated inputs need a simulated car")
        for channel in self.setup.channels:
            net = self.setup.nets.get(channel, channel)
            where = f"meters.{self.setup.name}.channels.{channel}"
            self._lines[channel] = wiring.existing(net, where)

    def close(self) -> None:
        """Nothing to disconnect."""

    def identity(self) -> str:
        """Return what it is."""
        return "access-bench simulated inputs"

    def read(self, channel: str) -> float:
        """Return a line's voltage."""
        if channel not in self._lines:
            known = nearest(channel, self._lines)
            raise InstrumentFault(f'{self.setup.name}: no channel "{channel}": {known}')
        return self._lines[channel].mv / 1000

    def watch(self, on_level: OnLevel) -> None:
        """Call `on_level` at every change of a line."""
        for channel, net in self._lines.items():
            net.watch(partial(_tell, channel, on_level))

    def sample(self) -> dict[str, float]:
        """Read every line once."""
        return {channel: self.read(channel) for channel in self._lines}

    def tell(self, sample: dict[str, float]) -> None:
        """Nothing is left to tell: nets tell of every change."""

    def safe(self) -> None:
        """Inputs are always safe."""


def _tell(channel: str, on_level: OnLevel, net: Net, cause: int | None) -> None:
    on_level(channel, net.mv / 1000, cause)
