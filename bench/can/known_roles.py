"""The roles that the bench itself asks for or sends: those of the databases that it brings."""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache

from bench.can.databases import bundled
from bench.config.toml_file import read_toml
from bench.errors import ConfigError

FILES = ("body.toml", "telematics.toml", "lin-door.toml")
FROM_REAL_UNITS = {"telematics_restarts"}  # no simulated one counts its starts
SLIP = 0.85  # how much alike a slip of the pen is: "power_mod", not "power_mode_remote"
# by which the bench and its simulated units know them
WORDS: dict[str, tuple[str, ...]] = {
    "alarm_state": ("armed", "disarmed"),
    "digital_key_inside": ("yes",),
    "digital_key_request": ("unlock", "lock"),
    "door_lock_state": ("locked", "unlocked"),
    "door_open_driver": ("open", "closed"),
    "handle": ("touched", "lock_touched"),
    "hood_open": ("open", "closed"),
    "immobiliser_state": ("released", "refused"),
    "passive_entry_request": ("unlock", "lock"),
    "power_mode": ("off", "accessory", "on", "ready"),
    "remote_command": ("unlock", "lock", "start", "stop"),
    "remote_response": ("done", "pending", "refused"),
    "start_button": ("pressed",),
    "start_request": ("start", "stop"),
    "voice_command": ("unlock", "lock"),
    "voice_state": ("listening", "understood"),
}
# those of them that ask for something, in whatever shape a database has them
COMMANDS = {
    "digital_key_request", "passive_entry_request", "remote_command", "start_request",
    "voice_command",
}  # fmt: skip
ANSWERS = {"immobiliser_state", "remote_response"}


@cache
def known_roles() -> frozenset[str]:
    """Return the names of all of them."""
    return frozenset(name for file in FILES for name in _file(file)["roles"]) | FROM_REAL_UNITS


def _file(name: str) -> dict[str, dict[str, object]]:
    path = bundled(name)
    if path is None:
        raise ConfigError(f"{name}: is missing from the distribution")
    return read_toml(path)


def role_slips(names: Iterable[str]) -> dict[str, str]:
    """Return the roles with names of somebody's own, and which of the bench's each may mean.

    >>> role_slips(["power_mode", "power_mod", "seat_heating"])
    {'power_mod': 'power_mode'}
    """
    own = [name for name in names if name not in known_roles()]
    near = {name: get_close_matches(name, known_roles(), n=1, cutoff=SLIP) for name in own}
    return {name: found[0] for name, found in near.items() if found}
