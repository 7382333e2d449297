"""The doors by the phone app."""

from typing import ClassVar

from bench.access.app_path import FIELD, AppPath
from bench.access.path import Limit


class CloudApp(AppPath):
    """The phone app, through the cloud: phone, cloud, push, telematics unit, gateway, body."""

    commands: ClassVar[dict[str, str]] = {"unlock": "door_unlock", "lock": "door_lock"}
    serves: ClassVar[tuple[str, ...]] = tuple(commands)
    cloud: ClassVar[tuple[str, ...]] = tuple(commands)
    limits: ClassVar[dict[str, Limit]] = dict.fromkeys(commands, FIELD)
