"""Switch units of the 34970A kind: `ROUT:CLOS (@101)`, and cards in slots."""

from typing import ClassVar

from bench.errors import InstrumentFault, WrongInstrument
from bench.instruments.relay_board import RelayDriver
from bench.instruments.scpi import Scpi


class ScpiSwitch(Scpi, RelayDriver):
    """Relays of the cards in a SCPI switch unit.

    Attributes:
        cards: the cards that can be used, and how many relays each has.
        slot_digits: how many digits of a channel number say which relay of its slot.
        ask_card: asks what is in a slot ({slot}, {base} = the slot's first number less one).
    """

    cards: ClassVar[dict[str, int]]
    slot_digits: ClassVar[int]
    ask_card: ClassVar[str]

    def _prepare(self) -> None:
        """Refuse a channel whose slot holds no card of relays, or one with fewer."""
        base = 10**self.slot_digits
        for slot in sorted({number // base for number in self.setup.channels.values()}):
            says = self._query(self.ask_card.format(slot=slot, base=slot * base))
            card = next((card for card in self.cards if card in says), None)
            if card is None:
                raise WrongInstrument(
                    f"{self._link.where}: slot {slot} holds no card of relays that is known "
                    f"({', '.join(self.cards)}): it says {says!r}"
                )
            self._must_have(slot, card, base)

    def _must_have(self, slot: int, card: str, base: int) -> None:
        for name, number in self.setup.channels.items():
            if number // base == slot and not 1 <= number % base <= self.cards[card]:
                raise InstrumentFault(
                    f"{self.setup.name}: channel {name} = {number}: the {card} in slot {slot} "
                    f"has {self.cards[card]} relays"
                )

    def _switch(self, number: int, *, closed: bool) -> None:
        self._command(f"ROUT:{'CLOS' if closed else 'OPEN'} (@{number})")

    def _state(self, number: int) -> bool | None:
        reply = self._query(f"ROUT:CLOS? (@{number})")
        if reply not in {"0", "1"}:
            self._nonsense(reply, "1 or 0")
        return reply == "1"
