"""Siglent SPD3303X and SPD3303X-E triple supplies (SCPI over USBTMC or raw socket 5025).

Tried on the device: no. From the quick start guide and public drivers: outputs 1 and 2 give 32 V
and 3.2 A; output 3 has a selector switch and no readback, so it is not offered. `SYST:STAT?`
answers in hex, bit 4 for output 1, bit 5 for output 2. It needs 10 to 20 ms between commands.
`*SAV` is never sent: it was seen to crash the firmware.
"""

from bench.instruments.supply_output import ScpiSupply, SupplyWords


class SiglentSpd3303x(ScpiSupply):
    """Siglent SPD3303X, one of its two adjustable outputs (tried on the device: no)."""

    idn = r"Siglent Technologies,SPD3303X"
    outputs = {1: (32.0, 3.2), 2: (32.0, 3.2)}
    timeout_s = 2.0
    gap_s = 0.02
    words = SupplyWords(
        volts="CH{n}:VOLT {x:.3f}",
        amperes="CH{n}:CURR {x:.3f}",
        on="OUTP CH{n},ON",
        off="OUTP CH{n},OFF",
        is_on="SYST:STAT?",
        measure_volts="MEAS:VOLT? CH{n}",
        measure_amperes="MEAS:CURR? CH{n}",
    )

    def _truth(self, reply: str) -> bool:
        try:
            status = int(reply, 16)
        except ValueError:
            self._nonsense(reply, "a status in hex")
        return bool(status >> (3 + self.output) & 1)
