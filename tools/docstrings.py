"""What docstrings say, part by part."""

import inspect
from typing import Any

PARTS = ("Attributes", "Args", "Raises", "Returns", "Yields")


def body(thing: Any) -> str:
    """Return a docstring without its sections."""
    text = inspect.getdoc(thing) or ""
    for part in PARTS:
        text = text.partition(f"\n{part}:\n")[0]
    return text.strip()


def attributes(thing: Any, part: str = "Attributes") -> dict[str, str]:
    """Return what a section of a docstring says of each name."""
    section = (inspect.getdoc(thing) or "").partition(f"\n{part}:\n")[2]
    found: dict[str, str] = {}
    name = ""
    for line in section.splitlines():
        if line.strip() and not line.startswith(" "):
            break
        if line.startswith("    ") and not line.startswith("     ") and ":" in line:
            names, _, text = line.strip().partition(": ")
            for name in names.split(", "):
                found[name] = text
        elif name:
            found[name] += " " + line.strip()
    return {each: text.strip() for each, text in found.items()}
