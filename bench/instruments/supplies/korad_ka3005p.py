"""Korad KA3005P supply, also sold as TENMA and Velleman (USB serial).

Tried on the device: no. From the sigrok wiki: 30 V and 5 A, one output; 9600 bit/s 8N1, and no
terminator at all: a command ends when nothing follows it. `STATUS?` answers with one byte, 0x40 =
output on. A reply takes about 18 ms, 50 ms are kept between commands; some Velleman firmwares need
longer. It has one output, `channel = 1`.
"""

from bench.instruments.supply_output import SupplyDriver

ON = 0x40
WIDTH = {"VOUT1?": 5, "IOUT1?": 5}


class KoradKa3005p(SupplyDriver):
    """Korad KA3005P, TENMA 72-2540 and the like (tried on the device: no)."""

    outputs = {1: (30.0, 5.0)}
    gap_s = 0.05
    half_sent_end = b""  # silence ends it
    usb_family = "Korad"

    def _identify(self) -> str:
        reply = self._link.ask(b"*IDN?", None).decode("ascii", errors="replace").strip("\x00 \r\n")
        if not reply.startswith(("KORAD", "TENMA", "VELLEMAN")):
            self._refuse(reply)
        return reply

    def is_on(self) -> bool | None:
        """Return whether the output is on."""
        # one byte cannot be told from noise: what stands at the output is a known number of them
        self._measured("VOUT1?")
        status = self._link.ask(b"STATUS?", 1)[0]
        return bool(status & ON)

    def measure_voltage(self) -> float:
        """Return the output voltage, in volts."""
        return self._measured("VOUT1?")

    def measure_current(self) -> float:
        """Return the output current, in amperes."""
        return self._measured("IOUT1?")

    def _measured(self, query: str) -> float:
        return self._value(self._link.ask(query.encode(), WIDTH[query]), query)

    def _set_volts(self, volts: float) -> None:
        self._link.write(f"VSET1:{volts:05.2f}".encode())

    def _set_amperes(self, amperes: float) -> None:
        self._link.write(f"ISET1:{amperes:.3f}".encode())

    def _protect_amperes(self) -> None:
        self._link.write(b"OCP1")  # OVP1 exists, too, but its voltage is set by hand only

    def _switch(self, *, on: bool) -> None:
        self._link.write(b"OUT1" if on else b"OUT0")
