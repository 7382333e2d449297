"""Reading a TOML file, with one clear error for each way in which that can fail."""

import tomllib
from pathlib import Path
from typing import Any

from bench.errors import ConfigError
from bench.file_name import meant


def read_toml(path: Path) -> dict[str, Any]:
    """Return what a TOML file holds; raises ConfigError that names the file and the place."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file{meant(path)}") from None
    except IsADirectoryError:
        raise ConfigError(f"{path}: is a folder, not a TOML file") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
    try:
        text = raw.decode("utf-8-sig")  # some editors begin a file with a mark
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not text (byte {error.start} is not UTF-8)") from None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: is not valid TOML: {error}") from None
