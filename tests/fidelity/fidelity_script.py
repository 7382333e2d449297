"""A script: what happens under one fault, and what is expected of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal

from fidelity_world import DEFAULT_CLOUD, World

from bench.cloud.policy import CloudPolicy
from bench.network.network import MOBILE_DELAY_S

Step = Callable[[World], Awaitable[None]]


@dataclass(frozen=True)
class Script:
    """What happens under one fault, the same in both worlds.

    Attributes:
        spec: the fault, as users write it, with delays that real time can afford.
        during: what the phone and the unit do while it is in force.
        expects: what they see of that, and of `held`.
        decides: per command what the unit has decided about it in the end.
        held: begun last under the fault, and to be ended well by its clearing.
        hold_s: from the beginning of `held` to the clearing.
        held_within_s: from the clearing to the end of `held`.
        link_delay_s: how long a chunk takes on every link.
        cloud: how the cloud behaves.
        push: how the unit is reached.
        heartbeat_s: how often it asks whether the push service is still there.
        mutual_tls: whether everybody has to show a certificate.
        ocsp: whether everybody asks if the cloud's was revoked.
    """

    spec: str
    during: tuple[Step, ...]
    expects: tuple[str, ...]
    decides: dict[str, tuple[str, ...]] = field(default_factory=dict)
    held: Step | None = None
    hold_s: float = 0.4
    held_within_s: float = 0.0
    link_delay_s: float = MOBILE_DELAY_S
    cloud: CloudPolicy = DEFAULT_CLOUD
    push: Literal["websocket", "mqtt"] = "websocket"
    heartbeat_s: float = 60.0
    mutual_tls: bool = False
    ocsp: str = "off"

    @property
    def name(self) -> str:
        """What it is called: the fault, and what is not as usual."""
        name = self.spec if self.push == "websocket" else f"{self.spec} over {self.push}"
        return name if self.ocsp == "off" else f"{name} with {self.ocsp}"

    @property
    def fault(self) -> str:
        """The fault's name."""
        return self.spec.partition(":")[0]
