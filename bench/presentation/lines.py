"""What a command prints where it draws nothing: lines, or one JSON object."""

import json
import sys
from collections.abc import Mapping
from typing import Any

from bench.presentation.printable import printable


def write_lines(*texts: str) -> None:
    """Write each text as one line to standard output, whatever a car or a file has said in it."""
    sys.stdout.writelines(f"{printable(text)}\n" for text in texts)


def write_json(document: Mapping[str, Any]) -> None:
    """Write a document to standard output in one line."""
    sys.stdout.write(json.dumps(document) + "\n")
