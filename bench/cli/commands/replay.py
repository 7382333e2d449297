"""`bench replay`."""

import argparse

from bench.cli.options import add_run, add_station

HELP = "replay an outage that happened, for every owner and every way that they carry"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options the command takes."""
    parser.add_argument("incident", metavar="INCIDENT", help="its name, or a file (….toml)")
    add_station(parser)
    add_run(parser)


def run(arguments: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from bench.cli.planning import show_plan
    from bench.cli.running import execute, prepare

    job = prepare(arguments, incident=arguments.incident)
    return show_plan(job) if arguments.plan else execute(job)
