"""`bench judge`."""

import argparse
from pathlib import Path

HELP = "judge a run's stored recordings with today's oracles, and say what differs"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options the command takes."""
    parser.add_argument("run", type=Path, metavar="RUN", help="the run's folder")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from bench.cli.judging import show_judgements

    return show_judgements(arguments.run, as_json=arguments.json)
