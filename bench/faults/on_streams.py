"""Faults of what connections carry: by direction."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from bench.faults.on_links import OnLinks
from bench.injection import Injection
from bench.network.connection import Connection
from bench.network.toxic import Direction, Stage, Staging, Toxic


@dataclass(frozen=True, kw_only=True)
class OnStreams(OnLinks):
    """A fault that is a step in what each direction of a connection passes through.

    Attributes:
        direction: which way is met: "up" (to the cloud), "down" or "both".
    """

    acts_on: ClassVar[str] = "what connections carry"

    direction: Literal["up", "down", "both"] = "both"

    def toxic(self, injection: Injection) -> Toxic:
        """Return the step for the directions that are met, and no other effect."""
        return Staging(lambda c, d: self.stage(c, d, injection), self.direction)

    def stage(
        self, connection: Connection, direction: Direction, injection: Injection
    ) -> Stage | None:
        """Return the step for one direction of a connection, or None."""
        del connection, direction, injection
        return None
