"""Rigol DP832 triple supply (SCPI over USBTMC, LAN or raw socket 5555).

Tried on the device: no. From the programming guide: outputs 1 and 2 give 30 V and 3 A, output 3
5 V and 3 A; `:OUTP? CH1` answers in words. `*RST` is never sent: over VXI-11 it was seen to hang
the LAN until the supply was switched off.
"""

from bench.instruments.supply_output import ScpiSupply, SupplyWords


class RigolDp832(ScpiSupply):
    """Rigol DP832, one of its three outputs (tried on the device: no)."""

    idn = r"RIGOL TECHNOLOGIES,DP832"
    outputs = {1: (30.0, 3.0), 2: (30.0, 3.0), 3: (5.0, 3.0)}
    timeout_s = 2.0
    words = SupplyWords(
        volts=":SOUR{n}:VOLT {x:.3f}",
        amperes=":SOUR{n}:CURR {x:.3f}",
        on=":OUTP CH{n},ON",
        off=":OUTP CH{n},OFF",
        is_on=":OUTP? CH{n}",
        measure_volts=":MEAS:VOLT? CH{n}",
        measure_amperes=":MEAS:CURR? CH{n}",
        over_volts=(":OUTP:OVP:VAL CH{n},{x:.3f}", ":OUTP:OVP CH{n},ON"),
        over_current=(":OUTP:OCP:VAL CH{n},{x:.3f}", ":OUTP:OCP CH{n},ON"),
    )
