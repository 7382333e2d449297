"""What one relay channel does to the car's wires, in the bench file's words."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from bench.config.validation import Section, shown

WANTED_CHANNEL = "should be a whole number, the board's own of the channel, or a table"
Position = Literal["open", "closed"]


class Contact(Section):
    """A channel of `[relays.<board>]`: `handle_driver = 1`, or a table that says more.

    Attributes:
        channel: the board's own number.
        contact: "no", normally open: de-energised is open; "nc", normally closed: de-energised is
            closed.
        opens: the wire that the contact stands in: open, it interrupts it. Without `opens` and
            `shorts` the contact closes the function of its own name, as a switch does.
        shorts: the wire that the closed contact connects with `to`.
        to: "ground", or another wire (a supply, the other line of a bus).
        safe: how the contact stands when the bench is safe, that is de-energised. It has to be
            said where that is not how it stands at rest: it is what the car sees of a dead bench.
    """

    channel: int = Field(ge=0)
    contact: Literal["no", "nc"] = "no"
    opens: str | None = None
    shorts: str | None = None
    to: str | None = None
    safe: Position | None = None

    @property
    def de_energised(self) -> Position:
        """How the contact stands without current in the relay's coil."""
        return "open" if self.contact == "no" else "closed"

    @property
    def rest(self) -> Position:
        """How the contact stands when nothing is asked of it: a wire whole, a switch released."""
        return "closed" if self.opens else "open"

    @property
    def stirs(self) -> bool:
        """Whether the car sees it move when the bench is made safe: it is not at rest then."""
        return self.rest != self.de_energised

    @property
    def in_a_wire(self) -> bool:
        """Whether it opens or shorts a wire; else it closes the function of its own name."""
        return bool(self.opens or self.shorts)

    def energised(self, *, closed: bool) -> bool:
        """Whether the coil has current when the contact stands like this.

        >>> Contact(channel=1).energised(closed=True)
        True
        >>> Contact(channel=1, contact="nc", opens="ground_bcm").energised(closed=True)
        False
        """
        return closed is (self.contact == "no")

    @model_validator(mode="after")
    def _is_said(self) -> "Contact":
        if self.opens and self.shorts:
            raise ValueError("a contact either opens a wire or shorts it")
        if bool(self.shorts) is not bool(self.to):
            raise ValueError('a short is between two: shorts = "…", to = "ground" or another wire')
        if self.safe is not None and self.safe != self.de_energised:
            raise ValueError(
                f'safe is de-energised, and a contact = "{self.contact}" is then '
                f"{self.de_energised}, not {self.safe}"
            )
        if self.safe is None and self.stirs:
            raise ValueError(
                f'contact = "{self.contact}" is {self.de_energised} when the bench is safe or dead,'
                f" and {self.rest} at rest: wire it the other way round, or say safe = "
                f'"{self.de_energised}" if the car may see that'
            )
        return self


def _as_contact(value: Any) -> Any:
    """Return a bare channel number as a contact; raises ValueError for what is neither."""
    if isinstance(value, int) and not isinstance(value, bool):
        return {"channel": value}
    if isinstance(value, dict):
        return value
    raise ValueError(f"{shown(value)} is not right: {WANTED_CHANNEL}")


Channel = Annotated[Contact, BeforeValidator(_as_contact)]
