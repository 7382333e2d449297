"""What a scenario needs of a station."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """What a scenario needs of a station.

    Attributes:
        owner: who acts, by name.
        locked, mode: how the car stands at the beginning.
        seed: of every random stream.
        witness_s: how often the witness probes (0: there is none).
        defects: further defects, beside those of the car file.
    """

    owner: str = "phone_only"
    locked: bool = True
    mode: str = "off"
    seed: int = 1
    witness_s: float = 10.0
    defects: tuple[str, ...] = ()
