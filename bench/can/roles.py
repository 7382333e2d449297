"""Roles: what a bench asks of a car, mapped to the signals of whatever database it has.

A test says "door_lock_state is unlocked"; the role file says which message and signal that is
in this car, and which raw values mean it. Real databases come in many shapes, and all of these
are roles:

- one signal with a value table in the database, or with values that only the role file knows;
- several raw values that mean the same, and one raw value that means several things;
- a signal that counts only while another says that it is valid;
- a meaning made of several signals together;
- a level, a pulse that falls back to idle, or an event counter;
- an identifier of which only some bits count (a source address in the rest).

A role that a car's databases do not carry is absent: "not observable here", never a pass.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bench.can.databases import Database, Parse, find, key_of, load
from bench.can.frame import LARGEST_11_BIT
from bench.can.known_roles import ANSWERS, COMMANDS
from bench.can.protection_signals import check_protection
from bench.can.role import Role
from bench.can.role_binding import bind, message_in
from bench.can.role_file import NetworkManagementSection, ProtectionSection, RoleFile
from bench.config.toml_file import read_toml
from bench.config.validation import check
from bench.errors import ConfigError, NotObservable, RoleError, nearest

if TYPE_CHECKING:
    from cantools.database.can import Message

MOST_NODES = 256  # a node's number is one byte (AUTOSAR CanNm, OSEK NM 2.5.3)


@dataclass(frozen=True)
class RoleMap:
    """All roles of one bus, its database, cycle times and protections.

    Attributes:
        path: the role file, for errors (None: there is none).
    """

    database: Database
    roles: dict[str, Role]
    default_cycle_s: float
    cycle_s: dict[str, float]
    protection: dict[str, ProtectionSection]
    network_management: NetworkManagementSection | None = None
    path: Path | None = None

    def nm_messages(self) -> frozenset[str]:
        """Return the messages of network management: sent by rote, they let no bus sleep."""
        nm = self.network_management
        if nm is None:
            return frozenset()
        messages = self.database.messages.values()
        return frozenset(m.name for m in messages if key_of(m) in nm.identities)

    def carries_at_rest(self) -> Iterator[str]:
        """Yield the roles that are there to be seen though nobody asks for anything."""
        for name, role in self.roles.items():
            if role.shape != "pulse" and name not in {*COMMANDS, *ANSWERS}:
                yield name

    def role(self, name: str) -> Role:
        """Return a role; raises NotObservable where this bus does not carry it."""
        if name not in self.roles:
            raise NotObservable(f"{name} is not observable here: {nearest(name, self.roles)}")
        return self.roles[name]

    def cycle_of(self, message: "Message") -> tuple[float, str]:
        """Return a message's cycle time in seconds and where it is from."""
        if message.name in self.cycle_s:
            return self.cycle_s[message.name], "role file"
        if message.cycle_time:
            return message.cycle_time / 1000, "database"
        return self.default_cycle_s, "default"


def load_roles(
    role_file: str, databases: list[str], base: Path, parse: Parse | None = None
) -> RoleMap:
    """Load a role file and the databases that it speaks of (once per process and version).

    Args:
        role_file: its name (see `databases.find`).
        databases: the bus's databases; empty: the one that the role file names.
        base: the folder that names are relative to.
        parse: reads a database (see `databases.load`).

    Raises:
        ConfigError: a file or a key is wrong; RoleError: a role does not fit the database.
    """
    path = find(role_file, base)
    return _load(path, path.stat().st_mtime_ns, tuple(databases), base, parse)


@cache
def _load(
    path: Path, _mtime_ns: int, databases: tuple[str, ...], base: Path, parse: Parse | None
) -> RoleMap:
    section = check(RoleFile, read_toml(path), source=str(path))
    names = list(databases) or ([section.database] if section.database else [])
    if not names:
        raise ConfigError(f"{path}: database: is missing, and the bus names none either")
    files = tuple(find(name, path.parent if not databases else base) for name in names)
    database = load(files, strict=section.strict, parse=parse)
    roles = {
        name: bind(name, each, database, f"{path}: roles.{name}")
        for name, each in section.roles.items()
    }
    for name in section.cycle_s:
        message_in(database, name, f"{path}: cycle_s")
    for name, each in section.protection.items():
        check_protection(each, message_in(database, name, f"{path}: protection"), path)
    protection = {name: _beside(path, each) for name, each in section.protection.items()}
    return RoleMap(
        database, roles, section.default_cycle_s, section.cycle_s, protection,
        _network_management(section, path), path,
    )  # fmt: skip


def _beside(path: Path, section: ProtectionSection) -> ProtectionSection:
    """Return a section with its files where they are: beside the role file."""
    files = {"key_file": section.key_file, "freshness_file": section.freshness_file}
    return section.model_copy(update={k: str(path.parent / f) for k, f in files.items() if f})


def _network_management(section: RoleFile, path: Path) -> NetworkManagementSection | None:
    nm = section.network_management
    if nm is None:
        return None
    asked, span = f"{path}: network_management", f"first (0x{nm.first:X}) to last (0x{nm.last:X})"
    if not nm.first <= nm.own <= nm.last:
        raise RoleError(f"{asked}: own (0x{nm.own:X}) is not from {span}")
    if nm.first <= LARGEST_11_BIT < nm.last:
        raise RoleError(f"{asked}: {span}: the one has 11 bits, the other 29")
    if len(nm.identities) > MOST_NODES:
        raise RoleError(f"{asked}: {span}: more than the {MOST_NODES} nodes that a bus can have")
    return nm
