"""How closely the steps of a scenario follow one another: real time need not wait for an hour.

A real bench lives through every second. `[bench] compress` shortens what is only waited for: the
phases of an outage, the pauses around them, the time between two tries. It shortens nothing that
is judged: no limit, no time-out, no back-off, no sleep of the car, no life of a command.
"""

from dataclasses import dataclass, replace

from bench.access.outage import Outage, Phase
from bench.cloud.policy import CloudPolicy
from bench.config.bench_file import StationFile
from bench.station.cloud_policy import cloud_policy

_AFTER_COMMANDS_S = 20.0  # a command that outlived its expiry would have acted by then


@dataclass(frozen=True)
class Pace:
    """How much is shortened, and what is not.

    Attributes:
        compress: by what the waits are divided.
        command_life_s: from a command's beginning until nothing may come of it any more.
    """

    compress: float = 1.0
    command_life_s: float = CloudPolicy.command_ttl_s + CloudPolicy.answer_grace_s

    def shorter(self, usual_s: float, least_s: float) -> float:
        """Return a wait, shortened as far as it makes sense.

        >>> Pace(compress=10).shorter(25, 5), Pace(compress=10).shorter(120, 5)
        (5, 12.0)
        """
        return max(usual_s / self.compress, min(usual_s, least_s))

    def within(self, most: float) -> "Pace":
        """Return this pace, or the nearest one that shortens no more than `most` times."""
        return replace(self, compress=max(1.0, min(self.compress, most)))

    @property
    def watch_s(self) -> float:
        """How long to watch after an outage: longer than a command lives."""
        return self.command_life_s + self.shorter(_AFTER_COMMANDS_S, 5.0)

    def outage(self, outage: Outage) -> Outage:
        """Return the same outage with shorter phases."""
        phases = tuple(Phase(p.name, p.duration_s / self.compress, p.faults) for p in outage.phases)
        return replace(outage, phases=phases)


def pace_of(file: StationFile) -> Pace:
    """Return the pace that a bench file asks for; raises ConfigError."""
    policy = cloud_policy(file)
    return Pace(file.content.bench.compress, policy.command_ttl_s + policy.answer_grace_s)
