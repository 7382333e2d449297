"""`bench overload`."""

import argparse
from pathlib import Path

HELP = "show how a cloud is overloaded: its limits, a crowd, what triggers it, and what comes of it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options the command takes."""
    parser.add_argument(
        "situations", nargs="*", metavar="SITUATION",
        help="by name, or files (….toml); default: all built-in ones",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, metavar="N", default=1, help="the seed of all draws")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw them, as SVG")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from bench.cli.overloading import tell_courses

    return tell_courses(arguments)
