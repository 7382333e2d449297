"""How the mock cloud behaves, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.capacity.crowd import Crowd
from bench.capacity.limits import Limits
from bench.cloud.endpoints import Endpoint
from bench.units import Positive


@dataclass(frozen=True)
class CloudPolicy:
    """`[cloud]` of a bench file.

    Values without a source are assumed.

    Attributes:
        access_token_s, refresh_token_s: how long a log-in lasts (an hour and two weeks are common).
        entitlement_s: how long a digital key is good without the cloud.
        shared_s: how long a shared key is good without the cloud, and so how long a revoked one
            opens at most (one maker's manual: up to 48 h; DESIGN reference).
        ticket_s: how long a session ticket is good, for cars that want one.
        command_ttl_s: when a command expires (one maker's interface: 90 s; DESIGN reference).
        answer_grace_s: how long after expiry a result may still be under way.
        idle_s: when an idle connection is closed.
        capacity: per endpoint what it can take, as `[cloud.capacity.<endpoint>]` (none: all).
        population: crowds that load it, as `[cloud.population.<name>]`.
    """

    access_token_s: Positive = 3600.0
    refresh_token_s: Positive = 14 * 24 * 3600.0
    entitlement_s: Positive = 30 * 24 * 3600.0
    shared_s: Positive = 48 * 3600.0
    ticket_s: Positive = 300.0
    command_ttl_s: Positive = 90.0
    answer_grace_s: Positive = 15.0
    idle_s: Positive = 20.0
    capacity: Mapping[Endpoint, Limits] = field(default_factory=dict)
    population: Mapping[str, Crowd] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raises ValueError: a crowd asks what has no limits."""
        for name, crowd in self.population.items():
            if crowd.endpoint not in self.capacity:
                raise ValueError(
                    f"population.{name}: asks {crowd.endpoint!r}, and there is no "
                    f"[cloud.capacity.{crowd.endpoint}] to load"
                )
