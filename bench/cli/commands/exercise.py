"""`bench exercise`."""

import argparse

from bench.cli.options import add_bench, positive

HELP = "put devices on the table through what a run asks of them, against what their models say"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options the command takes."""
    parser.add_argument(
        "devices", nargs="+", metavar="DEVICE",
        help="as the bench file names them (relays.doors); only these are opened, and they switch",
    )  # fmt: skip
    add_bench(parser)
    parser.add_argument(
        "--times", type=positive, metavar="N", default=10,
        help="how often each channel is switched or read (default: 10)",
    )  # fmt: skip
    parser.add_argument(
        "--unplug", action="store_true",
        help="you are there to pull each cable when asked to, and to plug it in again",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from bench.access.exercise.devices import exercise
    from bench.cli.found import write_found
    from bench.cli.status import FAILED
    from bench.config.bench_file import load_bench

    file = load_bench(arguments.bench)
    findings = exercise(file, arguments.devices, times=arguments.times, unplug=arguments.unplug)
    sound = True
    for finding in findings:
        sound = sound and finding.found is not False
        write_found(finding.what, finding.says, finding.found)
    return 0 if sound else FAILED
