"""The twin of a Rigol DP832."""

from bench.instruments.scpi_twin import Rule, ScpiSupplyTwin


class RigolDp832(ScpiSupplyTwin):
    """Obeys the few SCPI commands that a bench uses."""

    outputs = (1, 2, 3)
    idn = "RIGOL TECHNOLOGIES,DP832,DP8TWIN00001,00.01.14"

    def rules(self) -> list[tuple[str, Rule]]:
        """Return what lines look like, and what is done then."""
        return [
            (r"OUTP CH(\d),(ON|OFF)", self.set_on),
            (r"OUTP\? CH([1-3])", lambda output: "ON" if self.on[int(output)] else "OFF"),
            (r"SOUR(\d):VOLT ([\d.]+)", self.set_volts),
            (r"SOUR(\d):CURR ([\d.]+)", self.set_amperes),
            (r"OUTP:OVP:VAL CH(\d),([\d.]+)", self.guard_volts),
            (r"OUTP:OVP CH(\d),ON", lambda _output: None),
            (r"OUTP:OCP:VAL CH(\d),([\d.]+)", lambda _output, _amperes: None),
            (r"OUTP:OCP CH(\d),ON", self.guard_amperes),
            (r"MEAS:VOLT\? CH([1-3])", self.say_volts),
            (r"MEAS:CURR\? CH([1-3])", self.say_amperes),
        ]
