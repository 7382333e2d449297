"""The command line's parser: argparse, and the nearest valid word in its errors."""

import argparse
import re
from typing import NoReturn

from bench.errors import nearest

CHOICE = re.compile(r"^(.*)invalid choice: '(.*)' \(choose from (.*)\)$")


class Parser(argparse.ArgumentParser):
    """A parser whose errors name the nearest word where it has a list of them."""

    def error(self, message: str) -> NoReturn:
        """End with the usage, one error, and status 2."""
        found = CHOICE.match(message)
        if found is not None:
            where, given, known = found.groups()
            hint = nearest(given, re.findall(r"[\w-]+", known))
            message = f'{where}there is no "{given}": {hint}'
        elif message.endswith("required: COMMAND"):
            message = "no command is given: bench --help lists them"
        super().error(message)
