"""Siglent SDM3055 multimeter (SCPI over USBTMC or raw socket 5025).

Tried on the device: no. From the programming guide: as the 34461A, with ranges of 200 mV to 1000 V
and apertures of 0.3, 1 and 10 power line cycles. 20 ms are kept between commands, as with the same
maker's supplies.
"""

from bench.instruments.line_reader import ScpiMeter


class SiglentSdm3055(ScpiMeter):
    """Siglent SDM3055 multimeter, on one line (tried on the device: no)."""

    idn = r"Siglent Technologies,SDM3055"
    configure = ("CONF:VOLT:DC 200", "SENS:VOLT:DC:NPLC 1")
    gap_s = 0.02
    timeout_s = 2.0
    sample_s = 0.05
