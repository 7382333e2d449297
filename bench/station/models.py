"""The models of instruments that there are, and which sections of a bench file mean a device."""

from bench.config.instrument_sections import MeterSection, RelaysSection, SupplySection
from bench.registry import Registry, registry

Section = RelaysSection | SupplySection | MeterSection
KINDS = ("relays", "supplies", "meters")
SIMULATED = "simulated"
# the back ends behind which the bench itself plugs a twin in
TWIN_BACKENDS = {"@sim": "memory", "@pty": "pty", "@socket": "loopback"}


def models(kind: str) -> Registry:
    """Return the models of a kind ("relays", "supplies", "meters")."""
    return registry({"relays": "relay board", "supplies": "supply", "meters": "meter"}[kind],
                    f"instruments/{kind}")  # fmt: skip


def is_device(section: Section) -> bool:
    """Whether a section means a device on a table, and not a twin of the bench's own."""
    return section.model != SIMULATED and section.backend not in TWIN_BACKENDS
