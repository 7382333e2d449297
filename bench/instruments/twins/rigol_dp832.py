"""The twin of a Rigol DP832."""

import re

from bench.instruments.kinds import Setup
from bench.instruments.wire_twin import WireTwin

IDN = "RIGOL TECHNOLOGIES,DP832,DP8TWIN00001,00.01.14"


class RigolDp832(WireTwin):
    """Obeys the few SCPI commands that a bench uses; an unknown one is ignored, as there."""

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self.on = {1: False, 2: False, 3: False}
        self.volts = {1: 0.0, 2: 0.0, 3: 0.0}
        self.limit_a = {1: 3.0, 2: 3.0, 3: 3.0}
        self.idn = IDN

    def execute(self, command: bytes) -> bytes:
        """Obey a command; queries are answered with a line."""
        reply = self._reply(command.decode("ascii", errors="replace").strip().upper())
        return reply.encode() + b"\n" if reply is not None else b""

    def _reply(self, text: str) -> str | None:
        if text == "*IDN?":
            return self.idn
        if match := re.fullmatch(r":OUTP CH(\d),(ON|OFF)", text):
            self._switch(int(match[1]), on=match[2] == "ON")
        elif match := re.fullmatch(r":OUTP\? CH(\d)", text):
            return "ON" if self.on[int(match[1])] else "OFF"
        elif match := re.fullmatch(r":SOUR(\d):(VOLT|CURR) ([\d.]+)", text):
            self._adjust(int(match[1]), match[2], float(match[3]))
        elif match := re.fullmatch(r":MEAS:(VOLT|CURR)\? CH(\d)", text):
            return f"{self._measured(match[1], int(match[2])):.4f}"
        return None

    def _switch(self, channel: int, *, on: bool) -> None:
        if channel not in self.stuck:
            self.on[channel] = on
            self.drive(channel, on=on, mv=round(self.volts[channel] * 1000))

    def _adjust(self, channel: int, what: str, value: float) -> None:
        if what == "VOLT":
            self.volts[channel] = value
            if self.on[channel]:
                self.drive(channel, on=True, mv=round(value * 1000))
        else:
            self.limit_a[channel] = value

    def _measured(self, what: str, channel: int) -> float:
        if not self.on[channel]:
            return 0.0
        if what == "VOLT":
            return self.volts[channel]
        net = self.net_of(channel)
        return min(net.ma / 1000 if net is not None else 0.0, self.limit_a[channel])
