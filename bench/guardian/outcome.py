"""What came of making a bench safe: written down for people, the report and `bench check`."""

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.file_name import FileName

SCHEMA = 1
FILE_NAME = "safe_state.json"
VERIFIED, COMMANDED, FAILED = "verified", "commanded", "not safe"
SETTLED = "safe since"  # it was not, and a later run left it safe, or somebody said so


@dataclass(frozen=True)
class ChannelOutcome:
    """How one channel ended.

    Attributes:
        device, channel: which.
        state: "verified" (read back as off), "commanded" (the device cannot tell), "not safe", or
            "safe since", where what was not safe has been settled.
        at_ms: when it was first off, from the moment in which the guardian saw the reason.
        error: what went wrong.
    """

    device: str
    channel: str
    state: str
    at_ms: float | None
    error: str = ""


@dataclass(frozen=True)
class Outcome:
    """How a bench was made safe, and why.

    Attributes:
        bench: the station's name.
        why: what had happened to the run.
        run: who it was (pid, command, user, since).
        at: the calendar time, UTC.
        safe: whether every channel is off, as far as the devices can tell.
        took_ms: until the last channel was read back.
        channels: one by one.
    """

    bench: str
    why: str
    run: dict[str, str]
    at: str
    safe: bool
    took_ms: float
    channels: tuple[ChannelOutcome, ...]
    schema: int = SCHEMA

    def say(self) -> str:
        """Return it in a sentence."""
        done = [c for c in self.channels if c.state != FAILED]
        commanded = sum(c.state == COMMANDED for c in done)
        who = f"the run (pid {self.run.get('pid', '?')}: {self.run.get('command', '?')})"
        what = f"{self.bench}: {who} {self.why} at {self.at}"
        if self.safe:
            unsure = f", {commanded} of them commanded only" if commanded else ""
            return f"{what}; made safe in {self.took_ms:.0f} ms: {len(done)} channels off{unsure}"
        return (
            f"{what}; NOT SAFE: {'; '.join(self._failed())}. Switch the bench off by hand before "
            f"you touch it ({len(done)} other channels are off)"
        )

    def _failed(self) -> list[str]:
        """Return what is not safe; channels of one device that fail alike are named together."""
        alike: dict[tuple[str, str], list[str]] = {}
        for channel in self.channels:
            if channel.state == FAILED:
                alike.setdefault((channel.device, channel.error), []).append(channel.channel)
        return [
            f"{device}.{', '.join(channels)} ({error})"
            for (device, error), channels in alike.items()
        ]


def write_outcome(outcome: Outcome, path: Path) -> None:
    """Write an outcome so that it is there whole or not at all, also after a power cut."""
    write_json(asdict(outcome), path)


def write_json(document: dict[str, Any], path: Path) -> None:
    """Write a document so that it is there whole or not at all, also after a power cut.

    Raises:
        OSError: it cannot be written; what stood in its place still does.
    """
    new = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        # a file name on the command line need not be UTF-8
        with new.open("w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError:
        with suppress(OSError):
            new.unlink()
        raise


def read_outcome(path: FileName) -> Outcome | None:
    """Return the outcome in a file; None where there is none that can be read."""
    try:
        return outcome_of(json.loads(Path(path).read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def outcome_of(fields: dict[str, Any]) -> Outcome:
    """Return the outcome that a document holds; raises KeyError, TypeError."""
    channels = tuple(ChannelOutcome(**channel) for channel in fields["channels"])
    return Outcome(**fields | {"channels": channels})


def outcome_of_run(folder: FileName) -> Outcome | None:
    """Return how the bench was made safe after a run had died; None: it ended by itself."""
    return read_outcome(Path(folder) / FILE_NAME)
