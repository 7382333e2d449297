"""`bench proxy`."""

import argparse
from pathlib import Path

HELP = "run the fault link alone, driven by clients of Toxiproxy"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options the command takes."""
    parser.add_argument(
        "--config", type=Path, metavar="FILE", help="proxies to begin with, as toxiproxy.json"
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--listen", metavar="HOST:PORT", default="127.0.0.1:8474",
        help="where clients find the interface (default: 127.0.0.1:8474)",
    )  # fmt: skip
    where.add_argument(
        "--unsafe-listen", metavar="HOST:PORT",
        help="the same at an address that others can reach, who can then do all of this, too",
    )  # fmt: skip
    parser.add_argument(
        "--unsafe-proxies", metavar="HOST", action="append", default=[],
        help="let proxies listen at this address, too, not only on loopback",
    )  # fmt: skip
    parser.add_argument(
        "--seed", type=int, metavar="N", default=1, help="the seed of all chance (default: 1)"
    )
    parser.add_argument("--events", action="store_true", help="print every event as a JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from bench.cli.proxying import run_proxy

    return run_proxy(arguments)
