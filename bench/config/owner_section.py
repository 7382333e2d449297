"""`[owner.*]` of a bench file: what moves the owner's real things, and what senses it."""

from typing import Literal

from pydantic import Field

from bench.config.validation import Section


class FobSection(Section):
    """`[owner.fob]`: opto-isolated contacts across a real fob's buttons, a supply for its cell.

    Attributes:
        button_unlock, button_lock: contacts, "relays.<board>.<channel>".
        cell: the supply in the cell's place, "supplies.<name>": on only for an owner who carries
            a charged fob. Without it the fob is on the table whoever the owner is.
        sense: the line that shows that the fob has felt its button (its lamp, by a photo
            transistor; the current of its cell, by a comparator), "meters.<name>.<line>".
        place: where it lies for passive entry, outside the car or inside (None: wherever it is
            asked for).
    """

    button_unlock: str | None = None
    button_lock: str | None = None
    cell: str | None = None
    sense: str | None = None
    place: Literal["outside", "inside"] | None = None


class CardSection(Section):
    """`[owner.card]`: what moves a real key card to a reader, and back.

    Attributes:
        pillar, console: contacts, "relays.<board>.<channel>": closed, the card lies there.
        pillar_sense, console_sense: the lines of the end switches, "meters.<name>.<line>".
        travel_s: how long the card may take to arrive.
    """

    pillar: str | None = None
    console: str | None = None
    pillar_sense: str | None = None
    console_sense: str | None = None
    travel_s: float = Field(default=3.0, gt=0.0, le=30.0)


class OwnerSection(Section):
    """`[owner]`: which of the owner's things are real, and moved by channels of this bench."""

    fob: FobSection | None = None
    card: CardSection | None = None
