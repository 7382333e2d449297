"""Arming and clearing faults, on the record."""

from dataclasses import dataclass
from typing import cast

from bench.config.spec import parse, render
from bench.events import FaultArmed, FaultCleared
from bench.faults.fault import Checked, Fault, Site
from bench.injection import Injection, Undo
from bench.journal import Journal
from bench.registry import Registry, registry
from bench.seeds import stream


def faults() -> Registry:
    """Return every fault there is."""
    return registry("fault", "faults/*")


def name_of(fault: Fault) -> str:
    """Return a fault's name: that of its file."""
    return type(fault).__module__.rpartition(".")[2]


def layer_of(fault: Fault) -> str:
    """Return the layer at which a fault acts: its folder ("" for one of a single module)."""
    folders = type(fault).__module__.split(".")[:-1]
    return folders[-1] if folders else ""


def parse_fault(text: str, *, source: str) -> Fault:
    """Return the fault that a specification names; raises ConfigError."""
    return cast("Fault", parse(text, faults(), source=source))


def spec_of(fault: Fault) -> str:
    """Return a fault as a user would write it."""
    return render(name_of(fault), fault)


@dataclass
class Armed:
    """A fault in force."""

    fault: Fault
    injection: Injection
    undo: Undo
    seq: int
    cleared: bool = False

    @property
    def met(self) -> int:
        """How many operations have met it so far."""
        return self.injection.count


class Injector:
    """Arms faults at a site.

    Args:
        site: what they disturb.
        journal: where that is written.
        seed: of the faults' own random streams.
    """

    def __init__(self, site: Site, journal: Journal, seed: int) -> None:
        self._site, self._journal, self._seed = site, journal, seed
        self._count = 0

    def arm(self, fault: Fault, cause: int | None = None) -> Armed:
        """Put a fault in force."""
        name, spec = name_of(fault), spec_of(fault)
        self._count += 1
        rng = stream(self._seed, "fault", spec, str(self._count))
        self.check(fault)
        seq = self._journal.write(FaultArmed(name, layer_of(fault), spec), cause)
        injection = Injection(name, self._journal, rng, seq)
        return Armed(fault, injection, fault.apply(self._site, injection), seq)

    def check(self, fault: Fault) -> None:
        """Raise ConfigError for a fault that this station cannot do, before anything happens."""
        if isinstance(fault, Checked):
            fault.check(self._site)

    def clear(self, armed: Armed) -> None:
        """Take a fault out; twice does no harm."""
        if not armed.cleared:
            armed.cleared = True
            armed.undo()
            self._journal.write(FaultCleared(armed.injection.fault, armed.met), armed.seq)
