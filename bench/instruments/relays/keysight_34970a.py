"""Keysight (Agilent, HP) 34970A and 34972A with 34903A actuator cards (SCPI).

Tried on the device: no. From the user's and the service guide: `ROUT:CLOS (@101)`,
`ROUT:CLOS? (@101)` answers 1; 6 ms per operation; relays are driven by set and reset pulses, so
they stay as they are without power. Readback "does not account for relay hardware failures".
The 34903A switches 1 A (its data sheet). `*RST` is never sent.
"""

from bench.instruments.scpi_switch import ScpiSwitch


class Keysight34970a(ScpiSwitch):
    """Keysight 34970A switch unit with 34903A cards (tried on the device: no)."""

    idn = r",3497[02]A,"
    numbers = tuple(slot * 100 + place for slot in (1, 2, 3) for place in range(1, 21))
    cards = {"34903A": 20}
    slot_digits = 2
    ask_card = "SYST:CTYP? {base}"
    contact_a = 1.0
    settle_s = 0.006
    latching = True
    at_power_on = "unknown: the relays latch"
