"""`bench list`."""

import argparse

from bench.presentation.lines import write_lines

KINDS = ("paths", "faults", "phases", "advice", "incidents", "cars", "owners", "oracles", "defects",
         "recipes", "models", "roles", "long-outages")  # fmt: skip
HELP = f"list what there is: {', '.join(KINDS)}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options the command takes."""
    parser.add_argument("kind", choices=KINDS, help="what to list")


def run(arguments: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from bench.cli.catalogue import catalogue

    rows = catalogue(arguments.kind)
    width = max(len(name) for name, _ in rows)
    for name, text in rows:
        write_lines(f"{name:{width}}  {text}")
    return 0
