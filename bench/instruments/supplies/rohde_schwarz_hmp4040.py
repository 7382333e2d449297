"""Rohde & Schwarz (Hameg) HMP4040 supply (SCPI over USB serial or raw socket 5025).

Tried on the device: no. From the user manual and public drivers: four outputs of 32 V and 10 A,
160 W each. The selected output is hidden state, so it is selected with every command, in one
write. `OUTP:SEL` marks an output, `OUTP:GEN` feeds all that are marked: before that is switched on,
the others are unmarked, or they would come on, too. Switching off unmarks one and leaves the rest.
"""

from bench.instruments.supply_output import ScpiSupply, SupplyWords


class RohdeSchwarzHmp4040(ScpiSupply):
    """Rohde & Schwarz HMP4040, one of its four outputs (tried on the device: no)."""

    idn = r"(ROHDE&SCHWARZ|HAMEG),HMP4040,"
    outputs = {1: (32.0, 10.0), 2: (32.0, 10.0), 3: (32.0, 10.0), 4: (32.0, 10.0)}
    timeout_s = 2.0
    words = SupplyWords(
        volts="INST:NSEL {n};:VOLT {x:.3f}",
        amperes="INST:NSEL {n};:CURR {x:.4f}",
        on="INST:NSEL {n};:OUTP:SEL 1;:OUTP:GEN 1",
        off="INST:NSEL {n};:OUTP:SEL 0",
        is_on="INST:NSEL {n};:OUTP:SEL?;:OUTP:GEN?",
        measure_volts="INST:NSEL {n};:MEAS:VOLT?",
        measure_amperes="INST:NSEL {n};:MEAS:CURR?",
        over_volts=("INST:NSEL {n};:VOLT:PROT {x:.3f}",),
        over_current=("INST:NSEL {n};:FUSE 1",),  # its electronic fuse: at the current limit
    )

    def _switch(self, *, on: bool) -> None:
        if on and not self._general():
            for other in self.outputs:
                if other != self.output:
                    self._command(f"INST:NSEL {other};:OUTP:SEL 0")
        super()._switch(on=on)

    def _general(self) -> bool:
        """Return whether marked outputs are fed at this moment."""
        return super()._truth(self._query("OUTP:GEN?"))

    def _truth(self, reply: str) -> bool:
        marked, _, fed = reply.partition(";")
        return super()._truth(marked) and super()._truth(fed)
