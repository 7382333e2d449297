"""What a run is of, as its `run.json` says it."""

import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench import __version__
from bench.config.bench_file import StationFile
from bench.judge.stranded import Ways

SCHEMA = 1
_LIBRARIES = ("aiohttp", "cantools", "cryptography", "pydantic", "python-can", "pyvisa", "rich")


def versions() -> dict[str, str]:
    """Return the versions of the bench, of Python and of the libraries that a recording is of."""
    libraries = {name: version(name) for name in _LIBRARIES}
    return {"access-bench": __version__, "python": platform.python_version()} | libraries


@dataclass(frozen=True, kw_only=True)
class RunFacts:
    """What can differ between two runs of one bench file.

    Attributes:
        what: what is run: "campaign", the name of an incident, "pytest".
        car: the car's name.
        seed: where all randomness comes from.
        stamp: what its verdicts rest on: "simulated", "virtual" or "hardware".
        car_file: where the car is described, if it is none of those that are shipped.
        planned: the scenarios in their order: of a run that was cut short, what is missing.
        repeat: how often each of them is run.
        ways: what helps each owner, per intent.
        kept_working: what went on working in an incident, by its sources.
        left_out: paths and faults that the bench could not do, and why, by the keys of `--json`.
        command: how the process was called.
    """

    what: str
    car: str
    seed: int
    stamp: str
    car_file: Path | None = None
    planned: Sequence[str] = ()
    repeat: int = 1
    ways: Ways | None = None
    kept_working: Sequence[str] = ()
    left_out: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    command: Sequence[str] = field(default_factory=lambda: tuple(sys.argv))

    def document(self, file: StationFile) -> dict[str, Any]:
        """Return what `run.json` holds of a run that begins now, with its whole bench file."""
        return {
            "schema": SCHEMA,
            "what": self.what,
            "car": self.car,
            "car_file": None if self.car_file is None else str(self.car_file.absolute()),
            "seed": self.seed,
            "stamp": self.stamp,
            "configuration": file.content.model_dump(mode="json"),
            "configuration_file": str(file.path.absolute()),
            "versions": versions(),
            "host": {"platform": platform.platform(), "machine": platform.machine()},
            "began": datetime.now(UTC).isoformat(timespec="seconds"),
            "command": list(self.command),
            "planned": list(self.planned),
            "repeat": self.repeat,
            "ways": self.ways,
            "kept_working": list(self.kept_working),
            **self.left_out,
        }
