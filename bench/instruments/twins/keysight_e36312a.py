"""The twin of a Keysight E36312A."""

from bench.instruments.scpi_twin import Rule, ScpiSupplyTwin


class KeysightE36312a(ScpiSupplyTwin):
    """Obeys the few SCPI commands that a bench uses."""

    outputs = (1, 2, 3)
    idn = "Keysight Technologies,E36312A,MY00000001,2.1.0-1.0.4-1.12"

    def rules(self) -> list[tuple[str, Rule]]:
        """Return what lines look like, and what is done then."""
        return [
            (r"OUTP ([01]),\(@(\d)\)", lambda word, output: self.set_on(output, word)),
            (r"OUTP\? \(@([1-3])\)", lambda output: str(int(self.on[int(output)]))),
            (r"VOLT ([\d.]+),\(@(\d)\)", lambda volts, output: self.set_volts(output, volts)),
            (r"CURR ([\d.]+),\(@(\d)\)", lambda most, output: self.set_amperes(output, most)),
            (r"VOLT:PROT ([\d.]+),\(@(\d)\)", lambda v, output: self.guard_volts(output, v)),
            (r"CURR:PROT:STAT 1,\(@(\d)\)", self.guard_amperes),
            (r"MEAS:VOLT\? \(@([1-3])\)", self.say_volts),
            (r"MEAS:CURR\? \(@([1-3])\)", self.say_amperes),
        ]
