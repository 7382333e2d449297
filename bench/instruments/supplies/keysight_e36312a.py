"""Keysight E36312A triple supply (SCPI over USBTMC, LAN or raw socket 5025).

Tried on the device: no. From the programming guide and public drivers: channel lists name the
output, `OUTP 1,(@2)`; output 1 gives 6 V and 5 A, outputs 2 and 3 give 25 V and 1 A: none of them
feeds a car's terminal 30 alone. A communication watchdog (`OUTP:PROT:WDOG`) is documented for other
families of the maker, not found for this one.
"""

from bench.instruments.supply_output import ScpiSupply, SupplyWords


class KeysightE36312a(ScpiSupply):
    """Keysight E36312A, one of its three outputs (tried on the device: no)."""

    idn = r",E36312A,"
    outputs = {1: (6.0, 5.0), 2: (25.0, 1.0), 3: (25.0, 1.0)}
    timeout_s = 2.0
    at_power_on = "off, unless a stored state is recalled"
    words = SupplyWords(
        volts="VOLT {x:.3f},(@{n})",
        amperes="CURR {x:.3f},(@{n})",
        on="OUTP 1,(@{n})",
        off="OUTP 0,(@{n})",
        is_on="OUTP? (@{n})",
        measure_volts="MEAS:VOLT? (@{n})",
        measure_amperes="MEAS:CURR? (@{n})",
        over_volts=("VOLT:PROT {x:.3f},(@{n})",),
        over_current=("CURR:PROT:STAT 1,(@{n})",),
    )
