"""Options that several commands share."""

import argparse
import os
from pathlib import Path


def add_station(parser: argparse.ArgumentParser) -> None:
    """Add what says which bench and which car."""
    parser.add_argument(
        "--bench", type=Path, metavar="FILE",
        help="the bench file (default: ./bench.toml if there is one, else the built-in bench)",
    )  # fmt: skip
    parser.add_argument("--car", metavar="NAME", help="a car by name, or a car file (….toml)")
    parser.add_argument("--seed", type=int, metavar="N", help="the seed of all randomness")


def add_run(parser: argparse.ArgumentParser) -> None:
    """Add what narrows a run down and says where it goes."""
    parser.add_argument("--paths", nargs="+", default=[], metavar="P", help="only these paths")
    parser.add_argument("--owners", nargs="+", default=[], metavar="O", help="only these owners")
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="the run folder (default: runs/<time>)"
    )
    parser.add_argument(
        "--jobs", type=positive, metavar="N", default=os.cpu_count() or 1,
        help="how many processes (default: one per core; in real time always 1)",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def positive(text: str) -> int:
    """Return a whole number above zero; argparse reports what is not."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return number
