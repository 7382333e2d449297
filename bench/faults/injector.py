"""Arming and clearing faults, on the record."""

import asyncio
import random
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import cast

from bench.config.spec import parse, render, split
from bench.errors import CanFault, ConfigError, InstrumentFault, described, nearest
from bench.events import BenchFault, FaultArmed, FaultCleared
from bench.faults.built import check_parameters
from bench.faults.fault import Checked, Fault, Site, name_of
from bench.faults.selectors import check_selectors
from bench.faults.window import put_later
from bench.injection import Injection, Undo, undo_all
from bench.journal import Journal
from bench.registry import ROOT, Registry, registry
from bench.seeds import stream


def faults() -> Registry:
    """Return every fault there is."""
    return registry("fault", "faults/*")


def layer_of(fault: Fault) -> str:
    """Return the layer at which a fault acts: its folder, or what a foreign one says itself."""
    name = name_of(fault)
    return layer_named(name) if name in faults().names() else fault.layer


def layer_named(name: str) -> str:
    """Return the layer of a fault by its name: its folder, or what a foreign one or its base says.

    Raises:
        ConfigError: a foreign one says none that there is.
    """
    return faults().folder_of(name) or _layer_of_foreign(name)


def _layer_of_foreign(name: str) -> str:
    made = faults().get(name)
    layers = {path.name for path in (ROOT / "faults").iterdir() if (path / "__init__.py").is_file()}
    inherited = (base.__module__.split(".")[2] for base in made.__mro__
                 if base.__module__.startswith("bench.faults."))  # fmt: skip
    layer = str(made.layer) or next((each for each in inherited if each in layers), "")
    if not layer:
        known = ", ".join(sorted(layers))
        raise ConfigError(
            f'fault "{name}": {made.__name__} does not say its layer ({known}): '
            'write layer: ClassVar[str] = "…"'
        )
    if layer not in layers:
        raise ConfigError(f'fault "{name}": layer: no "{layer}": {nearest(layer, layers)}')
    return layer


def parse_fault(text: str, *, source: str) -> Fault:
    """Return the fault that a specification names; raises ConfigError."""
    name, given = split(text, source=source)
    listed = faults()
    if name in listed.names():
        check_selectors(listed.get(name), name, given, source=source)
        layer_named(name)  # a foreign one that says none is refused before anything runs
    return cast("Fault", parse(text, listed, source=source))


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

    def end_after(self, delay_s: float, journal: Journal) -> None:
        """Clear the fault so much later, unless it has been cleared by then."""

        def end() -> None:
            with suppress(InstrumentFault, CanFault):  # on record; nobody waits for this timer
                self.clear(journal)

        ending = asyncio.get_running_loop().call_later(delay_s, end)
        undo = self.undo

        def undo_early() -> None:
            ending.cancel()
            undo()

        self.undo = undo_early

    def clear(self, journal: Journal) -> None:
        """Take the fault out, on the record; twice does no harm.

        One that cannot be taken out is over all the same, and the bench is at fault: what follows
        is judged by nobody. Raises what its undoing has raised.
        """
        if self.cleared:
            return
        self.cleared, name = True, self.injection.fault
        try:
            self.undo()
        except Exception as error:
            reason = f"could not be taken out: {described(error)}"
            journal.write(BenchFault(f"fault {name}", reason), self.seq)
            raise
        finally:
            journal.write(FaultCleared(name, self.met), self.seq)


def arm(
    fault: Fault,
    put: Callable[[Injection], Undo],
    *,
    spec: str,
    journal: Journal,
    rng: random.Random,
    cause: int | None = None,
) -> Armed:
    """Put a fault in force by `put`, on the record.

    Args:
        fault: which.
        put: does it, and returns what takes it out again.
        spec: the fault as a user would write it, and where it acts if that is not said by it.
        journal: where it is written.
        rng: the fault's own random stream.
        cause: the number of the entry that led to it.
    """
    name = name_of(fault)
    seq = journal.write(FaultArmed(name, layer_of(fault), spec), cause)
    injection = Injection(name, journal, rng, seq)
    try:
        undo = put(injection)
    except BaseException:
        journal.write(FaultCleared(name, injection.count), seq)  # it was never in force
        raise
    if not callable(undo):
        raise ConfigError(
            f'fault "{name}": apply returned {undo!r}, and not what takes the fault out again'
        )
    return Armed(fault, injection, undo, seq)


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
        """Put a fault in force, in its window of time."""
        spec = spec_of(fault)
        self._count += 1
        rng = stream(self._seed, "fault", spec, str(self._count))
        self.check(fault)

        def put(injection: Injection) -> Undo:
            return fault.apply(self._site, injection)

        timed = put_later(put, fault.from_s) if fault.from_s else put
        armed = arm(fault, timed, spec=spec, journal=self._journal, rng=rng, cause=cause)
        if fault.for_s:
            armed.end_after(fault.from_s + fault.for_s, self._journal)
        return armed

    def arm_all(self, faults: Sequence[Fault], cause: int | None = None) -> list[Armed]:
        """Put several faults in force: all of them, or none where one of them cannot be."""
        for fault in faults:
            self.check(fault)
        armed: list[Armed] = []
        try:
            for fault in faults:
                armed.append(self.arm(fault, cause))  # noqa: PERF401 kept if the next fails
        except BaseException:
            self.clear_all(armed)
            raise
        return armed

    def check(self, fault: Fault) -> None:
        """Raise ConfigError for a fault that this station cannot do, before anything happens.

        Or that nobody could: one that was built in Python with parameters that make no sense.
        """
        check_parameters(fault, source="arm")
        if isinstance(fault, Checked):
            fault.check(self._site)

    def clear(self, armed: Armed) -> None:
        """Take a fault out; twice does no harm."""
        armed.clear(self._journal)

    def clear_all(self, armed: Iterable[Armed]) -> None:
        """Take several faults out; one that fails leaves none of the others in force."""
        undo_all(partial(self.clear, each) for each in armed)
