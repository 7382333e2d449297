"""`bench overload`: from situations to courses, to what is told of them."""

import argparse

from rich.console import Console

from bench.errors import ConfigError
from bench.overload.document import SCHEMA, described
from bench.overload.plot import svg
from bench.overload.simulate import simulate
from bench.overload.situation import load_situation, situation_names
from bench.overload.terminal import show
from bench.presentation.lines import write_json

LEAST_WIDTH = 110


def tell_courses(arguments: argparse.Namespace) -> int:
    """Simulate, print, and draw where that is asked; return the exit status."""
    names = arguments.situations or situation_names()
    situations = {name: load_situation(name) for name in names}
    courses = [simulate(name, each, arguments.seed) for name, each in situations.items()]
    if arguments.plot is not None:
        try:
            arguments.plot.write_text(svg(courses), encoding="utf-8")
        except OSError as error:
            raise ConfigError(f"--plot: {arguments.plot}: {error.strerror}") from None
    if arguments.json:
        document = {
            "schema": SCHEMA, "seed": arguments.seed,
            "courses": {course.name: described(course) for course in courses},
        }  # fmt: skip
        write_json(document)
        return 0
    console = Console(highlight=False)
    console.width = max(console.width, LEAST_WIDTH)  # a row stays a row, also in a pipe
    show(console, courses)
    return 0
