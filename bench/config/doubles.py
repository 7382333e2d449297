"""What a bench file may name only once: a contact, an input, an output, a function's name."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from bench.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

    from bench.config.bench_file import BenchFile

Place = tuple[str, Any]  # the key that names it, and what may be named only once


def refuse_doubles(path: "Path", content: "BenchFile") -> None:
    """Raise ConfigError for a relay, input, output or name that a bench file uses twice."""
    for what, places in (
        ("relay", _relays(content)), ("name", _functions(content)),
        ("input", _inputs(content)), ("name", _lines(content)), ("output", _outputs(content)),
    ):  # fmt: skip
        for key, other in _doubles(places):
            raise ConfigError(f"{path}: {key}: is the same {what} as {other}: each does one thing")


def _doubles(places: Iterable[Place]) -> Iterator[tuple[str, str]]:
    """Yield each key that names what another has named before it, and that other."""
    first: dict[Any, str] = {}
    for key, thing in places:
        if thing in first:
            yield key, first[thing]
        first.setdefault(thing, key)


def _relays(content: "BenchFile") -> Iterator[Place]:
    """Yield every channel of every board: two sections of one resource are one board."""
    for name, board in content.relays.items():
        for function, number in board.numbers.items():
            place = f"relays.{name}.channels.{function}"
            yield place, (board.resource or f"relays.{name}", board.backend, number)


def _functions(content: "BenchFile") -> Iterator[Place]:
    for name, board in content.relays.items():
        yield from ((f"relays.{name}.channels.{f}", f) for f in board.channels)


def _inputs(content: "BenchFile") -> Iterator[Place]:
    for name, meter in content.meters.items():
        tables: Mapping[str, Mapping[str, int]]
        tables = {"channels": meter.channels, "reverse": meter.reverse}
        for table, numbers in tables.items():
            for line, number in numbers.items():
                place = f"meters.{name}.{table}.{line}"
                yield place, (meter.resource or f"meters.{name}", meter.backend, number)


def _lines(content: "BenchFile") -> Iterator[Place]:
    for name, meter in content.meters.items():
        yield from ((f"meters.{name}.channels.{line}", line) for line in meter.channels)


def _outputs(content: "BenchFile") -> Iterator[Place]:
    for name, supply in content.supplies.items():
        device = supply.resource or f"supplies.{name}"
        yield f"supplies.{name}.channel", (device, supply.backend, supply.channel)
