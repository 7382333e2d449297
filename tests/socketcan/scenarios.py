"""Scenarios on two controllers: where and when, and how often where the host is too busy."""

from pathlib import Path

from bench.access.timeline import Timeline

STATION = Path(__file__).with_name("socketcan.toml")
# an emulated processor needs seconds for what takes a tenth elsewhere: a log-in over TLS, a probe
OUTAGE_S = 24.0
TIMELINE = Timeline(
    outage_s=16.0, acts_s=(28.0,), controls_s=(46.0,), end_s=54.0,
    witness_from_s=6.0, witness_until_s=48.0, witness_s=2.0,
)  # fmt: skip
TRIES = 3
# no verdict, and no fault of ours: the host is busy, so that timers, or a simulated unit, are late
TOO_BUSY = (
    "the bench's own timers were up to", "the bench's own times may be off", "no answer within 250 ms"
)  # fmt: skip


def too_busy(reason: str) -> bool:
    """Whether a verdict is missing because the emulated computer could not keep up."""
    return any(words in reason for words in TOO_BUSY)
