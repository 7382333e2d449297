"""A mechanical key."""

from dataclasses import dataclass

from bench.radio.air import Air, Place


@dataclass
class Blade:
    """One blade; `cut` is its shape."""

    name: str
    air: Air
    place: Place
    cut: bytes

    def switch_on(self) -> None:
        """Be where it is."""
        self.air.places[self.name] = self.place

    async def turn(self, direction: str, cause: int) -> bool:
        """Put it into the driver's door and turn; return whether it turned."""
        before, self.place.distance_m = self.place.distance_m, 0.0
        try:
            answer = await self.air.send(
                "blade", self.name, "cylinder", self.cut + b":" + direction.encode(),
                what=f"blade turned to {direction}", cause=cause,
            )  # fmt: skip
        finally:
            self.place.distance_m = before
        return answer is not None
