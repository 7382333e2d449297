"""Where a party's device finds the mock cloud, when it is a real one."""

from dataclasses import dataclass, field

MQTT_PORT = 8883  # IANA: secure-mqtt
WEBSOCKET_PORT = 8444


@dataclass(frozen=True)
class Exposure:
    """The near ends of one party's links, at an address and ports that a device can be told.

    Attributes:
        host: the address.
        ports: by service ("api", "push"); 0 is a free one.
        unsafe: whether others than this computer can reach it, and that is meant.
    """

    host: str
    ports: dict[str, int] = field(default_factory=dict)
    unsafe: bool = False
