"""The twin of a Rigol DP832."""

import re

from bench.instruments.kinds import Setup
from bench.instruments.wire_twin import SupplyTwin

IDN = "RIGOL TECHNOLOGIES,DP832,DP8TWIN00001,00.01.14"


class RigolDp832(SupplyTwin):
    """Obeys the few SCPI commands that a bench uses; an unknown one is ignored, as there."""

    outputs = (1, 2, 3)

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self.idn = IDN

    def execute(self, command: bytes) -> bytes:
        """Obey a command; queries are answered with a line."""
        reply = self._reply(command.decode("ascii", errors="replace").strip().upper())
        return reply.encode() + b"\n" if reply is not None else b""

    def _reply(self, text: str) -> str | None:
        if text == "*IDN?":
            return self.idn
        if match := re.fullmatch(r":OUTP CH(\d),(ON|OFF)", text):
            self.switch(int(match[1]), on=match[2] == "ON")
        elif match := re.fullmatch(r":OUTP\? CH([1-3])", text):
            return "ON" if self.on[int(match[1])] else "OFF"
        elif match := re.fullmatch(r":SOUR(\d):VOLT ([\d.]+)", text):
            self.adjust_volts(int(match[1]), float(match[2]))
        elif match := re.fullmatch(r":SOUR(\d):CURR ([\d.]+)", text):
            self.adjust_amperes(int(match[1]), float(match[2]))
        elif match := re.fullmatch(r":MEAS:VOLT\? CH([1-3])", text):
            return f"{self.measured_volts(int(match[1])):.4f}"
        elif match := re.fullmatch(r":MEAS:CURR\? CH([1-3])", text):
            return f"{self.measured_amperes(int(match[1])):.4f}"
        return None
