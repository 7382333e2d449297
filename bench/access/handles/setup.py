"""What a test wants of a bench."""

from dataclasses import dataclass

from bench.car.model import CarModel
from bench.config.bench_file import StationFile


@dataclass(frozen=True)
class Setup:
    """What a test needs of a bench.

    Attributes:
        file: the station.
        model: the car.
        owner: who acts, by name.
        locked: whether the car is locked at the beginning.
        mode: its power mode at the beginning.
        seed: of all randomness.
        defects: switched on beside those of the car file.
    """

    file: StationFile
    model: CarModel
    owner: str = "phone_only"
    locked: bool = True
    mode: str = "off"
    seed: int = 1
    defects: tuple[str, ...] = ()
