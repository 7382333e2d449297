"""`bench discipline`."""

import argparse

from bench.cli.options import add_station, folder

HELP = "measure what the telematics unit costs in outages that last, against limits with sources"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options the command takes."""
    add_station(parser)
    parser.add_argument(
        "--outages", nargs="+", default=[], metavar="O",
        help="only these long outages (default: all; bench list long-outages)",
    )  # fmt: skip
    parser.add_argument(
        "--defects", nargs="+", default=[], metavar="D",
        help="switch these on in the mocked unit: does the bench see them?",
    )  # fmt: skip
    parser.add_argument("--out", type=folder, metavar="DIR", help="keep the run in this folder")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from bench.cli.measuring import tell_discipline

    return tell_discipline(arguments)
