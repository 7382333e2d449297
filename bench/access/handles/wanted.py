"""What a test may ask of its bench, checked before anything is opened."""

from collections.abc import Mapping
from typing import Any

from bench.car.power_mode import MODES
from bench.config.spec import parse
from bench.errors import ConfigError, nearest
from bench.owner.cast import carries
from bench.station.defects import defects

KEYS = ("owner", "locked", "mode", "seed", "defects")


def check_wanted(wanted: Mapping[str, Any]) -> None:
    """Raise ConfigError for a key, a name or a value that makes no sense."""
    for key in wanted:
        if key not in KEYS:
            raise ConfigError(f'no "{key}" can be asked of a bench: {nearest(key, KEYS)}')
    if "owner" in wanted:
        carries(wanted["owner"])
    mode, locked = wanted.get("mode", MODES[0]), wanted.get("locked", True)
    if mode not in MODES:
        raise ConfigError(f'mode: no "{mode}": {nearest(str(mode), MODES)}')
    if not isinstance(locked, bool):
        raise ConfigError(f"locked: {locked!r} is not right: should be True or False")
    for text in wanted.get("defects", ()):
        parse(text, defects(), source="defects")
