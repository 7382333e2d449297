"""`bench report`."""

import argparse
import sys
from pathlib import Path

HELP = "make a run's report.html: one file, complete in itself, also of a run that was cut short"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options the command takes."""
    parser.add_argument("run", type=Path, metavar="RUN", help="the run's folder")
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="the file (default: report.html in that folder)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from bench.report.page import write_report

    sys.stdout.write(f"report: {write_report(arguments.run, arguments.out)}\n")
    return 0
