"""The restbus: the messages of units that are not there."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.can.conditions import check_pages
from bench.can.databases import fits, senders_of
from bench.can.port import Port
from bench.can.roles import RoleMap
from bench.can.transmitter import Transmitter
from bench.errors import ConfigError, nearest

if TYPE_CHECKING:
    from cantools.database.can import Message


@dataclass(frozen=True)
class Line:
    """How a message is sent, for who wants to know.

    Attributes:
        cycle_from: where its cycle time is from: role file, database or default.
        protection: the scheme of its counter and CRC ("none", or "unknown").
    """

    message: str
    cycle_s: float
    cycle_from: str
    protection: str


class Restbus:
    """Sends the messages of chosen senders, or chosen messages where senders are unknown.

    Args:
        port: the bench's connection.
        roles: databases, cycle times, protections.
        senders: nodes whose messages are sent.
        messages: further messages, by name.
        without: messages that others send, by name.

    Raises:
        ConfigError: no such sender or message.
    """

    def __init__(
        self,
        port: Port,
        roles: RoleMap,
        *,
        senders: Sequence[str],
        messages: Sequence[str],
        without: Collection[str] = (),
    ) -> None:
        chosen = [m for m in choose(roles, senders, messages) if m.name not in without]
        self._roles, self._left = roles, without
        self._transmitters = {m.name: Transmitter(port, m, roles) for m in chosen}

    def describe(self) -> list[Line]:
        """Return each message, with its cycle time and protection and where they are from."""
        lines = []
        for name, transmitter in self._transmitters.items():
            section = self._roles.protection.get(name)
            scheme = section.scheme if section else "none"
            lines.append(Line(name, transmitter.cycle_s, transmitter.cycle_source, scheme))
        return lines

    def start(self, cause: int | None = None) -> None:
        """Send; first frames are spread over each cycle, so that they do not meet."""
        count = len(self._transmitters)
        for place, transmitter in enumerate(self._transmitters.values()):
            transmitter.start(cause, offset_s=transmitter.cycle_s * place / count)

    def set(self, message: str, cause: int | None = None, **values: float | str) -> None:
        """Change signals of a message while it is being sent (physical values or labels)."""
        transmitter = self._transmitters.get(message)
        if transmitter is None and message in self._left:
            raise ConfigError(
                f"the restbus leaves {message} to the unit that is there and sends it"
            )
        if transmitter is None:
            hint = nearest(message, self._transmitters)
            raise ConfigError(f'the restbus does not send "{message}": {hint}')
        transmitter.set(raw_values(self._roles.database.message(message), values), cause)

    def sending(self, message: str) -> Transmitter | None:
        """Return what sends a message at present, or None."""
        found = self._transmitters.get(message)
        return found if found is not None and found.running else None

    def stop(self) -> None:
        """Send nothing any more."""
        for transmitter in self._transmitters.values():
            transmitter.stop()


def named(roles: RoleMap, names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return which of the names are senders, and which are messages; raises ConfigError."""
    every = roles.database.messages
    senders = roles.database.senders
    for name in names:
        if name not in senders and name not in every:
            hint = nearest(name, {*senders, *every})
            raise ConfigError(f'no sender or message "{name}": {hint}')
    return [n for n in names if n in senders], [n for n in names if n not in senders]


def choose(roles: RoleMap, senders: Sequence[str], messages: Sequence[str]) -> "list[Message]":
    """Return the messages of some senders, and further ones; raises ConfigError."""
    known = roles.database.senders
    for sender in senders:
        if sender not in known:
            hint = nearest(sender, known) if known else "this database names none: give messages"
            raise ConfigError(f'no sender "{sender}": {hint}')
    chosen = {n: m for n, m in roles.database.messages.items() if senders_of(m) & set(senders)}
    for name in messages:
        chosen[name] = roles.database.message(name)
    return list(chosen.values())


def raw_values(message: "Message", values: Mapping[str, object]) -> dict[str, int]:
    """Return what physical values or labels are on the wire; raises ConfigError."""
    check_pages(message, values)
    return {name: _raw(message, name, value) for name, value in values.items()}


def _raw(message: "Message", name: str, value: object) -> int:
    known = [signal.name for signal in message.signals]
    if name not in known:
        raise ConfigError(f'{message.name} has no signal "{name}": {nearest(name, known)}')
    signal = message.get_signal_by_name(name)
    if isinstance(value, str):
        choices: dict[str, int] = {}
        for raw, text in (signal.choices or {}).items():
            choices.setdefault(str(text), int(raw))  # the first of several, as a role sends it
        if value not in choices:
            hint = nearest(value, choices)
            raise ConfigError(f'{message.name}.{name} has no value "{value}": {hint}')
        return choices[value]
    if not isinstance(value, int | float) or not math.isfinite(value):
        raise ConfigError(f"{message.name}.{name}: {value!r} is no label, and no number")
    number = int(signal.scaled_to_raw(value))
    if not fits(signal, number):
        raise ConfigError(f"{message.name}.{name}: {value} does not fit in {signal.length} bit")
    return number
