"""Which sections of a bench file mean a device, and which a twin."""

from bench.config.instrument_sections import MeterSection, RelaysSection, SupplySection

Section = RelaysSection | SupplySection | MeterSection
SIMULATED = "simulated"
# the back ends behind which the bench itself plugs a twin in
TWIN_BACKENDS = {"@sim": "memory", "@pty": "pty", "@socket": "loopback"}


def is_device(section: Section) -> bool:
    """Whether a section means a device on a table, and not a twin of the bench's own."""
    return section.model != SIMULATED and section.backend not in TWIN_BACKENDS
