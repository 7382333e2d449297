"""`bench compare`."""

import argparse
from pathlib import Path

HELP = (
    "say what got worse, better or slower between two runs; exit 1 if anything got worse, 3 if the "
    "later one was cut short"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options the command takes."""
    parser.add_argument("before", metavar="BEFORE", type=Path, help="the earlier run's folder")
    parser.add_argument("after", metavar="AFTER", type=Path, help="the later run's folder")
    parser.add_argument(
        "--tolerance", type=float, metavar="SHARE", default=0.1,
        help="by which share a path may take longer (default: 0.1)",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from bench.cli.comparing import show_comparison

    return show_comparison(
        arguments.before, arguments.after, arguments.tolerance, as_json=arguments.json
    )
