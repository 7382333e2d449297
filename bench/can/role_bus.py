"""A bus as a node sees it through roles: say what is meant, hear what was meant."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from bench.can.databases import decode
from bench.can.frame import Reception
from bench.can.known_roles import COMMANDS, WORDS
from bench.can.port import Port, Stop
from bench.can.reception_check import ACCEPTED, Found, ReceptionCheck
from bench.can.role import Raw, Role
from bench.can.roles import RoleMap
from bench.can.transmitter import BURST, BURST_GAP_S, Transmitter, protection_of
from bench.errors import RoleError, nearest
from bench.units import to_ns

REPETITION_NS = to_ns(2 * BURST * BURST_GAP_S)


@dataclass(frozen=True)
class RoleValue:
    """A role's value as it was received.

    Attributes:
        labels: every label that it means; empty for a value the role file does not know.
        fields: what travelled with it, labels where the database has a value table.
        t_ns: when the frame had passed.
        seq: the journal entry to name as the cause of what is done about it.
    """

    role: str
    labels: tuple[str, ...]
    raw: Raw
    fields: dict[str, int | str] = field(default_factory=dict)
    t_ns: int = 0
    seq: int | None = None

    @property
    def label(self) -> str:
        """The first label, or the raw value in words."""
        return self.labels[0] if self.labels else f"raw {'/'.join(map(str, self.raw))}"

    @property
    def word(self) -> str:
        """The label by which the bench's own units know it; as `label` where they know none."""
        known = WORDS.get(self.role, ())
        return next((label for label in self.labels if label in known), self.label)

    def means(self, label: str) -> bool:
        """Whether this value stands for `label` (perhaps among others)."""
        return label in self.labels


OnValue = Callable[[RoleValue], None]
OnRejected = Callable[[str, str, int | None], None]


class RoleBus:
    """One node's view of one bus.

    Args:
        port: its connection.
        roles: what the bus carries.
        checks: whether counters and CRCs are checked, as a unit of a car does; the bench's own
            taps do not: they show what there is.

    Attributes:
        ignores: what is not checked all the same ("crc", "counter"): a defect of the unit.
        on_rejected: told the message, why and the entry, when a message begins to be rejected.
    """

    def __init__(self, port: Port, roles: RoleMap, *, checks: bool = False) -> None:
        self.port = port
        self.roles = roles
        self.ignores: set[str] = set()
        self.on_rejected: OnRejected | None = None
        self._checks = checks
        self._receptions: dict[int, ReceptionCheck] = {}
        self._transmitters: dict[str, Transmitter] = {}
        self._stand_ins: list[Callable[[str], Transmitter | None]] = []
        self._watchers: dict[str, list[OnValue]] = {}
        self._last: dict[str, RoleValue] = {}
        self._heard: dict[int, tuple[bool, Stop]] = {}

    def carries(self, role: str) -> bool:
        """Whether this bus has the role."""
        return role in self.roles.roles

    # ── sending ───────────────────────────────────────────────────────────────────────────

    def transmitter(self, role: str) -> Transmitter:
        """Return what sends the role's message."""
        message = self.roles.role(role).message
        if message.name not in self._transmitters:
            self._transmitters[message.name] = Transmitter(self.port, message, self.roles)
        return self._transmitters[message.name]

    def send(self, role: str, label: str, cause: int | None, **fields: int | str) -> None:
        """Send a value: a level changes a cyclic message, a pulse goes out as a burst.

        Raises:
            NotObservable: this bus does not carry the role.
            RoleError: the role has no such label or field.
        """
        bound, values = self._values(role, label, fields)
        transmitter = self.transmitter(role)
        if bound.shape == "pulse":
            transmitter.burst(values, cause)
        else:
            transmitter.set(values, cause)

    def send_event(self, role: str, label: str, cause: int | None, **fields: int | str) -> None:
        """Send what is asked or answered once: a burst, or a level that falls back after a while.

        Raises:
            NotObservable, RoleError: as `send`.
        """
        bound, values = self._values(role, label, fields)
        if bound.shape == "pulse":
            self.transmitter(role).burst(values, cause)
        else:
            shared = (sends(bound.message.name) for sends in self._stand_ins)
            sender = next(filter(None, shared), None) or self.transmitter(role)
            sender.hold(values, cause)

    def stand_in(self, sends: Callable[[str], Transmitter | None]) -> None:
        """Hold events in what a restbus sends: a message has one sender, and one counter."""
        self._stand_ins.append(sends)

    def _values(
        self, role: str, label: str, fields: dict[str, int | str]
    ) -> tuple[Role, dict[str, int]]:
        bound = self.roles.role(role)
        values = _page(bound) | dict(zip(bound.signals, bound.raw_for(label), strict=True))
        if bound.mirror:
            values[bound.mirror] = values[bound.signals[0]]
        values.update(self._field_values(bound, fields))
        return bound, values

    def start(self, role: str, cause: int | None, offset_s: float) -> None:
        """Begin to send the role's message cyclically."""
        self.transmitter(role).start(cause, offset_s)

    def stop_all(self) -> None:
        """Send nothing cyclically any more (the node goes to sleep)."""
        for transmitter in self._transmitters.values():
            transmitter.stop()

    def _field_values(self, role: Role, fields: dict[str, int | str]) -> dict[str, int]:
        values: dict[str, int] = {}
        for name, value in fields.items():
            if name not in role.fields:
                continue  # this car's database has no room for it
            signal = role.fields[name]
            values[signal] = value if isinstance(value, int) else choice(role, signal, value)
        return values

    # ── receiving ─────────────────────────────────────────────────────────────────────────

    def watch(self, role: str, on_value: OnValue) -> None:
        """Call `on_value` when the role's value changes, and once per pulse."""
        bound = self.roles.role(role)
        self._watchers.setdefault(role, []).append(on_value)
        if bound.key not in self._heard:
            self._hear(bound.key, every=False)

    def _hear(self, key: int, *, every: bool) -> None:
        """Listen to a message: to its changes, or to every frame."""
        if key in self._heard:
            self._heard[key][1]()
        stop = self.port.listen([key], lambda r: self._on_frame(key, r), every=every)
        self._heard[key] = every, stop

    def forget(self) -> None:
        """Know nothing of what was heard, as after a reset: the next of each message is news."""
        self._last.clear()
        self._receptions.clear()
        for key in tuple(self._heard):
            self._hear(key, every=True)  # until one has come, though nothing may have changed

    def last(self, role: str) -> RoleValue | None:
        """Return the value that was heard last (only of watched roles)."""
        return self._last.get(role)

    def _on_frame(self, key: int, reception: Reception) -> None:
        message = self.roles.database.by_key[key]
        found = self._checked(key, reception)
        if found not in ACCEPTED:
            return
        signals = decode(message, reception.frame.data)
        for name in tuple(self._watchers):
            role = self.roles.roles[name]
            # a state is taken as it is first heard; a command counts once its counter has moved
            if role.key == key and not (found == "initial" and _is_command(role, key)):
                value = read_value(role, signals, reception)
                if value is not None and self._is_news(role, value):
                    self._last[name] = value
                    for on_value in tuple(self._watchers[name]):
                        on_value(value)

    def _commands(self, key: int) -> bool:
        """Whether a message carries a command that somebody here watches."""
        return any(_is_command(self.roles.roles[name], key) for name in self._watchers)

    def _checked(self, key: int, reception: Reception) -> Found:
        """Return what the message's counter and CRC say of it."""
        if not self._checks:
            if self._heard[key][0]:
                self._hear(key, every=False)
            return "ok"
        check = self._receptions.get(key)
        if check is None:
            message = self.roles.database.by_key[key]
            protection = protection_of(message, self.roles.protection.get(message.name))
            check = self._receptions[key] = ReceptionCheck(protection)
        before = check.last
        found = check.look(reception, self.ignores)
        accepted = found in ACCEPTED
        settled = accepted and not (found == "initial" and self._commands(key))
        if self._heard[key][0] is settled:
            # what was rejected, or was a command's first frame, may count the next time, though
            # nothing has changed
            self._hear(key, every=not settled)
        if not accepted and found != before and self.on_rejected is not None:
            name = self.roles.database.by_key[key].name
            self.on_rejected(name, found, reception.seq)
        return found

    def _is_news(self, role: Role, value: RoleValue) -> bool:
        before = self._last.get(role.name)
        if before is None or before.raw != value.raw:
            return True
        if role.shape != "pulse":
            return False
        # the repetitions of one burst are one event; each puts off the end of that window
        again = value.t_ns - before.t_ns > REPETITION_NS
        self._last[role.name] = value
        return again or before.fields != value.fields


def _is_command(role: Role, key: int) -> bool:
    """Whether a message carries a role that counts once its counter has moved."""
    return role.key == key and (role.shape == "pulse" or role.name in COMMANDS)


def _page(role: Role) -> dict[str, int]:
    """Return the value of the multiplexer, where a role's signal stands on one of its pages."""
    signals = (role.message.get_signal_by_name(name) for name in role.signals)
    return {
        signal.multiplexer_signal: min(signal.multiplexer_ids)
        for signal in signals
        if signal.multiplexer_signal is not None and signal.multiplexer_ids
    }


def read_value(role: Role, signals: dict[str, int], reception: Reception) -> RoleValue | None:
    """Return a role's value in a decoded message; None while the message marks it invalid."""
    raw = role.read(signals)
    if raw is None:
        return None
    fields = {name: _named(role, signal, signals.get(signal, 0))
              for name, signal in role.fields.items()}  # fmt: skip
    labels = role.labels_of(raw) if role.shape != "counter" else ("event",)
    return RoleValue(role.name, labels, raw, fields, reception.t_ns, reception.seq)


def _named(role: Role, signal: str, value: int) -> int | str:
    return _choices(role, signal).get(value, int(value))


def _choices(role: Role, signal: str) -> dict[int, str]:
    """Return what a field's values mean: in the role file's words, or the database's."""
    if signal in role.field_words:
        return role.field_words[signal]
    table: Any = role.message.get_signal_by_name(signal).choices or {}
    return {int(value): str(name) for value, name in table.items()}


def choice(role: Role, signal: str, label: str) -> int:
    """Return a field's raw value; raises RoleError for a word that it does not have."""
    check_choices(role, signal, (label,))
    return next(value for value, name in _choices(role, signal).items() if name == label)


def check_choices(role: Role, signal: str, labels: Iterable[str]) -> None:
    """Raise one RoleError for all the words that a field does not have."""
    choices = _choices(role, signal)
    missing = [label for label in dict.fromkeys(labels) if label not in choices.values()]
    if not missing:
        return
    field = next(name for name, each in role.fields.items() if each == signal)
    wanted = ", ".join(f"{label} = …" for label in missing)
    own = f'{field} = {{ signal = "{signal}", raw = {{ {wanted} }} }}'
    named = ", ".join(f'"{label}"' for label in missing)
    raise RoleError(
        f"{role.where}.fields.{field}: {signal} has no value {named}: "
        f"{nearest(missing[0], choices.values())} (in words of the role file's: {own})"
    )
