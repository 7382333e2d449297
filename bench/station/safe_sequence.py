"""The safe sequence that a station's file declares: what goes off first."""

from bench.config.bench_file import BenchFile, StationFile
from bench.errors import ConfigError, nearest
from bench.guardian.plan import SafeStep


def declared_steps(file: StationFile) -> list[SafeStep]:
    """Return the steps that a bench file declares; raises ConfigError."""
    known = _channels(file.content)
    return [
        _step(f"{file.path}: safe.{number}.off", each.off, each.then_wait_s, known)
        for number, each in enumerate(file.content.safe)
    ]


def _channels(content: BenchFile) -> dict[str, tuple[str, ...]]:
    """Return the channels of every instrument that switches."""
    boards = {f"relays.{name}": tuple(board.channels) for name, board in content.relays.items()}
    return boards | {f"supplies.{name}": (name,) for name in content.supplies}


def _step(where: str, off: str, then_wait_s: float, known: dict[str, tuple[str, ...]]) -> SafeStep:
    if off in known:
        return SafeStep(off, known[off], then_wait_s)
    device, _, channel = off.rpartition(".")
    boards = {name: channels for name, channels in known.items() if name.startswith("relays.")}
    if channel in boards.get(device, ()):
        return SafeStep(device, (channel,), then_wait_s)
    names = [*known, *(f"{name}.{each}" for name, channels in boards.items() for each in channels)]
    raise ConfigError(f'{where}: "{off}" is nothing that can be switched: {nearest(off, names)}')
