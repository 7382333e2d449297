"""Rigol DP832 triple supply (SCPI over USBTMC, LAN or raw socket 5555).

Tried on the device: no. From the programming guide: outputs 1 and 2 give 30 V and 3 A, output 3
5 V and 3 A; `:OUTP? CH1` answers in words. `*RST` is never sent: over VXI-11 it was seen to hang
the LAN until the supply was switched off.
"""

from bench.errors import InstrumentFault, ReadbackMismatch, WrongInstrument
from bench.instruments.kinds import Setup
from bench.instruments.visa_link import VisaLink

MOST_V = {1: 30.0, 2: 30.0, 3: 5.0}
MOST_A = 3.0


class RigolDp832:
    """Rigol DP832, one of its three outputs (tried on the device: no)."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self._link = VisaLink(setup, timeout_s=2.0)
        self._idn = ""
        self._channel = next(iter(setup.channels.values()), 1)

    def open(self) -> None:
        """Connect; raises WrongInstrument when something else answers."""
        if self._channel not in MOST_V:
            raise InstrumentFault(
                f"{self.setup.name}: channel = {self._channel}: this model has 1, 2 and 3"
            )
        self._link.open()
        self._link.synchronise(b"\n")
        self._idn = self._ask("*IDN?")
        if "DP832" not in self._idn:
            raise WrongInstrument(f"{self._link.where} is no DP832: it says {self._idn!r}")

    def close(self) -> None:
        """Disconnect; the output stays as it is."""
        self._link.close()

    def identity(self) -> str:
        """Return maker, model, serial number and firmware."""
        return self._idn

    def set_voltage(self, volts: float) -> None:
        """Set the output voltage; raises InstrumentFault beyond what the output gives."""
        self._within(volts, MOST_V[self._channel], "V")
        self._write(f":SOUR{self._channel}:VOLT {volts:.3f}")

    def set_current_limit(self, amperes: float) -> None:
        """Set the current limit.

        A lock motor stalls at 5 to 10 A, so a car's terminal 30 wants more than this supply gives.
        """
        self._within(amperes, MOST_A, "A")
        self._write(f":SOUR{self._channel}:CURR {amperes:.3f}")

    def set_output(self, *, on: bool) -> bool | None:
        """Switch the output and read it back; raises ReadbackMismatch."""
        self._write(f":OUTP CH{self._channel},{'ON' if on else 'OFF'}")
        state = self.is_on()
        if state is not on:
            raise ReadbackMismatch(
                f"{self._link.where}: output {self._channel} should be {'on' if on else 'off'}"
            )
        return state

    def is_on(self) -> bool | None:
        """Return whether the output is on."""
        reply = self._ask(f":OUTP? CH{self._channel}")
        if reply not in {"ON", "OFF"}:
            self._link.distrust()
            raise InstrumentFault(f"{self._link.where}: it says {reply!r}, not ON or OFF")
        return reply == "ON"

    def measure_voltage(self) -> float:
        """Return the output voltage."""
        return self._number(f":MEAS:VOLT? CH{self._channel}")

    def measure_current(self) -> float:
        """Return the output current."""
        return self._number(f":MEAS:CURR? CH{self._channel}")

    def safe(self) -> None:
        """Switch the output off."""
        self.set_output(on=False)

    def _within(self, value: float, most: float, unit: str) -> None:
        if not 0 <= value <= most:
            raise InstrumentFault(
                f"{self._link.where}: output {self._channel} gives at most {most:g} {unit}, "
                f"not {value:g}"
            )

    def _number(self, query: str) -> float:
        reply = self._ask(query)
        try:
            return float(reply)
        except ValueError:
            self._link.distrust()
            raise InstrumentFault(f"{self._link.where}: {query}: it says {reply!r}") from None

    def _write(self, command: str) -> None:
        self._link.write(command.encode() + b"\n")

    def _ask(self, query: str) -> str:
        reply = self._link.ask(query.encode() + b"\n", b"\n")
        return reply.decode("ascii", errors="replace").strip()
