"""`bench watch`."""

import argparse
from pathlib import Path

USUAL_SPEED = 10.0
HELP = "follow a run from another terminal, or look at one of its scenarios again"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options the command takes."""
    parser.add_argument("run_folder", metavar="RUN", type=Path, help="the run's folder")
    parser.add_argument("--scenario", metavar="S", help="play this finished scenario again")
    parser.add_argument(
        "--speed", type=float, metavar="X",
        help="with --scenario: how many times faster than it happened (default: 10)",
    )  # fmt: skip
    parser.add_argument("--once", action="store_true", help="show how it stands, and end")


def run(arguments: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from bench.cli.watching import follow, play_again
    from bench.errors import ConfigError

    speed: float | None = arguments.speed
    if arguments.scenario is not None:
        if arguments.once:
            raise ConfigError("--once: shows how a run stands; --scenario plays one again")
        speed = USUAL_SPEED if speed is None else speed
        return play_again(arguments.run_folder, arguments.scenario, speed)
    if speed is not None:
        raise ConfigError("--speed: a run is followed as it happens; name a --scenario of it")
    return follow(arguments.run_folder, once=arguments.once)
