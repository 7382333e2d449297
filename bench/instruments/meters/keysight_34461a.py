"""Keysight 34461A multimeter (SCPI over USBTMC, LAN or raw socket 5025).

Tried on the device: no. From the programming guide: range and aperture are configured once (100 V,
1 power line cycle), then `READ?` takes a reading of 20 ms; `MEAS?` would configure anew each time.
Beyond its range it answers 9.9E+37.
"""

from bench.instruments.line_reader import ScpiMeter


class Keysight34461a(ScpiMeter):
    """Keysight 34461A multimeter, on one line (tried on the device: no)."""

    idn = r",34461A,"
    configure = ("CONF:VOLT:DC 100", "SENS:VOLT:DC:NPLC 1")
    timeout_s = 2.0  # longer than any aperture that is set here
    sample_s = 0.025
