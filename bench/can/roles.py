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

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from bench.can.databases import Database, Parse, find, fits, is_fd, key_of, load
from bench.config.toml_file import read_toml
from bench.config.validation import Section, check
from bench.errors import ConfigError, NotObservable, RoleError, nearest
from bench.units import Positive

if TYPE_CHECKING:
    from cantools.database.can import Message, Signal

Raw = tuple[int, ...]
Labels = dict[str, int | list[int] | list[list[int]]]
Evidence = Literal["dbc-choices", "dbc-comment", "seen-on-car", "name-only", "own"]


class RoleSection(Section):
    """`[roles.<name>]` of a role file.

    `signal` is one name, or several whose values count together; `raw` gives, per label, the
    raw values that stand for it. Without `raw` the database's own value table serves.
    """

    message: str
    signal: str | list[str]
    raw: Labels | None = None
    fields: dict[str, str] = Field(default_factory=dict)
    mirror: str | None = None
    valid: dict[str, list[int]] = Field(default_factory=dict)
    shape: Literal["level", "pulse", "counter"] = "level"
    identifier_mask: int | None = None
    evidence: Evidence = "name-only"
    note: str = ""


class ProtectionSection(Section):
    """`[protection.<message>]`: how its counter and CRC are made, where that is known.

    `parameters` go to a scheme of your own as they are.
    """

    scheme: str
    counter: str | None = None
    crc: str | None = None
    data_id: int | list[int] = 0
    polynomial: int = 0x1D
    initial: int = 0xFF
    final_xor: int = 0xFF
    groups: list[list[str]] = Field(default_factory=list)
    key_file: str | None = None
    key_env: str | None = None
    freshness_bits: int = Field(default=64, ge=8, le=64)
    freshness_start: int = Field(default=0, ge=0)
    parameters: dict[str, Any] = Field(default_factory=dict)
    note: str = ""


class NetworkManagementSection(Section):
    """`[network_management]`: who keeps the bus awake, so that a restbus can let it sleep.

    `first` to `last` are the identifiers of the nodes' messages, `own` is the one that the restbus
    sends when it needs the bus. The times are those of AUTOSAR's CanNm; OSEK has only the last.
    """

    kind: Literal["autosar", "osek"] = "autosar"
    first: int = Field(ge=0, le=0x7FF)
    last: int = Field(ge=0, le=0x7FF)
    own: int = Field(ge=0, le=0x7FF)
    message_s: Positive = 0.5
    timeout_s: Positive = 2.0
    wait_bus_sleep_s: Positive = 1.0


class RoleFile(Section):
    """A role file as a whole."""

    database: str | None = None
    strict: bool = True
    note: str = ""
    default_cycle_s: Positive = 0.1
    cycle_s: dict[str, Positive] = Field(default_factory=dict)
    roles: dict[str, RoleSection] = Field(default_factory=dict)
    protection: dict[str, ProtectionSection] = Field(default_factory=dict)
    network_management: NetworkManagementSection | None = None


@dataclass(frozen=True)
class Role:
    """A function of the car, bound to a message of a database.

    Attributes:
        labels: per label the raw values that mean it, each a tuple with one item per signal.
        fields: further values that travel in the same message, by our name.
    """

    name: str
    message: "Message"
    signals: tuple[str, ...]
    labels: dict[str, tuple[Raw, ...]]
    fields: dict[str, str]
    mirror: str | None
    valid: dict[str, tuple[int, ...]]
    shape: str
    identifier_mask: int | None
    evidence: str

    @cached_property
    def key(self) -> int:
        """The identifier of its message, with bit 31 set for a 29-bit one."""
        return key_of(self.message)

    @property
    def fd(self) -> bool:
        """Whether its message needs CAN FD."""
        return is_fd(self.message)

    def labels_of(self, raw: Raw) -> tuple[str, ...]:
        """Return every label that `raw` means, the most specific first as the file has them."""
        return tuple(label for label, values in self.labels.items() if raw in values)

    def raw_for(self, label: str) -> Raw:
        """Return the raw value to send for a label; raises RoleError."""
        if label not in self.labels:
            raise RoleError(f'role {self.name} has no "{label}": {nearest(label, self.labels)}')
        return self.labels[label][0]

    def read(self, signals: dict[str, Any]) -> Raw | None:
        """Return the raw value in a decoded message; None while it is marked invalid."""
        for signal, values in self.valid.items():
            if signals.get(signal) not in values:
                return None
        if any(signal not in signals for signal in self.signals):
            return None  # multiplexed out of this frame
        return tuple(int(signals[signal]) for signal in self.signals)

    def described(self) -> dict[str, Any]:
        """Return it as a recording's header holds it."""
        return {
            "message": self.message.name,
            "identifier": self.message.frame_id,
            "senders": list(self.message.senders),
            "receivers": sorted({r for signal in self.message.signals for r in signal.receivers}),
            "signals": list(self.signals),
            "labels": {label: [list(v) for v in values] for label, values in self.labels.items()},
            "evidence": self.evidence,
        }


@dataclass(frozen=True)
class RoleMap:
    """All roles of one bus, its database, cycle times and protections."""

    database: Database
    roles: dict[str, Role]
    default_cycle_s: float
    cycle_s: dict[str, float]
    protection: dict[str, ProtectionSection]
    network_management: NetworkManagementSection | None = None

    def nm_messages(self) -> frozenset[str]:
        """Return the messages of network management: sent by rote, they let no bus sleep."""
        nm = self.network_management
        if nm is None:
            return frozenset()
        messages = self.database.messages.values()
        return frozenset(m.name for m in messages if nm.first <= m.frame_id <= nm.last)

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
        name: _bind(name, each, database, f"{path}: roles.{name}")
        for name, each in section.roles.items()
    }
    for name in (*section.cycle_s, *section.protection):
        _message(database, name, f"{path}: cycle_s or protection")
    protection = {
        name: each.model_copy(update={"key_file": str(path.parent / each.key_file)})
        if each.key_file
        else each
        for name, each in section.protection.items()
    }
    return RoleMap(
        database, roles, section.default_cycle_s, section.cycle_s, protection,
        _network_management(section, path),
    )  # fmt: skip


def _network_management(section: RoleFile, path: Path) -> NetworkManagementSection | None:
    nm = section.network_management
    if nm is not None and not nm.first <= nm.own <= nm.last:
        raise RoleError(
            f"{path}: network_management: own (0x{nm.own:X}) is not from first (0x{nm.first:X}) "
            f"to last (0x{nm.last:X})"
        )
    return nm


def _message(database: Database, name: str, where: str) -> "Message":
    if name not in database.messages:
        raise RoleError(f'{where}: no message "{name}": {nearest(name, database.messages)}')
    return database.messages[name]


def _bind(name: str, section: RoleSection, database: Database, where: str) -> Role:
    message = _message(database, section.message, where)
    known = message.signal_tree and {signal.name for signal in message.signals}
    signals = (section.signal,) if isinstance(section.signal, str) else tuple(section.signal)
    mirror = (section.mirror,) if section.mirror else ()
    if not signals:
        raise RoleError(f"{where}.signal: names no signal")
    for signal in (*signals, *section.fields.values(), *section.valid, *mirror):
        if signal not in (known or ()):
            hint = nearest(signal, known or ())
            raise RoleError(f'{where}: {message.name} has no signal "{signal}": {hint}')
    return Role(
        name,
        message,
        signals,
        _labels(section, message, signals, where),
        dict(section.fields),
        section.mirror,
        {signal: tuple(values) for signal, values in section.valid.items()},
        section.shape,
        section.identifier_mask,
        section.evidence,
    )


def _labels(
    section: RoleSection, message: "Message", signals: tuple[str, ...], where: str
) -> dict[str, tuple[Raw, ...]]:
    if section.raw is not None:
        definitions = [message.get_signal_by_name(signal) for signal in signals]
        return {label: _values(values, definitions, f"{where}.raw.{label}")
                for label, values in section.raw.items()}  # fmt: skip
    choices = message.get_signal_by_name(signals[0]).choices
    if section.shape == "counter":
        return {}
    if len(signals) > 1 or not choices:
        raise RoleError(f"{where}: raw: is missing, and the database has no value table for it")
    found: dict[str, tuple[Raw, ...]] = {}
    for value, label in choices.items():
        found[str(label)] = (*found.get(str(label), ()), (int(value),))
    return found


def _values(values: Any, signals: "list[Signal]", where: str) -> tuple[Raw, ...]:
    """Return raw values as tuples: 3, [3, 4] (either), or [[1, 0], [1, 1]] (several signals)."""
    listed = values if isinstance(values, list) else [values]
    found = tuple(tuple(each) if isinstance(each, list) else (each,) for each in listed)
    if not found:
        raise RoleError(f"{where}: names no value")
    if any(len(each) != len(signals) for each in found):
        raise RoleError(f"{where}: needs {len(signals)} value(s) for each meaning, one per signal")
    for each in found:
        for signal, value in zip(signals, each, strict=True):
            if not fits(signal, value):
                raise RoleError(
                    f"{where}: {value} does not fit in {signal.name} ({signal.length} bit)"
                )
    return found
