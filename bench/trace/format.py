"""What a trace format is."""

from pathlib import Path
from typing import Protocol, cast

from bench.recording import Recording
from bench.registry import Registry, registry


class Format(Protocol):
    """Writes recordings for another tool.

    Attributes:
        suffix: what its files' names end with.
        opened_by: who reads them.
    """

    suffix: str
    opened_by: str

    def write(self, recording: Recording, path: Path) -> int:
        """Write one recording; return how many frames or events it has.

        Raises:
            ConfigError: a library is missing.
            OSError: the file cannot be written.
        """
        ...


def formats() -> Registry:
    """Return every trace format."""
    return registry("trace format", "trace/formats")


def get_format(name: str) -> Format:
    """Return a format by name; raises UnknownName."""
    return cast("Format", formats().get(name)())
