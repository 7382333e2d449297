"""What a section of a bench file means: which model, and whether a device or a twin of it."""

from typing import Any

from bench.config.bench_file import StationFile
from bench.config.instrument_sections import MeterSection, RelaysSection, SupplySection
from bench.errors import placed
from bench.instruments.models import models

Section = RelaysSection | SupplySection | MeterSection
SIMULATED = "simulated"
# the back ends behind which the bench itself plugs a twin in
TWIN_BACKENDS = {"@sim": "memory", "@pty": "pty", "@socket": "loopback"}


def driver_of(file: StationFile, kind: str, name: str, section: Section) -> type[Any]:
    """Return the driver of an instrument's model; raises ConfigError for one that there is not."""
    with placed(f"{file.path}: {kind}.{name}.model"):
        found: type[Any] = models(kind).get(section.model)
    return found


def is_device(section: Section) -> bool:
    """Whether a section means a device on a table, and not a twin of the bench's own."""
    return section.model != SIMULATED and section.backend not in TWIN_BACKENDS
