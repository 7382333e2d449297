"""A slow link."""

from dataclasses import dataclass
from typing import ClassVar

from bench.faults.on_links import OnLinks
from bench.injection import Injection
from bench.network.connection import Connection
from bench.network.toxic import DelayStage, Direction, Stage, Staging, Toxic
from bench.units import Seconds


@dataclass(frozen=True)
class Latency(OnLinks):
    """Everything takes longer, by a fixed time and a random one; the order is kept.

    As in Toxiproxy, the delay is drawn uniformly from `delay_s` ± `jitter_s` for each chunk that
    arrives. Unlike there, the end of a connection is delayed like its data.

    Attributes:
        delay_s: added to each chunk, one way.
        jitter_s: how far the delay strays.
    """

    must: ClassVar[str] = "honour the command's expiry; show doubt, not success"
    shown_by: ClassVar[str] = "Azure Front Door, 29 October 2025: hours of increased latency"

    delay_s: Seconds = 4.0
    jitter_s: Seconds = 1.0

    def toxic(self, injection: Injection) -> Toxic:
        """Return the delay on a link."""

        def stage(connection: Connection, direction: Direction) -> Stage:
            def draw_s() -> float:
                injection.met(connection.name, f"chunk delayed {direction}")
                strays_s = injection.rng.uniform(-self.jitter_s, self.jitter_s)
                return max(0.0, self.delay_s + strays_s)

            return DelayStage(connection, direction, draw_s)

        return Staging(stage)
