"""`bench check`."""

import argparse
import shlex
from pathlib import Path

from bench.cli.found import write_found
from bench.cli.options import add_station

HELP = "say what is plugged in, open everything that the bench file names, say what was found"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options the command takes."""
    add_station(parser)
    parser.add_argument(
        "--write", type=Path, metavar="FILE",
        help="write a bench file to start from, out of what is plugged in, and open nothing else",
    )  # fmt: skip
    parser.add_argument(
        "--seen-safe", nargs="+", default=[], metavar="DEVICE",
        help="you have made sure that a device which was NOT SAFE is safe: it is told no more",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from bench.station.discovery import find_can, find_devices
    from bench.station.starting_file import starting_file, write_starting_file

    devices, interfaces = find_devices(), find_can()
    for device in devices:
        guess = "" if device.certain else "perhaps "
        known = f" ({guess}{', '.join(device.models)})" if device.models else ""
        write_found(device.where, device.says + known)
    for found in interfaces:
        write_found(f"{found.interface} {found.channel}", found.says)
    if not devices and not interfaces:
        write_found("plugged in", "no VISA resource and no CAN interface")
    if arguments.write is not None:
        write_starting_file(arguments.write, starting_file(devices, interfaces))
        write_found("written", str(arguments.write), found=True)
        write_found(
            "next", f"bench check --bench {shlex.quote(str(arguments.write))}, then edit it"
        )
        return 0
    return _inspect(arguments)


def _inspect(arguments: argparse.Namespace) -> int:
    """Open what the bench file names."""
    from bench.access.inspection import inspect
    from bench.cli.choosing import chosen_station
    from bench.requirements.loading import station_requirements
    from bench.station.unsettled import say_safe

    file, model, seed = chosen_station(arguments, default_car="sound")
    listed = station_requirements(file)
    if listed is not None:
        says = f"{len(listed.requirements)} in {listed.source}"
        write_found("requirements", says, found=True)
    say_safe(file, arguments.seen_safe)
    for device in arguments.seen_safe:
        write_found(device, "safe by your word", found=True)
    complete = True
    for line in inspect(file, model, seed):
        complete = complete and line.found is not False
        write_found(line.what, line.says, line.found)
    return 0 if complete else 2
