"""Who of a station has links to its cloud, by name."""

from typing import Literal, get_args

Party = Literal["phone", "tcu", "head_unit", "witness_phone", "witness_tcu"]
PARTIES: tuple[Party, ...] = get_args(Party)


def side_of(party: str) -> Literal["car", "phone"]:
    """Return on which side a party is: the witness is behind the same faulted layer.

    >>> side_of("head_unit"), side_of("witness_phone")
    ('car', 'phone')
    """
    return "car" if party.endswith(("tcu", "head_unit")) else "phone"
