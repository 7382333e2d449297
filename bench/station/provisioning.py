"""What a real telematics unit or phone is given so that it trusts the mock cloud, and is let in."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bench.errors import ConfigError
from bench.file_name import FileName
from bench.network.authority import (
    KEY_FILE,
    ROOT_FILE,
    StoredAuthority,
    now,
    write_secret,
)
from bench.protocol.command import public_pem

NAME = "access-bench test authority"
COMMANDS_FILE = "commands.pub.pem"
PRIVATE_END = b"-----END PRIVATE KEY-----\n"


@dataclass(frozen=True)
class Written:
    """A file, and what it is for."""

    file: Path
    purpose: str


def provision(folder: FileName, clients: dict[str, str], days: int) -> list[Written]:
    """Make an authority and a certificate for each client; return what was written.

    Args:
        folder: where to; made if it is not there.
        clients: per file name ("tcu") whom its certificate names (the vehicle's number).
        days: how long the clients' certificates are valid.

    Raises:
        ConfigError: the folder cannot be written, or holds an authority already.
    """
    folder = Path(folder)
    if (folder / KEY_FILE).exists():
        raise ConfigError(f"{folder}: holds an authority already; name another folder with --out")
    try:
        return _written(folder, clients, days)
    except OSError as error:
        raise ConfigError(f"{folder}: cannot be written: {error.strerror}") from None


def _written(folder: Path, clients: Mapping[str, str], days: int) -> list[Written]:
    """Write all of it, or leave no secret: a folder without its key can be written to again."""
    folder.mkdir(parents=True, exist_ok=True)
    authority = StoredAuthority.make(NAME)
    with ExitStack() as undone:
        authority.save(folder)
        undone.callback((folder / KEY_FILE).unlink)
        (folder / COMMANDS_FILE).write_bytes(public_pem())
        written = [
            Written(folder / ROOT_FILE, "the device trusts this root"),
            Written(folder / KEY_FILE, "secret: stays on the bench (network.authority)"),
            Written(folder / COMMANDS_FILE, "the unit checks the signature of commands with it"),
        ]
        for name, subject in clients.items():
            written += _client(folder, authority, name, subject, days)
            undone.callback(written[-1].file.unlink)
        undone.pop_all()
    return written


def _client(
    folder: Path, authority: StoredAuthority, name: str, subject: str, days: int
) -> list[Written]:
    begin = now() - timedelta(hours=1)  # a device's clock may be a little behind
    chain = authority.issue(subject, begin, begin + timedelta(days=days), client=True)
    key, _, certificate = chain.partition(PRIVATE_END)
    files = folder / f"{name}.pem", folder / f"{name}.key.pem"
    files[0].write_bytes(certificate)
    write_secret(files[1], key + PRIVATE_END)
    return [
        Written(files[0], f"the {name} shows it where network.mutual_tls = true: {subject}"),
        Written(files[1], f"secret: its key, for the {name} alone"),
    ]
