"""The owners by name, and what each carries."""

from dataclasses import dataclass

from bench.errors import UnknownName


@dataclass(frozen=True)
class Carries:
    """What is in an owner's pockets.

    Everybody knows the keypad's code and has a voice.

    Attributes:
        summary: in a sentence.
        phone: "charged", "flat" or "none".
        fob: "charged", "flat" (its transponder still works) or "none".
    """

    summary: str
    phone: str = "none"
    card: bool = False
    fob: str = "none"
    blade: bool = False

    def things(self) -> frozenset[str]:
        """Return the things, in the words in which paths say what they need."""
        found = {"knowledge"}
        if self.phone != "none":
            found.add("phone_nfc")
        if self.phone == "charged":
            found.add("phone")
        if self.card:
            found.add("card")
        if self.fob != "none":
            found.add("transponder")
        if self.fob == "charged":
            found.add("fob")
        if self.blade:
            found.add("blade")
        return frozenset(found)


OWNERS = {
    "phone_only": Carries("a charged phone, nothing else", phone="charged"),
    "phone_and_card": Carries("a charged phone and the key card", phone="charged", card=True),
    "phone_and_fob": Carries("a charged phone and the key fob", phone="charged", fob="charged"),
    "phone_and_blade": Carries(
        "a charged phone, the mechanical key, and a fob with an empty cell (its transponder)",
        phone="charged", fob="flat", blade=True,
    ),
    "flat_phone_and_card": Carries("a flat phone and the key card", phone="flat", card=True),
    "flat_phone_only": Carries("a flat phone, nothing else", phone="flat"),
}  # fmt: skip

THINGS = frozenset[str]().union(*(each.things() for each in OWNERS.values()))


def carries(owner: str) -> Carries:
    """Return what an owner carries; raises UnknownName."""
    if owner not in OWNERS:
        raise UnknownName("owner", owner, OWNERS)
    return OWNERS[owner]
