"""In which order a station is made safe: what its file declares, then everything else."""

from bench.config.bench_file import BenchFile, StationFile
from bench.config.instrument_sections import RelaysSection
from bench.errors import ConfigError, nearest
from bench.guardian.plan import SafeStep
from bench.station.models import Section

TURNS = ("relays", "supplies", "stirring relays", "meters")


def turn(kind: str, section: Section) -> int:
    """Return in which turn an instrument is opened, and made safe; those of one have no order.

    Boards with a contact that is not at rest when it is de-energised (a switch wired normally
    closed) come after the supplies: the car must not act on it.
    """
    stirs = isinstance(section, RelaysSection) and section.stirs
    return TURNS.index(f"stirring {kind}" if stirs else kind)


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
