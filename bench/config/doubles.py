"""What a bench file may name only once: a contact, an input, an output, a function's name."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bench.config.instrument_sections import MeterSection, RelaysSection, SupplySection
from bench.errors import ConfigError

Relays = Mapping[str, RelaysSection]
Supplies = Mapping[str, SupplySection]
Meters = Mapping[str, MeterSection]
Place = tuple[str, Any]  # the key that names it, and what may be named only once


def refuse_doubles(path: Path, relays: Relays, supplies: Supplies, meters: Meters) -> None:
    """Raise ConfigError for a relay, input, output or name that the file at `path` uses twice."""
    for what, places in (
        ("relay", _relays(relays)), ("name", _functions(relays)),
        ("input", _inputs(meters)), ("name", _lines(meters)), ("output", _outputs(supplies)),
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


def _relays(relays: Relays) -> Iterator[Place]:
    """Yield every channel of every board: two sections of one resource are one board."""
    for name, board in relays.items():
        for function, number in board.numbers.items():
            place = f"relays.{name}.channels.{function}"
            yield place, (board.resource or f"relays.{name}", board.backend, number)


def _functions(relays: Relays) -> Iterator[Place]:
    for name, board in relays.items():
        yield from ((f"relays.{name}.channels.{f}", f) for f in board.channels)


def _inputs(meters: Meters) -> Iterator[Place]:
    for name, meter in meters.items():
        tables: Mapping[str, Mapping[str, int]]
        tables = {"channels": meter.channels, "reverse": meter.reverse}
        for table, numbers in tables.items():
            for line, number in numbers.items():
                place = f"meters.{name}.{table}.{line}"
                yield place, (meter.resource or f"meters.{name}", meter.backend, number)


def _lines(meters: Meters) -> Iterator[Place]:
    for name, meter in meters.items():
        yield from ((f"meters.{name}.channels.{line}", line) for line in meter.channels)


def _outputs(supplies: Supplies) -> Iterator[Place]:
    for name, supply in supplies.items():
        device = supply.resource or f"supplies.{name}"
        yield f"supplies.{name}.channel", (device, supply.backend, supply.channel)
