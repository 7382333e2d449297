"""Patterns that say which verdicts speak for a requirement: `path=ble_key outage=http_*`."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from bench.errors import ConfigError, nearest

KEYS = ("path", "intent", "outage", "owner", "oracle", "scenario")
_WILD = re.compile(r"[*?\[]")


@dataclass(frozen=True)
class Pattern:
    """What a verdict has to be like, to speak for a requirement.

    Attributes:
        text: as it was written.
        terms: (key, alternatives): all keys have to fit, by one of their alternatives each.
    """

    text: str
    terms: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def oracles(self) -> tuple[str, ...]:
        """The oracles whose judgement counts, instead of the whole verdict (none: the verdict)."""
        return dict(self.terms).get("oracle", ())


def parse_pattern(text: str, *, source: str) -> Pattern:
    """Return a pattern; raises ConfigError that names `source`.

    >>> parse_pattern("path=ble_key|nfc_card outage=http_*", source="list.csv").terms
    (('path', ('ble_key', 'nfc_card')), ('outage', ('http_*',)))
    """
    terms: dict[str, tuple[str, ...]] = {}
    for word in text.split():
        key, equals, value = word.partition("=")
        if not equals or not value:
            raise ConfigError(f'{source}: "{text}": "{word}" is not key=value, key: {_keys()}')
        if key not in KEYS:
            raise ConfigError(f'{source}: "{text}": no key "{key}": {nearest(key, KEYS)}')
        if key in terms:
            raise ConfigError(f'{source}: "{text}": {key} stands there twice: write {key}=a|b')
        terms[key] = tuple(filter(None, value.split("|")))
    if not terms:
        raise ConfigError(f"{source}: an empty pattern would fit everything: write path=*")
    return Pattern(" ".join(text.split()), tuple(terms.items()))


def parse_patterns(text: str, *, source: str) -> tuple[Pattern, ...]:
    """Return the patterns of one cell: any of them has to fit; they stand apart by ";"."""
    parts = [part for part in re.split(r"[;\n]", text) if part.strip()]
    return tuple(parse_pattern(part, source=source) for part in parts)


def fits(value: str, alternatives: Collection[str]) -> bool:
    """Whether a value is like one of some alternatives; `*` and `?` stand for anything."""
    return any(fnmatchcase(value, alternative) for alternative in alternatives)


def unknown_values(pattern: Pattern, known: Mapping[str, Collection[str]]) -> Iterator[str]:
    """Yield a sentence for each value that nothing can ever fit.

    Args:
        pattern: any.
        known: per key the names there are; a key that is not in it may have any value.
    """
    for key, alternatives in pattern.terms:
        for value in alternatives if key in known else ():
            if not any(fnmatchcase(name, value) for name in known[key]):
                hint = "nothing fits it" if _WILD.search(value) else nearest(value, known[key])
                yield f'"{pattern.text}": no {key} "{value}": {hint}'


def _keys() -> str:
    return ", ".join(KEYS)
