"""`bench provision`."""

import argparse
from pathlib import Path

from bench.cli.options import add_station, positive
from bench.presentation.lines import write_lines

HELP = "make an authority and certificates for a real telematics unit or phone"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options the command takes."""
    parser.add_argument("--out", type=Path, metavar="DIR", required=True, help="the new folder")
    parser.add_argument(
        "--days", type=positive, metavar="N", default=365,
        help="how long the devices' certificates are valid (default: 365)",
    )  # fmt: skip
    add_station(parser)


def run(arguments: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from bench.cli.choosing import chosen_station
    from bench.station.provisioning import provision

    _file, model, _seed = chosen_station(arguments, default_car="sound")
    clients = dict.fromkeys(("tcu", "phone"), model.file.vin)
    for written in provision(arguments.out, clients, arguments.days):
        write_lines(f"{written.file!s:40} {written.purpose}")
    return 0
