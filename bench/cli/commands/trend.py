"""`bench trend`."""

import argparse
from pathlib import Path

from bench.cli.options import positive
from bench.presentation.lines import write_lines

HELP = "make trend.html of a folder of runs: verdicts, what fails since when, times of each way"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options the command takes."""
    parser.add_argument("runs", type=Path, metavar="DIR", help="the folder that holds run folders")
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="the file (default: trend.html in that folder)"
    )
    parser.add_argument(
        "--last", type=positive, metavar="N", default=100,
        help="how many runs, the latest (default: 100)",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from bench.report.trend_page import write_trend

    out = write_trend(arguments.runs, arguments.out, arguments.last)
    write_lines(f"trend: {out}")
    return 0
