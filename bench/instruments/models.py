"""The models of instruments that there are, and which of them a device's own name fits."""

import re

from bench.instruments.driver import Driver
from bench.registry import Registry, registry

KINDS = ("relays", "supplies", "meters")


def models(kind: str) -> Registry:
    """Return the models of a kind ("relays", "supplies", "meters")."""
    return registry({"relays": "relay board", "supplies": "supply", "meters": "meter"}[kind],
                    f"instruments/{kind}")  # fmt: skip


def drivers() -> dict[str, type[Driver]]:
    """Return every model that speaks to a device, by "kind/model"."""
    classes = {f"{kind}/{name}": models(kind).get(name)
               for kind in KINDS for name in models(kind).names()}  # fmt: skip
    return {name: cls for name, cls in classes.items() if issubclass(cls, Driver)}


def answering(idn: str) -> tuple[str, ...]:
    """Return the models that answer so to `*IDN?`, as "kind/model"."""
    return tuple(
        name
        for name, driver in drivers().items()
        if hasattr(driver, "idn") and re.search(driver.idn, idn, re.IGNORECASE)
    )
