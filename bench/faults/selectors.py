"""What chooses among what a fault could meet, and the error for a choice that makes no sense."""

from collections.abc import Iterable
from dataclasses import fields

from bench.errors import ConfigError
from bench.faults.fault import Fault

SELECTORS = (
    "share", "first", "party", "account", "vin", "endpoint", "names", "service", "side",
    "direction", "from_s", "for_s",
)  # fmt: skip


def check_selectors(kind: type[Fault], name: str, given: Iterable[str], *, source: str) -> None:
    """Raise ConfigError for a selector that other faults have and this one cannot have."""
    known = {field.name for field in fields(kind)}
    for key in given:
        if key in SELECTORS and key not in known:
            own = ", ".join(each for each in SELECTORS if each in known)
            raise ConfigError(
                f"{source}: {name}.{key}: {name} acts on {kind.acts_on}, which {key} does not tell "
                f"apart: what chooses among them is {own}"
            )
