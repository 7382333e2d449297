"""The twin of a Keysight 34461A."""

from bench.instruments.kinds import Setup
from bench.instruments.scpi_twin import Rule, ScpiTwin


class Keysight34461a(ScpiTwin):
    """Reads its line in the range that was configured; beyond it, it is overloaded."""

    idn = "Keysight Technologies,34461A,MY00000001,A.03.02-02.40-03.02-00.52-04-02"

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self.range_v = 1.0

    def rules(self) -> list[tuple[str, Rule]]:
        """Return what lines look like, and what is done then."""
        return [
            (r"CONF:VOLT:DC ([\d.]+)", self._configure),
            (r"SENS:VOLT:DC:NPLC ([\d.]+)", lambda _cycles: None),
            (r"READ\?", self._read),
        ]

    def _configure(self, range_v: str) -> None:
        self.range_v = float(range_v)

    def _read(self) -> str:
        volts = self.mv_at(1) / 1000 * (-1 if self.listens_at.inverted else 1)
        return f"{volts if abs(volts) <= 1.2 * self.range_v else 9.9e37:+.8E}"
