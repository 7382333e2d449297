"""A slow link."""

from dataclasses import dataclass
from typing import ClassVar

from bench.faults.delay_law import DelayLaw, draw_delay_s
from bench.faults.on_streams import OnStreams
from bench.injection import Injection
from bench.network.connection import Connection
from bench.network.toxic import DelayStage, Direction, Stage
from bench.units import Seconds


@dataclass(frozen=True)
class Latency(OnStreams):
    """Everything takes longer, by a fixed time and a random one; the order is kept.

    The delay is drawn for each chunk that arrives, as in Toxiproxy uniformly from `delay_s` ±
    `jitter_s`. Unlike there, the end of a connection is delayed like its data.

    Attributes:
        delay_s: added to each chunk, one way.
        jitter_s: how far the delay strays.
        law: "uniform"; or "normal" or "lognormal" (a long tail, as of congested networks), of which
            `delay_s` is the mean and `jitter_s` the standard deviation.
    """

    must: ClassVar[str] = "honour the command's expiry; show doubt, not success"
    shown_by: ClassVar[str] = "Azure Front Door, 29 October 2025: hours of increased latency"

    delay_s: Seconds = 4.0
    jitter_s: Seconds = 1.0
    law: DelayLaw = "uniform"

    def stage(self, connection: Connection, direction: Direction, injection: Injection) -> Stage:
        """Return the delay on a connection."""

        def draw_s() -> float:
            injection.met(connection.name, f"chunk delayed {direction}")
            return draw_delay_s(self.law, self.delay_s, self.jitter_s, injection.rng)

        return DelayStage(connection, direction, draw_s)
