"""Making the driver of an instrument that a bench file names, and its twin where it has one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from bench.config.bench_file import StationFile
from bench.config.instrument_sections import MeterSection, RelaysSection
from bench.errors import ConfigError, placed
from bench.instruments.kinds import Instrument, Setup
from bench.instruments.pace import Pace
from bench.instruments.plug import Plug, plug_in
from bench.instruments.wire_twin import WireTwin, twin_class, twin_of
from bench.station.models import TWIN_BACKENDS, Section, driver_of, is_device
from bench.wiring.contacts import attach
from bench.wiring.nets import Wiring


@dataclass(frozen=True)
class Named:
    """An instrument as a bench file names it.

    Attributes:
        kind: "relays", "supplies" or "meters".
        name: in its section.
        section: what the file says of it.
        channels: per function or line its number.
        nets: per function or line the wire of the simulated car that it is at.
    """

    kind: str
    name: str
    section: Section
    channels: dict[str, int]
    nets: dict[str, str]

    @property
    def key(self) -> str:
        """Its section's name in the file: "supplies.kl30"."""
        return f"{self.kind}.{self.name}"

    @property
    def device(self) -> tuple[str, str]:
        """What it is at: instruments of one device share its time."""
        return self.section.backend, self.section.resource


@dataclass
class Maker:
    """Makes what one bench file names.

    Args:
        file: the bench file.
        wiring: the simulated car's nets.
        pace: how drivers wait.
        hand_over: runs on the bench's event loop what a twin behind a wire does to the car (None:
            at once, where everything happens on one thread).
    """

    file: StationFile
    wiring: Wiring
    pace: Pace
    hand_over: Callable[[Callable[[], None]], object] | None
    plugs: list[Plug] = field(default_factory=list)
    _shared: dict[tuple[str, str], Plug] = field(default_factory=dict)

    def named(self) -> Iterator[Named]:
        """Yield what the file names; the contacts of relays are wired into the simulated car."""
        content = self.file.content
        for name, relays in content.relays.items():
            yield Named("relays", name, relays, relays.numbers, self._wire(name, relays))
        for name, supply in content.supplies.items():
            nets = {name: supply.net or name}
            yield Named("supplies", name, supply, {name: supply.channel}, nets)
        for name, meter in content.meters.items():
            nets = {channel: channel for channel in meter.channels} | meter.nets
            yield Named("meters", name, meter, meter.channels, nets)

    def _wire(self, name: str, relays: RelaysSection) -> dict[str, str]:
        """Wire a board's contacts into the simulated car; return the net of each coil.

        A plain switch needs no contact of its own: its coil is its net. On hardware, wires are
        wires.
        """
        nets = {channel: channel for channel in relays.channels} | relays.nets
        for function, contact in () if is_device(relays) else relays.channels.items():
            if contact.contact != "no" or contact.in_a_wire:
                where = f"{self.file.path}: relays.{name}.channels.{function}"
                nets[function] = attach(
                    self.wiring, f"{name}.{function}", contact, nets[function], where
                )
        return nets

    def make(self, named: Named) -> Instrument:
        """Return the driver of an instrument, not yet opened; raises ConfigError."""
        section = named.section
        setup = Setup(
            named.name, section.resource, named.channels, named.nets, self.wiring, self.pace,
            section.backend,
        )  # fmt: skip
        if isinstance(section, MeterSection):
            setup = self._poled(setup, section)
        if section.backend in TWIN_BACKENDS:
            with placed(f"{self.file.path}: {named.kind}.{named.name}.model"):
                setup = self._twinned(named, setup)
        driver: Instrument = driver_of(self.file, named.kind, named.name, section)(setup)
        return driver

    @staticmethod
    def _poled(setup: Setup, section: MeterSection) -> Setup:
        """Return a setup that knows how lines are wired."""
        return replace(setup, reverse=section.reverse, inverted=frozenset(section.inverted))

    def _twinned(self, named: Named, setup: Setup) -> Setup:
        """Plug a model's twin in; return the setup of the driver that is to find it.

        Instruments that share a resource share one device, as its two outputs, or its relays and
        its inputs.
        """
        place = (setup.backend, setup.resource)
        plug = self._shared.get(place) if setup.resource else None
        if plug is None:
            plug = self._shared[place] = self._plugged(named.section.model, setup)
            plug.twin.inputs = setup if named.kind == "meters" else None
        else:
            self._share(plug.twin, named, setup)
        return replace(setup, resource=plug.resource, backend=plug.visa)

    @staticmethod
    def _share(twin: WireTwin, named: Named, setup: Setup) -> None:
        """Let a twin be another instrument's device, too; raises ConfigError: it is none."""
        other = twin_class(named.section.model)
        if not (issubclass(other, type(twin)) or isinstance(twin, other)):
            raise ConfigError(
                f"at {setup.resource} there is {twin.setup.name} already, which is another device"
            )
        twin.serve_too(setup, inputs=named.kind == "meters")

    def _plugged(self, model: str, setup: Setup) -> Plug:
        plugged = TWIN_BACKENDS[setup.backend]
        if self.hand_over is None and plugged != "memory":
            raise ConfigError(
                f'the back end "{setup.backend}" needs time = "real": a twin behind a wire '
                'answers when it answers; in simulated time use "@sim"'
            )
        twin = twin_of(model, setup)
        if self.hand_over is not None:
            twin.hand_over = self.hand_over
        if plugged != "memory":
            twin.needs_s = 0.0  # a thread sees when it is let run, not when bytes came
        plug = plug_in(twin, plugged, setup.resource)
        self.plugs.append(plug)
        return plug
