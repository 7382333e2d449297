"""Where the freshness values of a message stand: with its sender, or in a file that outlives it."""

from pathlib import Path

from bench.errors import ConfigError


class Freshness:
    """Counts a message's freshness values up.

    A real unit remembers the last one that it took, and takes an older one for a replay: with a
    file the count goes on from scenario to scenario and from run to run.

    Args:
        where: the key that says so, for errors.
        start: the first value (with a file: where there is none yet).
        bits: how long a value is.
        file: holds the next value, as a decimal number (None: each sender begins at `start`).

    Raises:
        ConfigError: the start does not fit, or the file holds no such number or cannot be written.
    """

    def __init__(self, where: str, start: int, bits: int, file: Path | None = None) -> None:
        self._where, self._bits, self._file = where, bits, file
        self._next = self._fitting(f"{where}.freshness_start", start)
        if file is not None:
            self._keep(self._kept() if file.exists() else start)

    def coming(self) -> int:
        """Return the value of the next frame."""
        return self._next if self._file is None else self._kept()

    def take(self) -> int:
        """Return the value of the next frame, which goes now."""
        value = self.coming()
        self._next = (value + 1) % (1 << self._bits)
        self._keep(self._next)
        return value

    def _fitting(self, where: str, value: int) -> int:
        if value >> self._bits:
            raise ConfigError(f"{where}: {value} is more than {self._bits} bits hold")
        return value

    def _kept(self) -> int:
        where = f"{self._where}.freshness_file: {self._file}"
        try:
            value = int((self._file or Path()).read_text("ascii"))
        except (OSError, ValueError) as error:
            raise ConfigError(f"{where}: {error}: delete it to begin anew") from None
        return self._fitting(where, value)

    def _keep(self, value: int) -> None:
        """Write as many digits as there ever are: nothing is cut off before it is written."""
        if self._file is None:
            return
        try:
            with self._file.open("r+b" if self._file.exists() else "xb", buffering=0) as file:
                file.write(b"%020d\n" % value)
        except OSError as error:
            raise ConfigError(f"{self._where}.freshness_file: {error}") from None
