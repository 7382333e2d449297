"""The twin of a Rohde & Schwarz HMP4040."""

from bench.instruments.kinds import Setup
from bench.instruments.scpi_twin import Rule, ScpiSupplyTwin


class RohdeSchwarzHmp4040(ScpiSupplyTwin):
    """Keeps which output is selected, which are marked, and whether those are fed."""

    outputs = (1, 2, 3, 4)
    idn = "ROHDE&SCHWARZ,HMP4040,100001,HW50020001/SW2.51"

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self.selected = 1
        self.marked = dict.fromkeys(self.outputs, False)
        self.fed = False

    def rules(self) -> list[tuple[str, Rule]]:
        """Return what lines look like, and what is done then."""
        return [
            (r"INST:NSEL ([1-4])", self._select),
            (r"VOLT ([\d.]+)", lambda volts: self.adjust_volts(self.selected, float(volts))),
            (r"CURR ([\d.]+)", lambda most: self.adjust_amperes(self.selected, float(most))),
            (r"VOLT:PROT ([\d.]+)", lambda volts: self.guard_volts(str(self.selected), volts)),
            (r"FUSE 1", lambda: self.guard_amperes(str(self.selected))),
            (r"OUTP:SEL ([01])", self._mark),
            (r"OUTP:GEN ([01])", self._feed),
            (r"OUTP:SEL\?", lambda: str(int(self.marked[self.selected]))),
            (r"OUTP:GEN\?", lambda: str(int(self.fed))),
            (r"MEAS:VOLT\?", lambda: f"{self.measured_volts(self.selected):.3f}"),
            (r"MEAS:CURR\?", lambda: f"{self.measured_amperes(self.selected):.4f}"),
        ]

    def _select(self, output: str) -> None:
        self.selected = int(output)

    def _mark(self, word: str) -> None:
        if self.selected not in self.stuck:
            self.marked[self.selected] = word == "1"
        self._apply()

    def _feed(self, word: str) -> None:
        self.fed = word == "1"
        self._apply()

    def trip(self, output: int) -> None:
        """Be unmarked after a protection has switched an output off."""
        before = self.on[output]
        super().trip(output)
        if before and not self.on[output]:
            self.marked[output] = False

    def _apply(self) -> None:
        for output in self.outputs:
            wanted = self.fed and self.marked[output]
            if self.on[output] != wanted:
                self.switch(output, on=wanted)

    def lose_power(self) -> None:
        """Come back with nothing marked and nothing fed."""
        self.marked, self.fed = dict.fromkeys(self.outputs, False), False
        super().lose_power()
