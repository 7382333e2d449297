"""What of the owner's meets what of the car where no contact of the car's lies between."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Touch:
    """One meeting of a path: by radio, at a reader, in a cylinder.

    Attributes:
        unit: the unit of the car that takes it up, as `[car] real` names it ("bcm").
        thing: what of the owner's it meets ("phone", "fob", "card", "blade", "voice").
        act: what moves a real one, in the bench's words ("fob unlock"; "": nothing has to).
        contact: the car's contact that does the same to a real unit ("": none does).
    """

    unit: str
    thing: str
    act: str = ""
    contact: str = ""
