"""Binding what a role file says of a role to the message and signals of a database."""

from typing import TYPE_CHECKING, Any

from bench.can.databases import Database, fits
from bench.can.known_roles import WORDS
from bench.can.role import Raw, Role
from bench.can.role_file import RoleSection
from bench.errors import RoleError, nearest

if TYPE_CHECKING:
    from cantools.database.can import Message, Signal


def message_in(database: Database, name: str, where: str) -> "Message":
    """Return a message; raises RoleError, which begins with `where`, if there is none so named."""
    if name not in database.messages:
        raise RoleError(f'{where}: no message "{name}": {nearest(name, database.messages)}')
    return database.messages[name]


def bind(name: str, section: RoleSection, database: Database, where: str) -> Role:
    """Return a role of a database.

    Args:
        name: the role's.
        section: what the role file says of it.
        database: where its message is.
        where: file and key, for errors.

    Raises:
        RoleError: there is no such message or signal, or a value does not fit into one.
    """
    message = message_in(database, section.message, where)
    known = message.signal_tree and {signal.name for signal in message.signals}
    signals = (section.signal,) if isinstance(section.signal, str) else tuple(section.signal)
    mirror = (section.mirror,) if section.mirror else ()
    if not signals:
        raise RoleError(f"{where}.signal: names no signal")
    fields = {name: each if isinstance(each, str) else each.signal
              for name, each in section.fields.items()}  # fmt: skip
    for signal in (*signals, *fields.values(), *section.valid, *mirror):
        if signal not in (known or ()):
            hint = nearest(signal, known or ())
            raise RoleError(f'{where}: {message.name} has no signal "{signal}": {hint}')
    labels = _labels(section, message, signals, where)
    _check_words(name, labels, where)
    return Role(
        name,
        message,
        signals,
        labels,
        fields,
        section.mirror,
        {signal: tuple(values) for signal, values in section.valid.items()},
        section.shape,
        section.identifier_mask,
        section.evidence,
        where,
        _field_words(section, message, where),
    )


def _check_words(name: str, labels: dict[str, tuple[Raw, ...]], where: str) -> None:
    """Raise RoleError for a role of the bench's by none of whose labels the bench knows it."""
    words = WORDS.get(name, ())
    if words and labels and not any(word in labels for word in words):
        raw = ", ".join(f"{word} = …" for word in words)
        raise RoleError(
            f"{where}: means nothing to the bench, which knows it by {', '.join(words)}, "
            f"not by {', '.join(sorted(labels))}: say which raw values mean what, raw = {{ {raw} }}"
        )


def _field_words(section: RoleSection, message: "Message", where: str) -> dict[str, dict[int, str]]:
    found: dict[str, dict[int, str]] = {}
    for name, each in section.fields.items():
        if not isinstance(each, str):
            signal = message.get_signal_by_name(each.signal)
            for label, value in each.raw.items():
                _values(value, [signal], f"{where}.fields.{name}.raw.{label}")
            found[each.signal] = {value: label for label, value in each.raw.items()}
    return found


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
