"""Options that several commands share."""

import argparse
import os
from pathlib import Path

from bench.units import parse_duration


def add_bench(parser: argparse.ArgumentParser) -> None:
    """Add what says which bench."""
    parser.add_argument(
        "--bench", type=Path, metavar="FILE",
        help="the bench file (default: ./bench.toml if there is one, else the built-in bench)",
    )  # fmt: skip


def add_station(parser: argparse.ArgumentParser) -> None:
    """Add what says which bench and which car."""
    add_bench(parser)
    parser.add_argument("--car", metavar="NAME", help="a car by name, or a car file (….toml)")
    parser.add_argument("--seed", type=seed, metavar="N", help="the seed of all randomness")


def add_run(parser: argparse.ArgumentParser) -> None:
    """Add what narrows a run down and says where it goes."""
    parser.add_argument("--paths", nargs="+", default=[], metavar="P", help="only these paths")
    parser.add_argument("--owners", nargs="+", default=[], metavar="O", help="only these owners")
    parser.add_argument(
        "--out", type=folder, metavar="DIR", help="the run folder (default: runs/<time>)"
    )
    parser.add_argument(
        "--jobs", type=positive, metavar="N", default=os.cpu_count() or 1,
        help="how many processes (default: one per core; in real time always 1)",
    )  # fmt: skip
    parser.add_argument(
        "--repeat", type=positive, metavar="N", default=1,
        help="run every scenario N times, baselines and outages interleaved",
    )  # fmt: skip
    parser.add_argument(
        "--budget", type=length_s, metavar="TIME",
        help="run only what fits into so much bench time (8h, 90min), by priority",
    )  # fmt: skip
    parser.add_argument(
        "--plan", action="store_true", help="print duration and relay cycles, and run nothing"
    )
    parser.add_argument(
        "--capture", action="store_true",
        help="keep what each scenario's network carries, as pcapng with TLS secrets",
    )  # fmt: skip
    parser.add_argument("--no-report", action="store_true", help="make no report.html at the end")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def folder(text: str) -> Path:
    """Return a folder's path; argparse reports a name that is none: Path("") is this folder."""
    if not text.strip():
        raise argparse.ArgumentTypeError("names no folder")
    return Path(text)


def seed(text: str) -> int:
    """Return a whole number from zero on; argparse reports what is not."""
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{text} is below 0")
    return number


def positive(text: str) -> int:
    """Return a whole number above zero; argparse reports what is not."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return number


def length_s(text: str) -> float:
    """Return a duration above zero in seconds; argparse reports what is not."""
    try:
        seconds = parse_duration(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    if seconds <= 0:
        raise argparse.ArgumentTypeError(f"{text} is no time at all")
    return seconds
