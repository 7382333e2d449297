"""What a run was made with: versions, configuration, instruments, and the car's units."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bench.presentation.identifiers import identifier_name
from bench.report.moments import moment
from bench.report.payloads import Payload
from bench.units import NS_PER_MS

# words in a key whose value opens something: a report is handed on
_SECRET = ("token", "password", "secret")
HIDDEN = "(not shown)"
DEFECTS = "defects switched on"


@dataclass(frozen=True)
class Environment:
    """A run's surroundings, as pairs and rows of text.

    Attributes:
        facts: what was run, with which seed, when, where.
        versions: of access-bench, Python and libraries.
        configuration: per key that is set, its value.
        instruments: per section and name, what it said it is.
        units: per unit what diagnosis read of it; several values differed between scenarios.
        codes: (unit, before, after): the trouble codes that it had stored in any scenario.
    """

    facts: list[tuple[str, str]]
    versions: list[tuple[str, str]]
    configuration: list[tuple[str, str]]
    instruments: list[tuple[str, str]]
    units: list[tuple[str, list[tuple[str, str]]]]
    codes: list[tuple[str, str, str]]


def environment(
    info: dict[str, Any], payloads: list[Payload], compress: str, defects: str = ""
) -> Environment:
    """Return what a run's file and its recordings say of it.

    Args:
        info: what `run.json` holds.
        payloads: every payload of every recording.
        compress: by what phases were divided, in words.
        defects: the design mistakes that were switched on, in words.
    """
    return Environment(
        _facts(info, payloads, compress, defects),
        pairs(info.get("versions")),
        list(_flat("", info.get("configuration"))),
        _instruments(payloads),
        _units(payloads),
        _codes(payloads),
    )


def switched_on(headers: Iterable[dict[str, Any]]) -> Counter[str]:
    """Return the defects of a run's recordings, and in how many each was.

    >>> switched_on([{"defects": ["slow_wake"]}, {"defects": ["slow_wake", "no_cap"]}])
    Counter({'slow_wake': 2, 'no_cap': 1})
    """
    lists = (found for h in headers if isinstance(found := h.get("defects"), list))
    return Counter(name for found in lists for name in dict.fromkeys(map(str, found)))


def in_words(counts: Counter[str], total: int) -> str:
    """Return counted things, and how often each that was not there always.

    >>> in_words(Counter(slow_wake=2, no_cap=1), 2)
    'slow_wake, no_cap (in 1 of 2)'
    """
    return ", ".join(
        name if count == total else f"{name} (in {count} of {total})"
        for name, count in counts.items()
    )


def _facts(
    info: dict[str, Any], payloads: list[Payload], compress: str, defects: str
) -> list[tuple[str, str]]:
    host = dict(pairs(info.get("host")))
    command = info.get("command")
    said = [
        ("what", info.get("what")),
        ("car", info.get("car")),
        ("seed", info.get("seed")),
        ("stamp", info.get("stamp")),
        (DEFECTS, defects),
        ("phases and pauses", compress),
        ("bench jitter, worst", _jitter(payloads)),
        ("began", moment(info["began"]) if info.get("began") else None),
        ("host", ", ".join(host.values())),
        ("bench file", info.get("configuration_file")),
        ("command", " ".join(map(str, command)) if isinstance(command, list) else command),
    ]
    return [(name, str(value)) for name, value in said if value not in (None, "")]


def _jitter(payloads: list[Payload]) -> str:
    worst = [v for p in payloads if p.kind == "jitter_measured"
             if isinstance(v := p.fields.get("worst_ns"), int)]  # fmt: skip
    return f"{max(worst) / NS_PER_MS:g} ms" if worst else ""


def pairs(value: Any) -> list[tuple[str, str]]:
    """Return the keys and values of what may be a table, as text."""
    return [(str(k), str(v)) for k, v in value.items()] if isinstance(value, dict) else []


def _flat(key: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield every key of a configuration that is set, dotted, with its value."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(f"{key}.{name}" if key else str(name), inner)
    elif value not in (None, "", [], {}):
        secret = any(word in key.rpartition(".")[2].lower() for word in _SECRET)
        yield key, HIDDEN if secret else str(value)


def _instruments(payloads: list[Payload]) -> list[tuple[str, str]]:
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for p in payloads:
        if p.kind == "instrument_found":
            found[str(p.fields.get("instrument"))][str(p.fields.get("identity"))] = None
    return [(name, " / ".join(said)) for name, said in found.items()]


def _units(payloads: list[Payload]) -> list[tuple[str, list[tuple[str, str]]]]:
    found: dict[str, dict[str, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
    for p in payloads:
        if p.kind == "unit_identified":
            unit = found[str(p.fields.get("unit"))]
            unit[identifier_name(p.fields.get("identifier"))][str(p.fields.get("value"))] = None
    return [
        (unit, [(what, " / ".join(values)) for what, values in said.items()])
        for unit, said in found.items()
    ]


def _codes(payloads: list[Payload]) -> list[tuple[str, str, str]]:
    found: dict[str, dict[str, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
    for p in payloads:
        if p.kind == "codes_read":
            moments = found[str(p.fields.get("unit"))]
            moments[str(p.fields.get("moment"))].update(dict.fromkeys(_texts(p.fields)))
    return [
        (unit, ", ".join(moments["before"]) or "none", ", ".join(moments["after"]) or "none")
        for unit, moments in found.items()
    ]


def _texts(fields: dict[str, Any]) -> Iterable[str]:
    codes = fields.get("codes")
    return [str(code) for code in codes] if isinstance(codes, list | tuple) else []
