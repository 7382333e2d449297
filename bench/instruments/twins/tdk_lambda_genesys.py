"""The twin of a TDK-Lambda Genesys GEN20-38."""

from typing import ClassVar

from bench.instruments.kinds import Setup
from bench.instruments.scpi_twin import Rule, ScpiSupplyTwin

OK, UNKNOWN, ADDRESS = "OK", "C01", "6"


class TdkLambdaGenesys(ScpiSupplyTwin):
    """Answers every line, once its address was called; says nothing before."""

    outputs = (1,)
    idn = "LAMBDA,GEN20-38"
    end: ClassVar[bytes] = b"\r"

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self.addressed = False

    def split(self) -> bytes | None:
        """Take the next line off what has come."""
        if b"\r" not in self._pending:
            return None
        command, _, self._pending = self._pending.partition(b"\r")
        return command

    def _reply(self, text: str) -> str | None:
        if text.startswith("ADR "):
            self.addressed = text == f"ADR {ADDRESS}"
        if not self.addressed or not text:
            return None
        reply = super()._reply(text)
        known = text.startswith(("ADR ", "PV ", "PC ", "OUT ", "OVP ", "FLD "))
        return reply if reply is not None else OK if known else UNKNOWN

    def rules(self) -> list[tuple[str, Rule]]:
        """Return what lines look like, and what is done then."""
        return [
            (r"IDN\?", lambda: self.idn),
            (r"OUT ([01])", lambda word: self.set_on("1", word)),
            (r"OUT\?", lambda: "ON" if self.on[1] else "OFF"),
            (r"PV ([\d.]+)", lambda volts: self.set_volts("1", volts)),
            (r"PC ([\d.]+)", lambda most: self.set_amperes("1", most)),
            (r"OVP ([\d.]+)", lambda volts: self.guard_volts("1", volts)),
            (r"FLD 1", lambda: self.guard_amperes("1")),
            (r"MV\?", lambda: f"{self.measured_volts(1):.3f}"),
            (r"MC\?", lambda: f"{self.measured_amperes(1):.3f}"),
        ]
