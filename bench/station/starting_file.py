"""A `bench.toml` to start from, written from what was found.

It loads as it is and switches nothing on: a supply that was found is simulated until its model is
named, which is an edit of two lines. What was only guessed is a remark.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.config.bench_file import BUSES
from bench.errors import ConfigError
from bench.instruments.models import KINDS, models
from bench.instruments.supply_output import STALLS
from bench.station.discovery import Found, FoundCan
from bench.station.models import SIMULATED

CAR_V, FIRST_LIMIT_A = 13.5, 1.0
HEAD = """\
# Written by `bench check --write` from what was plugged in. It says what is there, not yet what it
# does in the car: name the channels, by the functions in docs/hardware.md.

[bench]
name = "my bench"
time = "real"

# [car]
# real = ["bcm"]              # the units that stand on the table
"""
STANDS_IN = """\
[supplies.kl30]         # no supply was found: this one stands in, for the simulated units
model = "simulated"
net = "terminal_30"
"""
SENSES = """\
[meters.simulated_car]         # senses the simulated car's doors, until yours are on the table
model = "simulated"
channels = { lock_motor_driver = 1, lock_motor_passenger = 2, latch_driver = 3 }
"""
CAUTION = """\
# It is switched on as soon as it is named. Until you want that, a simulated one stands in, which is
# strong enough for the simulated car; then change the next two lines."""
FUNCTIONS = {
    "relays": ("handle_driver", "cylinder_unlock"),
    "meters": ("lock_motor_driver", "lock_motor_passenger"),
}


@dataclass(frozen=True)
class _Use:
    """One thing that a device can be used as: an instrument of a kind."""

    device: Found
    kind: str
    model: str

    @property
    def output(self) -> tuple[int, float, float]:
        """A supply's output that is enough for a car, or its best: number, volts, amperes."""
        cls = models("supplies").get(self.model)
        outputs = getattr(cls, "outputs", {1: (CAR_V, FIRST_LIMIT_A)})
        return max(
            ((n, v, a) for n, (v, a) in outputs.items()),
            key=lambda each: (min(each[1], CAR_V), each[2], -each[0]),
        )


def starting_file(devices: Sequence[Found], interfaces: Sequence[FoundCan]) -> str:
    """Return the text of a bench file that names what was found."""
    known = [use for device in devices if device.certain for use in _uses(device)]
    feeds = _strongest(known)
    counts = dict.fromkeys(KINDS, 0)
    parts = [HEAD, *_buses(interfaces)]
    parts += [_known(use, counts, feeds=use is feeds) for use in known]
    parts += [SENSES] if feeds is not None else [STANDS_IN, SENSES]
    parts += [_unknown(device, counts) for device in devices if not device.certain]
    return "\n".join(parts)


def _uses(device: Found) -> list[_Use]:
    """Return each kind that a device can be used as, with the first model of it that fits."""
    by_kind = dict(name.split("/", 1) for name in device.models[::-1])
    return [_Use(device, kind, model) for kind, model in sorted(by_kind.items())]


def _strongest(uses: Sequence[_Use]) -> _Use | None:
    """Return the supply that is taken for the car's: it gives enough volts and most amperes."""
    supplies = [use for use in uses if use.kind == "supplies"]
    return max(supplies, key=lambda use: (min(use.output[1], CAR_V), use.output[2]), default=None)


def _buses(interfaces: Sequence[FoundCan]) -> Iterator[str]:
    for bus, found in zip(BUSES, interfaces, strict=False):
        yield (
            f"[can.{bus}]                    # which bus is which was guessed: {found.says}\n"
            f"interface = {json.dumps(found.interface)}\nchannel = {json.dumps(found.channel)}\n"
        )
    for found in interfaces[len(BUSES) :]:
        yield f"# also there: {found.interface} {found.channel} ({found.says})\n"


def _known(use: _Use, counts: dict[str, int], *, feeds: bool) -> str:
    """Return the section of an instrument; a supply beside the car's is a remark."""
    model = f"model = {json.dumps(use.model)}"
    if use.kind != "supplies":
        return _section(use, counts, [model], _channels(use))
    if feeds:
        stands_in = f'model = "{SIMULATED}"         # found: {model}'
        return _section(use, counts, [CAUTION, stands_in, f"# {_limit(use)}"], _output(use))
    return "# one supply more, which would be switched on, too:\n" + _remark(
        _section(use, counts, [model, _limit(use)], _output(use))
    )


def _unknown(device: Found, counts: dict[str, int]) -> str:
    """Return, as remarks, what could not be identified, with the section of what it may be."""
    guess = f"; perhaps {' or '.join(device.models)}" if device.models else ""
    parts = [f"# {device.where}: {_comment(device.says)}{guess}\n"]
    for use in _uses(device):
        model = f"model = {json.dumps(use.model)}"
        rest = [_limit(use), *_output(use)] if use.kind == "supplies" else _channels(use)
        parts.append(_remark(_section(use, counts, [model], rest)))
    return "".join(parts)


def _section(use: _Use, counts: dict[str, int], named: list[str], rest: list[str]) -> str:
    counts[use.kind] += 1
    lines = [
        f"[{use.kind}.{use.kind}_{counts[use.kind]}]         # {_comment(use.device.says)}",
        *named,
        f"resource = {json.dumps(use.device.where)}",
        *rest,
    ]
    return "".join(f"{line}\n" for line in lines)


def _remark(section: str) -> str:
    return "".join(f"# {line}\n" for line in section.splitlines())


def _output(use: _Use) -> list[str]:
    """Return the lines of a supply's output."""
    channel, most_v, _ = use.output
    return [
        f"channel = {channel}",
        'net = "terminal_30"         # what it feeds: the car',
        f"voltage_v = {min(CAR_V, most_v):g}",
    ]


def _limit(use: _Use) -> str:
    most_a = use.output[2]
    limit_a = min(FIRST_LIMIT_A, most_a)
    return f"current_limit_a = {limit_a}     # of {most_a:g} A; {STALLS}"


def _channels(use: _Use) -> list[str]:
    """Return the lines of a board's or a meter's channels, with an example of its own numbers."""
    functions = FUNCTIONS[use.kind]
    numbers = getattr(models(use.kind).get(use.model), "numbers", (1,))
    example = ", ".join(f"{f} = {n}" for f, n in zip(functions, numbers, strict=False))
    lines = [f"channels = {{}}               # such as {{ {example} }}"]
    if use.kind == "meters" and len(numbers) > len(functions):
        pole = f"{functions[0]} = {numbers[len(functions)]}"
        lines.append(f"# reverse = {{}}              # and its other pole: {{ {pole} }}")
    return lines


def _comment(text: str) -> str:
    """Return what a device says of itself as one line that cannot end a remark."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def write_starting_file(file: Path, text: str) -> None:
    """Write it; raises ConfigError where there is a file already, or none can be written."""
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError:
        raise ConfigError(f"{file}: is there already; name a file that is not") from None
    except OSError as error:
        file.unlink(missing_ok=True)  # half of one would be there already the next time
        raise ConfigError(f"{file}: cannot be written: {error.strerror}") from None
