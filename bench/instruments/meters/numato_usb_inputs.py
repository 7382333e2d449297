"""The GPIO lines of Numato USB relay and GPIO modules, as digital inputs (CDC serial, ASCII).

Tried on the device: no. From the maker's documentation: `gpio read 0` answers 1 or 0; lines above
9 are letters. They take 0 to 5 V: a car's lines need a divider or an optocoupler in front. An
exchange was not measured; 5 ms are assumed.
"""

from bench.instruments.line_reader import DigitalInputs
from bench.instruments.numato import INDEX, Numato


class NumatoUsbInputs(Numato, DigitalInputs):
    """GPIO lines of a Numato USB module, up to 16 (tried on the device: no)."""

    numbers = range(len(INDEX))
    sample_s = 0.02

    def _high(self, numbers: set[int]) -> set[int]:
        return {number for number in sorted(numbers) if self._read(number)}

    def _read(self, number: int) -> bool:
        reply = self._command(f"gpio read {INDEX[number]}")
        if reply not in {"0", "1"}:
            self._nonsense(reply, "1 or 0")
        return reply == "1"
