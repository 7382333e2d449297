"""`bench trace`."""

import argparse
from pathlib import Path

HELP = "write a run's recordings for other tools: BLF, ASC, MF4, Perfetto"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options the command takes."""
    parser.add_argument(
        "run_folder", metavar="RUN", type=Path, help="a run's folder, or a recording"
    )
    parser.add_argument(
        "--scenarios", metavar="S", nargs="+", default=[], help="only these scenarios"
    )
    parser.add_argument(
        "--formats", metavar="F", nargs="+", default=["blf"],
        help="asc, blf, mf4, perfetto (default: blf)",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, metavar="DIR", help="where to (default: RUN/traces)")


def run(arguments: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from bench.cli.tracing import write_traces

    return write_traces(arguments.run_folder, arguments.scenarios, arguments.formats, arguments.out)
