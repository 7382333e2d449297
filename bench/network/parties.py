"""Who of a station has links to its cloud, by name."""

from typing import Literal, get_args

Party = Literal["phone", "tcu", "head_unit", "witness_phone", "witness_tcu"]
PARTIES: tuple[Party, ...] = get_args(Party)
