"""`bench run`."""

import argparse

from bench.cli.options import add_run, add_station

HELP = "run the campaign: every way into the car, through every failure of the cloud"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options the command takes."""
    add_station(parser)
    parser.add_argument(
        "--faults", nargs="+", default=[], metavar="F",
        help="only these faults, one outage each: http_status, or "
        "http_status:status=503,retry_after_s=30; "
        "several in one outage: http_status:share=0.5+latency:delay_s=2",
    )  # fmt: skip
    parser.add_argument(
        "--phases", nargs="+", default=[], metavar="P",
        help="only these phases, every fault in each of them: onset_accepted, recovery, …",
    )  # fmt: skip
    parser.add_argument(
        "--full", action="store_true", help="every fault in every phase but those of hours"
    )
    parser.add_argument("--incident", metavar="I", help="an incident instead of single faults")
    add_run(parser)


def run(arguments: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from bench.access.choosing.choice import Choice
    from bench.cli.choosing import prepare
    from bench.cli.planning import show_plan
    from bench.cli.running import execute

    wanted = Choice(faults=arguments.faults, phases=arguments.phases, full=arguments.full)
    job = prepare(arguments, incident=arguments.incident, wanted=wanted)
    return show_plan(job) if arguments.plan else execute(job)
