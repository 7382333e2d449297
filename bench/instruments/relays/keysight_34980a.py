"""Keysight (Agilent) 34980A with 34937A and 34938A form C and form A cards (SCPI).

Tried on the device: no. As `keysight_34970a`, with eight slots and three digits for the relay
("1001"). The 34937A has 32 relays, the 34938A 20; 1 A and 5 A (their data sheets, from memory), so
1 A is what is promised here. `*RST` is never sent.
"""

from bench.instruments.scpi_switch import ScpiSwitch


class Keysight34980a(ScpiSwitch):
    """Keysight 34980A switch unit with 34937A or 34938A cards (tried on the device: no)."""

    idn = r",34980A,"
    numbers = tuple(slot * 1000 + place for slot in range(1, 9) for place in range(1, 33))
    cards = {"34937A": 32, "34938A": 20}
    slot_digits = 3
    ask_card = "SYST:CTYP? {slot}"
    contact_a = 1.0
    settle_s = 0.02  # assumed: larger relays than the 34970A's
    at_power_on = "unknown"
