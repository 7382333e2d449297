"""What differs first between two recordings of one scenario."""

import itertools
import json
from dataclasses import dataclass
from typing import Any

from bench.evidence.recording_file import whole_lines
from bench.file_name import FileName
from bench.units import NS_PER_S

_MISSING = object()


@dataclass(frozen=True)
class Difference:
    """Where two recordings part.

    Attributes:
        line: in both files, from 1.
        t_s: bench time; None in the header and at the verdict.
        what: in words: the event, and its first field that differs.
    """

    line: int
    t_s: float | None
    what: str

    def __str__(self) -> str:
        when = "" if self.t_s is None else f"at {self.t_s:.9f} s, "
        return f"{when}line {self.line}: {self.what}"


def first_difference(recorded: FileName, again: FileName) -> Difference | None:
    """Return the first line that differs, or None where every line is the same, byte for byte.

    A recording that was cut off (a killed run) is compared as far as its whole lines go.

    Raises:
        RecordingDamaged: one of them cannot be read.
    """
    before, ended = whole_lines(recorded)
    after, _ = whole_lines(again)
    pairs = itertools.zip_longest(before, after) if ended else zip(before, after, strict=False)
    for number, (was, now) in enumerate(pairs, 1):
        if was != now:
            return _difference(number, was, now)
    if not ended and len(after) < len(before):
        return _difference(len(after) + 1, before[len(after)], None)
    return None


def _difference(number: int, was: bytes | None, now: bytes | None) -> Difference:
    if was is None or now is None:
        there = was if now is None else now
        which = "recorded" if now is None else "now"
        return Difference(number, _time(there or b""), f"only {which}: {_shown(there or b'')}")
    before, after = _parsed(was), _parsed(now)
    kinds = before.get("kind"), after.get("kind")
    times = [t for t in (_time(was), _time(now)) if t is not None]
    if kinds[0] != kinds[1]:
        what = f"was {_shown(was)}, is {_shown(now)}"
    else:
        what = f"{kinds[0] or next(iter(before), 'line')}: {_field(before, after)}"
    return Difference(number, min(times, default=None), what)


def _field(before: dict[str, Any], after: dict[str, Any]) -> str:
    """Return the first field that differs, with both its values."""
    for path, was, now in _leaves(before, after, ""):
        return f"{path} was {_value(was)}, is {_value(now)}"
    return "the same fields, written another way"


def _leaves(before: Any, after: Any, path: str) -> "itertools.chain[tuple[str, Any, Any]]":
    """Return the places below `path` where two values differ, as deep as both have parts."""
    if isinstance(before, dict) and isinstance(after, dict):
        keys = dict.fromkeys([*before, *after])
        below = [(f"{path}.{k}".lstrip("."), k) for k in keys]
        return itertools.chain.from_iterable(
            _leaves(before.get(k, _MISSING), after.get(k, _MISSING), name) for name, k in below
        )
    return itertools.chain([] if before == after else [(path, before, after)])


def _value(value: Any) -> str:
    return "not there" if value is _MISSING else json.dumps(value, ensure_ascii=False)


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(line)
    except ValueError:
        return {}
    return fields if isinstance(fields, dict) else {}


def _time(line: bytes) -> float | None:
    t_ns = _parsed(line).get("t_ns")
    return t_ns / NS_PER_S if isinstance(t_ns, int) else None


def _shown(line: bytes) -> str:
    """Return a line as a person reads it: the kind, and the event's own fields."""
    fields = _parsed(line)
    kind = fields.pop("kind", "") or next(iter(fields), "")
    own = ", ".join(
        f"{k} {_value(v)}" for k, v in fields.items() if k not in {"t_ns", "seq", "cause", kind}
    )
    return f"{kind} ({own})" if own else str(kind)
