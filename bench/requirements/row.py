"""One row of a list, in whatever format it came."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """What a list says in one place.

    Attributes:
        place: where, in the words of who wrote the file ("line 7").
        fields: per column, or attribute, its text.
    """

    place: str
    fields: dict[str, str]
