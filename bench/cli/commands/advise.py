"""`bench advise`."""

import argparse

from bench.cli.options import add_station

HELP = "say whether advice that owners are given (restart the app, …) helps or makes things worse"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options the command takes."""
    parser.add_argument("advice", nargs="+", metavar="ADVICE", help="as `bench list advice` has it")
    add_station(parser)
    parser.add_argument("--paths", nargs="+", default=["cloud_app"], metavar="P", help="which ways")
    parser.add_argument(
        "--faults", nargs="+", required=True, metavar="F", help="which faults (a+b: two together)"
    )
    parser.add_argument("--phases", nargs="+", default=["down"], metavar="P", help="which phases")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from bench.cli.advising import advise

    return advise(arguments)
