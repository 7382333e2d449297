"""The twin of a Siglent SPD3303X."""

from bench.instruments.scpi_twin import Rule, ScpiSupplyTwin


class SiglentSpd3303x(ScpiSupplyTwin):
    """Obeys the few SCPI commands that a bench uses, unless they come within 10 ms."""

    outputs = (1, 2)
    needs_s = 0.01
    idn = "Siglent Technologies,SPD3303X,SPD3XTWIN00001,1.01.01.02.05,V3.0"

    def rules(self) -> list[tuple[str, Rule]]:
        """Return what lines look like, and what is done then."""
        return [
            (r"OUTP CH(\d),(ON|OFF)", self.set_on),
            (r"SYST:STAT\?", lambda: hex(sum(on << (3 + n) for n, on in self.on.items()))),
            (r"CH(\d):VOLT ([\d.]+)", self.set_volts),
            (r"CH(\d):CURR ([\d.]+)", self.set_amperes),
            (r"MEAS:VOLT\? CH([12])", self.say_volts),
            (r"MEAS:CURR\? CH([12])", self.say_amperes),
        ]
