"""`bench check`."""

import argparse
import sys

from bench.cli.options import add_station

HELP = "open everything that the bench file names, and say what was found"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options the command takes."""
    add_station(parser)


def run(arguments: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from bench.access.inspection import inspect
    from bench.cli.running import chosen_station

    file, model, seed = chosen_station(arguments, default_car="sound")
    complete = True
    for line in inspect(file, model, seed):
        complete = complete and line.found
        mark = "ok" if line.found else "!!"
        sys.stdout.write(f"{mark}  {line.what:28} {line.says}\n")
    return 0 if complete else 2
