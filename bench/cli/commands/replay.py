"""`bench replay`."""

import argparse

from bench.cli.options import add_run, add_station

HELP = "replay an outage that happened, for every owner, or run a recorded scenario again"
DESCRIPTION = f"""\
{HELP}

A recorded scenario (RUN/SCENARIO) is run again with its own bench file, car and seed. In
simulated time its recording must come out byte for byte the same; in real time, or on another
bench (--bench), the verdicts are compared. Exit status then: 0 the same, 1 not the same, 2 it
cannot be run again, 3 no verdict to compare."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options the command takes."""
    parser.description = DESCRIPTION
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "what", metavar="INCIDENT | RUN/SCENARIO",
        help="an incident's name or file (….toml), or a scenario in a run's folder",
    )  # fmt: skip
    parser.add_argument(
        "--any-version", action="store_true",
        help="run a recorded scenario again also with other versions, and compare verdicts",
    )  # fmt: skip
    add_station(parser)
    add_run(parser)


def run(arguments: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from bench.cli.choosing import prepare
    from bench.cli.planning import show_plan
    from bench.cli.replaying import find_recorded, run_again
    from bench.cli.running import execute

    recorded = find_recorded(arguments.what)
    if recorded is not None:
        return run_again(recorded, arguments)
    job = prepare(arguments, incident=arguments.what)
    return show_plan(job) if arguments.plan else execute(job)
