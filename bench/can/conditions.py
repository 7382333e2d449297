"""What a test wants of a message: labels, numbers, conditions over several signals."""

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from bench.can.raw_signal import extractor
from bench.can.roles import RoleMap
from bench.can.seen import Seen, Signals
from bench.errors import ConfigError, nearest

if TYPE_CHECKING:
    from cantools.database.can import Message, Signal

Condition = Callable[[Signals], bool]


class RawCondition:
    """A condition over raw values, with a name for error messages."""

    def __init__(self, name: str, check: Callable[[dict[str, int]], bool]) -> None:
        self.__name__, self.check = name, check

    def __call__(self, signals: Signals) -> bool:
        """Check values that are raw already."""
        return self.check(signals)


def fitting(
    roles: RoleMap, message: "Message", values: dict[str, Any], where: Condition | None
) -> Callable[[Seen], bool]:
    """Return whether a frame of a message has these values and meets a condition.

    Raises:
        ConfigError: the message has no such signal, the signal no such label or never such a value,
            or no frame has all of these signals.
    """
    check_pages(message, values)
    checks = [_check(roles, message, name, value) for name, value in values.items()]
    if isinstance(where, RawCondition):
        checks.append(lambda seen: where.check(seen.raw))
    elif where is not None and not callable(where):
        raise ConfigError(f"where: {where!r} is no condition: give a function of the signals")
    elif where is not None:
        checks.append(lambda seen: _holds(where, seen, message))
    return lambda seen: all(check(seen) for check in checks)


class _OnAnotherPage(Exception):
    """A condition asks for a signal of a multiplexed message that is not in this frame."""


class _Signals(Signals):
    """What a condition is given: a slip of the pen in it is an error, and no KeyError."""

    def __init__(self, signals: Signals, message: "Message") -> None:
        super().__init__(signals)
        self._message = message

    def __missing__(self, name: str) -> Any:
        _signal(self._message, name)
        raise _OnAnotherPage


def _holds(where: Condition, seen: Seen, message: "Message") -> bool:
    """Whether a frame meets a condition; one that lacks what is asked about does not."""
    try:
        return where(_Signals(seen.signals, message))
    except _OnAnotherPage:
        return False


def _signal(message: "Message", name: str) -> "Signal":
    """Return a message's signal; raises ConfigError."""
    signals = {signal.name: signal for signal in message.signals}
    if name not in signals:
        hint = nearest(name, signals)
        raise ConfigError(f'{message.name} has no signal "{name}": {hint}')
    return signals[name]


def _check(roles: RoleMap, message: "Message", name: str, value: Any) -> Callable[[Seen], bool]:
    """Return the check of one signal against a label or a number."""
    signal = _signal(message, name)
    raw = _reader(message, name)
    if isinstance(value, str):
        raws = _raws(roles, message, name, value)
        return lambda seen: raw(seen) in raws
    if not isinstance(value, int | float):
        raise ConfigError(f"{message.name}.{name}: {value!r} is no label, and no number")
    _check_reach(message, signal, value)
    if signal.is_float:
        return lambda seen: _is_close(seen.signals.get(name), value)
    return lambda seen: _is_number(signal, raw(seen), value)


def check_pages(message: "Message", values: Mapping[str, Any]) -> None:
    """Raise ConfigError for signals of a multiplexed message that never stand in one frame."""
    pages: dict[str, tuple[str, set[int]]] = {}
    signals = {signal.name: signal for signal in message.signals}
    for name, value in values.items():
        by, on = _page(signals[name], value) if name in signals else ("", set())
        other, known = pages.setdefault(by, (name, on))
        if by and not known & on:
            raise ConfigError(
                f"{message.name}: {other} and {name} never stand in one frame: "
                f"{by} is {_listed(known)} for one, {_listed(on)} for the other"
            )


def _page(signal: "Signal", value: Any) -> tuple[str, set[int]]:
    """Return a signal's multiplexer, and its values in frames with the signal ("": in all)."""
    if signal.multiplexer_signal is not None and signal.multiplexer_ids:
        return signal.multiplexer_signal, set(signal.multiplexer_ids)
    if signal.is_multiplexer and isinstance(value, int):
        return signal.name, {value}
    return "", set()


def _listed(numbers: set[int]) -> str:
    return " or ".join(map(str, sorted(numbers)))


def _check_reach(message: "Message", signal: "Signal", value: float) -> None:
    """Raise ConfigError for a value that the signal's bits cannot have: a wrong unit, perhaps."""
    if signal.is_float:
        return
    bits = signal.length - 1 if signal.is_signed else signal.length
    raws = (-(2**bits) if signal.is_signed else 0, 2**bits - 1)
    ends: list[Any] = [signal.raw_to_scaled(raw, decode_choices=False) for raw in raws]
    least, most = sorted(ends)
    if not least <= value <= most:
        unit = f" {signal.unit}" if signal.unit else ""
        raise ConfigError(
            f"{message.name}.{signal.name} is never {value:g}{unit}: its {signal.length} bits go "
            f"from {least:g} to {most:g}"
        )


def _raws(roles: RoleMap, message: "Message", name: str, label: str) -> set[int]:
    """Return the raw values that a label stands for, by the database or by a role."""
    choices: Any = message.get_signal_by_name(name).choices or {}
    found = {int(raw) for raw, text in choices.items() if str(text) == label}
    labels = {str(text) for text in choices.values()}
    for role in roles.roles.values():
        if role.message is message and role.signals == (name,):
            labels |= set(role.labels)
            found |= {raw[0] for raw in role.labels.get(label, ())}
    if not found:
        hint = nearest(label, labels)
        raise ConfigError(f'{message.name}.{name} has no value "{label}": {hint}')
    return found


def _reader(message: "Message", name: str) -> Callable[[Seen], int | None]:
    """Return what reads one signal's raw value of a frame; None: it is not in that frame."""
    extract, length = extractor(message, name), message.length

    def read(seen: Seen) -> int | None:
        if extract is None or len(seen.data) != length:
            return seen.raw.get(name)
        return extract(seen.data)

    return read


def _is_number(signal: "Signal", raw: int | None, value: float) -> bool:
    """Whether a signal has a physical value, whatever label the database has for it."""
    if raw is None:
        return False
    return _is_close(signal.raw_to_scaled(raw, decode_choices=False), value)


def _is_close(shown: Any, value: float) -> bool:
    # 3 * 0.1 is not 0.3
    return isinstance(shown, int | float) and math.isclose(shown, value, abs_tol=1e-12)


def in_words(message: str, values: dict[str, Any], where: Condition | None) -> str:
    """Return what is wanted of a message.

    >>> in_words("DOORS", {"Lock": "open"}, None)
    'DOORS(Lock=open)'
    """
    wanted = ", ".join(f"{name}={value}" for name, value in values.items())
    condition = f" where {getattr(where, '__name__', 'condition')}" if where else ""
    return f"{message}({wanted}){condition}" if wanted else f"{message}{condition}"
