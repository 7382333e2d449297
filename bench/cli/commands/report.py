"""`bench report`."""

import argparse
from pathlib import Path

from bench.presentation.lines import write_lines

HELP = "make a run's report.html: one file, complete in itself, also of a run that was cut short"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options the command takes."""
    parser.add_argument("run", type=Path, metavar="RUN", help="the run's folder")
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="the file (default: report.html in that folder)"
    )
    parser.add_argument(
        "--since", type=Path, metavar="OTHER",
        help="an earlier run's folder: say what changed since (default: as found when RUN ended)",
    )  # fmt: skip
    parser.add_argument(
        "--requirements", type=Path, metavar="FILE",
        help="a list of requirements, CSV or ReqIF (default: the one that RUN was made with)",
    )  # fmt: skip
    parser.add_argument(
        "--bench", type=Path, metavar="FILE",
        help="with --requirements: the bench file that says which columns count",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from bench.cli.reporting import make_report

    out = make_report(
        arguments.run, arguments.out, since=arguments.since,
        requirements=arguments.requirements, bench=arguments.bench,
    )  # fmt: skip
    write_lines(f"report: {out}")
    return 0
