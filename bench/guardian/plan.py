"""What a guardian is told: devices and the declared safe sequence, fully resolved, as data."""

import json
from dataclasses import asdict, dataclass
from typing import Any

GIVE_UP_S = 10.0
HEARTBEAT_S = 5.0


@dataclass(frozen=True)
class Device:
    """An instrument that has to be made safe.

    Attributes:
        name: as errors name it ("relays.doors").
        kind: "relays" (safe is open) or "supplies" (safe is off).
        factory: its driver, "module:Class".
        resource, backend: where pyvisa finds it.
        channels: per name the device's own channel number.
        names: by which it is known again: its resource, its USB port and serial number.
    """

    name: str
    kind: str
    factory: str
    resource: str
    backend: str
    channels: dict[str, int]
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class SafeStep:
    """One step of the safe sequence: these channels of this device go off.

    Attributes:
        device: its name.
        channels: names of channels, in order.
        then_wait_s: the pause before the next step.
        with_next: the next step may be begun at the same time.
    """

    device: str
    channels: tuple[str, ...]
    then_wait_s: float = 0.0
    with_next: bool = False


@dataclass(frozen=True)
class SafePlan:
    """All that a guardian needs.

    Attributes:
        bench: the station's name.
        devices: what there is.
        steps: the sequence; together the steps cover every channel of every device.
        heartbeat_s: a run that is silent for longer hangs.
        give_up_s: how long a device that cannot be reached is tried again.
        outcome_files: where the outcome is written.
        bench_file: the station's file, as an absolute path ("": the outcome is kept in files only).
    """

    bench: str
    devices: tuple[Device, ...]
    steps: tuple[SafeStep, ...]
    heartbeat_s: float = HEARTBEAT_S
    give_up_s: float = GIVE_UP_S
    outcome_files: tuple[str, ...] = ()
    bench_file: str = ""

    def to_json(self) -> str:
        """Return the plan as one line."""
        return json.dumps(asdict(self), ensure_ascii=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "SafePlan":
        """Return the plan that `to_json` was made of."""
        fields: dict[str, Any] = json.loads(text)
        return cls(
            **fields
            | {
                "devices": tuple(
                    Device(**device | {"names": tuple(device["names"])})
                    for device in fields["devices"]
                ),
                "steps": tuple(
                    SafeStep(**step | {"channels": tuple(step["channels"])})
                    for step in fields["steps"]
                ),
                "outcome_files": tuple(fields["outcome_files"]),
            }
        )
