"""Where the freshness values of a message stand: with its sender, or in a file that outlives it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from bench.errors import ConfigError


class Freshness:
    """Counts a message's freshness values up.

    A real unit remembers the last one that it took, and takes an older one for a replay: with a
    file the count goes on from scenario to scenario and from run to run, also of runs that send at
    the same time.

    Args:
        where: the key that says so, for errors.
        start: the first value (with a file: where there is none yet).
        bits: how long a value is.
        file: holds the next value, as a decimal number (None: each sender begins at `start`).

    Raises:
        ConfigError: the start does not fit, or the file holds no such number, cannot be written,
            or is gone while it is counted in.
    """

    def __init__(self, where: str, start: int, bits: int, file: Path | None = None) -> None:
        self._where, self._bits, self._file = where, bits, file
        self._next = start
        if start >> bits:
            raise ConfigError(f"{where}.freshness_start: {start} is more than {bits} bits hold")
        if file is not None:
            with self._held(file, os.O_CREAT) as held:
                self._keep(held, self._kept(held))

    def coming(self) -> int:
        """Return the value of the next frame."""
        if self._file is None:
            return self._next
        with self._held(self._file) as held:
            return self._kept(held)

    def take(self) -> int:
        """Return the value of the next frame, which goes now."""
        if self._file is None:
            value, self._next = self._next, self._after(self._next)
            return value
        with self._held(self._file) as held:
            value = self._kept(held)
            self._keep(held, self._after(value))
            return value

    def _after(self, value: int) -> int:
        return (value + 1) % (1 << self._bits)

    @contextmanager
    def _held(self, file: Path, flags: int = 0) -> Iterator[BinaryIO]:
        """Have the file for oneself: no two senders take the same value."""
        try:
            with os.fdopen(os.open(file, os.O_RDWR | flags, 0o666), "r+b", buffering=0) as held:
                fcntl.flock(held, fcntl.LOCK_EX)
                yield held
        except OSError as error:
            raise ConfigError(f"{self._where}.freshness_file: {error}") from None

    def _kept(self, held: BinaryIO) -> int:
        """Return the next value; a file in which nothing has ever stood begins at the start."""
        text = held.read().strip()
        if not text:
            return self._next
        if not text.isdigit() or int(text) >> self._bits:
            holds = text.decode("ascii", "replace")
            raise ConfigError(
                f"{self._where}.freshness_file: {self._file} holds {holds!r}, which is no number "
                f"of {self._bits} bits: write the next value that the unit takes, or delete the "
                "file to begin at freshness_start"
            )
        return int(text)

    def _keep(self, held: BinaryIO, value: int) -> None:
        """Write as many digits as there ever are: nothing is cut off before it is written."""
        held.seek(0)
        held.write(b"%020d\n" % value)
