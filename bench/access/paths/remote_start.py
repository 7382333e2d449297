"""The drive by the phone app."""

from typing import ClassVar

from bench.access.app_path import FIELD, AppPath
from bench.access.path import Limit


class RemoteStart(AppPath):
    """The app's remote start: phone, cloud, push, telematics unit, gateway, body."""

    commands: ClassVar[dict[str, str]] = {"start": "remote_start", "stop": "remote_stop"}
    serves: ClassVar[tuple[str, ...]] = tuple(commands)
    cloud: ClassVar[tuple[str, ...]] = tuple(commands)
    limits: ClassVar[dict[str, Limit]] = dict.fromkeys(commands, FIELD)
    most_tries: ClassVar[int | None] = 2  # a car allows two in a row without a key
