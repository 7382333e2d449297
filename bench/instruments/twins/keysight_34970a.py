"""The twin of a Keysight 34970A with 34903A cards in slots 1 and 2, and a multiplexer in 3."""

import re

from bench.instruments.wire_twin import RelayTwin


class Keysight34970a(RelayTwin):
    """Obeys the few SCPI commands that a bench uses."""

    numbers = tuple(slot * 100 + place for slot in (1, 2) for place in range(1, 21))
    latching = True
    idn = "HEWLETT-PACKARD,34970A,0,13-2-2"
    cards = {"100": "HEWLETT-PACKARD,34903A,0,1.0", "200": "HEWLETT-PACKARD,34903A,0,1.0",
             "300": "HEWLETT-PACKARD,34901A,0,1.0"}  # fmt: skip

    def execute(self, command: bytes) -> bytes:
        """Obey a command; queries are answered with a line."""
        reply = self._reply(command.decode("ascii", errors="replace").strip().upper())
        return reply.encode() + b"\n" if reply is not None else b""

    def _reply(self, text: str) -> str | None:
        if text == "*IDN?":
            return self.idn
        if match := re.fullmatch(r"SYST:CTYP\? (\d+)", text):
            return self.cards.get(match[1], "HEWLETT-PACKARD,0,0,0")
        if match := re.fullmatch(r"ROUT:(CLOS|OPEN) \(@(\d+)\)", text):
            self.switch(int(match[2]), on=match[1] == "CLOS")
        elif match := re.fullmatch(r"ROUT:CLOS\? \(@(\d+)\)", text):
            return str(int(self.closed.get(int(match[1]), False)))
        return None
