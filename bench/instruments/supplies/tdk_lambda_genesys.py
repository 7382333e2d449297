"""TDK-Lambda Genesys GEN20-38 supply (RS-232, RS-485 or USB serial).

Tried on the device: no. From the user manual and public drivers: lines end with CR; after `ADR 6`
(the address as delivered) each command is answered by `OK`, or by `Cnn` or `Enn` for an error,
which is read every time, or replies and commands would fall apart. 20 V and 38 A. `RST` is never
sent: it also sets over-voltage protection to its maximum.
"""

import re

from bench.errors import InstrumentFault
from bench.instruments.supply_output import ScpiSupply, SupplyWords

OK = "OK"
ADDRESS = 6


class TdkLambdaGenesys(ScpiSupply):
    """TDK-Lambda Genesys GEN20-38 (tried on the device: no)."""

    end = b"\r"
    half_sent_end = b"\r"
    idn = r"LAMBDA,GEN20-38"
    outputs = {1: (20.0, 38.0)}
    gap_s = 0.005  # assumed: the manual names none
    at_power_on = "off (safe start), or as it was (auto restart)"
    words = SupplyWords(
        volts="PV {x:.3f}",
        amperes="PC {x:.3f}",
        on="OUT 1",
        off="OUT 0",
        is_on="OUT?",
        measure_volts="MV?",
        measure_amperes="MC?",
        over_volts=("OVP {x:.3f}",),
        over_current=("FLD 1",),  # foldback: off in constant current
    )

    def _identify(self) -> str:
        for line in (f"ADR {ADDRESS}", "IDN?"):
            reply = self._query(line)
            if line.startswith("ADR") and reply != OK:
                self._refuse(reply)
        if not re.search(self.idn, reply):
            self._refuse(reply)
        return reply

    def _command(self, text: str) -> None:
        """Send a command and read how it was taken."""
        reply = self._query(text)
        if re.fullmatch(r"[CE]\d\d", reply):
            raise InstrumentFault(f"{self._link.where}: {text} is refused: {reply}")
        if reply != OK:
            self._nonsense(reply, f"{OK}, to {text}")
