"""`bench watch`."""

import argparse
from pathlib import Path

HELP = "follow a run from another terminal, or look at one of its scenarios again"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options the command takes."""
    parser.add_argument("run_folder", metavar="RUN", type=Path, help="the run's folder")
    parser.add_argument("--scenario", metavar="S", help="play this finished scenario again")
    parser.add_argument(
        "--speed", type=float, metavar="X", default=10.0,
        help="how many times faster than it happened (default: 10)",
    )  # fmt: skip
    parser.add_argument("--once", action="store_true", help="show how it stands, and end")


def run(arguments: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from bench.cli.watching import follow, play_again

    if arguments.scenario is not None:
        return play_again(arguments.run_folder, arguments.scenario, arguments.speed)
    return follow(arguments.run_folder, once=arguments.once)
