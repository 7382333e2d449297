"""A `bench.toml` to start from, written from what was found."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.errors import ConfigError
from bench.station.discovery import Found, FoundCan

BUSES = ("body", "telematics")
HEAD = """\
# Written by `bench check --write` from what was plugged in. It says what is there, not yet what it
# does in the car: name the channels, by the functions in docs/hardware.md.

[bench]
name = "my bench"
time = "real"
"""
SECTIONS = {
    "relays": "channels = {}               # handle_driver = 1, cylinder_unlock = 2, …\n",
    "supplies": 'channel = 1\n# net = "terminal_30"       # what it feeds\nvoltage_v = 13.5\n'
    "current_limit_a = 1.0       # a lock motor stalls at 5 to 10 A\n",
    "meters": "channels = {}               # lock_motor_driver = 1, …\n"
    "# reverse = {}              # … and its other pole\n",
}


def starting_file(devices: Sequence[Found], interfaces: Sequence[FoundCan]) -> str:
    """Return the text of a bench file that names what was found."""
    return "\n".join([HEAD, *_buses(interfaces), *_instruments(devices), *_rest(devices)])


def _buses(interfaces: Sequence[FoundCan]) -> Iterator[str]:
    for bus, found in zip(BUSES, interfaces, strict=False):
        yield (
            f"[can.{bus}]                    # which bus is which was guessed: {found.says}\n"
            f"interface = {json.dumps(found.interface)}\nchannel = {json.dumps(found.channel)}\n"
        )
    for found in interfaces[len(BUSES) :]:
        yield f"# also there: {found.interface} {found.channel} ({found.says})\n"


def _instruments(devices: Sequence[Found]) -> Iterator[str]:
    """Yield a section for each thing that a device can be used as."""
    numbers = dict.fromkeys(SECTIONS, 0)
    for device in devices:
        by_kind = {name.partition("/")[0]: name.partition("/")[2] for name in device.models[::-1]}
        for kind, model in sorted(by_kind.items()) if device.certain else ():
            numbers[kind] += 1
            yield (
                f"[{kind}.{kind}_{numbers[kind]}]         # {_comment(device.says)}\n"
                f"model = {json.dumps(model)}\nresource = {json.dumps(device.where)}\n"
                f"{SECTIONS[kind]}"
            )


def _rest(devices: Sequence[Found]) -> Iterator[str]:
    """Yield, as remarks, what could not be identified."""
    for device in devices:
        if not device.certain:
            guess = f"; perhaps {' or '.join(device.models)}" if device.models else ""
            yield f"# {device.where}: {_comment(device.says)}{guess}\n"


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
        raise ConfigError(f"{file}: cannot be written: {error.strerror}") from None
