"""`bench fleet`."""

import argparse
from pathlib import Path

from bench.cli.options import add_station, length_s, positive

HELP = "project from one unit's retry behaviour how a whole fleet recovers after an outage"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options the command takes."""
    add_station(parser)
    _add_unit(parser)
    _add_server(parser)
    _add_outage(parser)
    parser.add_argument("--what-if", action="store_true", help="also with one thing changed each")
    parser.add_argument(
        "--recover-in", type=length_s, metavar="TIME", help="find the capacity for 99 %% in TIME"
    )
    parser.add_argument(
        "--event-by-event", action="store_true", help="also simulate each try (small fleets)"
    )
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw it, as SVG")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _add_unit(parser: argparse.ArgumentParser) -> None:
    unit = parser.add_argument_group("the unit (default: as [telematics] of bench and car say)")
    unit.add_argument(
        "--from-run", type=Path, metavar="RUN",
        help="fit it to the tries in a recording, or in all of a run's folder",
    )  # fmt: skip
    unit.add_argument("--party", metavar="NAME", default="tcu", help="whose tries (default: tcu)")
    unit.add_argument("--base", type=length_s, metavar="TIME", help="the first wait at most")
    unit.add_argument("--factor", type=float, metavar="F", help="growth of the wait (1: none)")
    unit.add_argument("--cap", type=length_s, metavar="TIME", help="the longest wait at most")
    unit.add_argument(
        "--jitter", metavar="LAW", help="none, equal, full, decorrelated, or a share from 0 to 1"
    )
    unit.add_argument(
        "--obeys-retry-after", action="store_true", help="it waits as long as an answer asks for"
    )
    unit.add_argument(
        "--bucket", metavar="SIZE:TIME", help="a token bucket: SIZE tries, then one each TIME"
    )


def _add_server(parser: argparse.ArgumentParser) -> None:
    server = parser.add_argument_group("the server")
    server.add_argument(
        "--capacity", type=float, metavar="N", help="connections a second (default: 0.2 %% of cars)"
    )
    server.add_argument(
        "--timeout", type=length_s, metavar="TIME", default=10.0,
        help="how long a car waits for its turn (default: 10s)",
    )  # fmt: skip
    server.add_argument(
        "--queue", metavar="N", default="unbounded",
        help="how many may wait before it rejects: a number, bounded (capacity × time-out), or "
        "unbounded (default)",
    )  # fmt: skip
    server.add_argument(
        "--reject-cost", type=float, metavar="R", default=0.0,
        help="what a rejection costs, in connections (default: 0)",
    )  # fmt: skip
    server.add_argument(
        "--retry-after",
        metavar="FROM-TO",
        help="what a rejection names: 120s-240s, drawn each time",
    )
    server.add_argument(
        "--told-when-down", action="store_true", help="answers during the outage name it, too"
    )


def _add_outage(parser: argparse.ArgumentParser) -> None:
    outage = parser.add_argument_group("the outage")
    outage.add_argument("--cars", type=positive, metavar="N", default=1_000_000)
    outage.add_argument("--outage", type=length_s, metavar="TIME", default=3000.0)
    outage.add_argument("--horizon", type=length_s, metavar="TIME", default=7200.0,
                        help="how long the recovery is followed (default: 2h)")  # fmt: skip
    outage.add_argument("--drop-spread", type=length_s, metavar="TIME", default=60.0,
                        help="connections are lost spread over so long (default: 60s)")  # fmt: skip
    outage.add_argument(
        "--fails-after", type=length_s, metavar="TIME", default=0.0,
        help="how long a try takes to fail meanwhile (default: at once)",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from importlib.util import find_spec

    from bench.errors import MissingExtra

    if find_spec("numpy") is None:
        raise MissingExtra("bench fleet", "fleet")
    from bench.cli.projecting import tell_projection

    return tell_projection(arguments)
