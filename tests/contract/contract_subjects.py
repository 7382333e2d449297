"""What a model is put through its contract with: a wiring, and for wire models twin and plug."""

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from contract_wires import WIRES, Wire

from bench.instruments.kinds import Setup
from bench.instruments.models import KINDS, models
from bench.instruments.pace import JumpingPace, Pace
from bench.instruments.plug import Plug, plug_in
from bench.instruments.wire_twin import WireTwin, twin_of
from bench.registry import registry
from bench.wiring.nets import Wiring

TWINS = registry("twin", "instruments/twins")
TRANSPORTS = ("memory", "pty", "loopback")
NONE = "none"  # the transport of a model that has no wire
FIRST_RESOURCE = 5000
PATIENCE_S = 0.15  # of a driver whose device will not answer
EVENTUALLY_S = 5.0
_numbers = itertools.count(FIRST_RESOURCE)


def next_number() -> int:
    """Return a number for a resource that no other test has used."""
    return next(_numbers)


def names(kind: str) -> list[str]:
    """Return every model of a kind."""
    return models(kind).names()


def lacks(model: str) -> str:
    """Return what a model needs before it can be put through its contract ("": nothing)."""
    twin = f"bench/instruments/twins/{model}.py: there is no twin of {model}"
    wire = f'tests/contract/contract_wires.py: WIRES has no entry "{model}"'
    found = [(model in TWINS.names(), twin), (model in WIRES, wire)]
    return "; ".join(said for there, said in found if not there)


def wire_names(kind: str) -> list[str]:
    """Return the models of a kind that speak to a device and have what the contract needs."""
    return [name for name in names(kind) if name != "simulated" and not lacks(name)]


def model_of(kind: str, model: str) -> Any:
    """Return a model's class."""
    return models(kind).get(model)


def on_every_wire(kind: str, **facts: bool) -> list[Any]:
    """Return (kind, model, transport), as parameters, of the models of which the facts are so."""
    return [
        pytest.param((kind, model, transport), id=f"{model}-{transport}")
        for model in wire_names(kind)
        for transport in TRANSPORTS
        if all(getattr(model_of(kind, model), fact) is so for fact, so in facts.items())
    ]


def everywhere(kind: str, **facts: bool) -> list[Any]:
    """Return those, and the simulated model."""
    return [pytest.param((kind, "simulated", NONE), id="simulated"), *on_every_wire(kind, **facts)]


ALL = [(kind, model) for kind in KINDS for model in ("simulated", *wire_names(kind))]
WIRED = [(kind, model) for kind in KINDS for model in wire_names(kind)]
# with those that lack something: one test says what, and no other can be asked of them
EVERY_DEVICE = [(kind, model) for kind in KINDS for model in names(kind) if model != "simulated"]


@dataclass
class Subject:
    """One instrument under contract.

    Attributes:
        device: the driver.
        wiring: the simulated bench's nets.
        plug, twin: how the device at the other end of the wire is reached, and it; a simulated
            model has none.
        wire: what is known of that wire.
    """

    kind: str
    device: Any
    wiring: Wiring
    plug: Plug | None = None
    wire: Wire = field(default_factory=Wire)

    @property
    def twin(self) -> Any:
        """The device at the other end of the wire."""
        return self.plug.twin if self.plug else None

    @property
    def channels(self) -> list[str]:
        """The names of all channels."""
        return list(self.device.setup.channels)

    @property
    def channel(self) -> str:
        """The first channel."""
        return self.channels[0]

    def number(self, channel: str) -> int:
        """Return the device's own number of a channel."""
        return self.device.setup.channels[channel]

    def mv(self, channel: str) -> int:
        """Return the potential of the net that a channel is wired to."""
        return self.wiring.net(self.device.setup.nets[channel]).mv

    def reaches(self, wanted: dict[str, int]) -> bool:
        """Wait until nets stand so: a device obeys after it was spoken to, not before."""
        return eventually(lambda: {name: self.mv(name) for name in wanted} == wanted)

    # what every wire model can be asked, whatever its kind

    def put(self, *, on: bool) -> bool | None:
        """Switch the first channel."""
        if self.kind == "relays":
            return self.device.set(self.channel, closed=on)
        if self.kind == "meters":
            self.wiring.net(self.device.setup.nets[self.channel]).drive("test", 12_000 * on)
            return self.ask()
        return self.device.set_output(on=on)

    def ask(self) -> bool | None:
        """Return how the first channel reads back."""
        if self.kind == "relays":
            return self.device.state(self.channel)
        if self.kind == "meters":
            return self.device.read(self.channel) > 3.0
        return self.device.is_on()

    # the wire

    @contextmanager
    def impatient(self) -> Iterator[None]:
        """Let the driver wait no longer than a test can afford for what will not come."""
        link = self.device._link
        patience_s, link._timeout_s = link._timeout_s, PATIENCE_S
        try:
            yield
        finally:
            link._timeout_s = patience_s

    @contextmanager
    def replies_late(self, *, first: int = 0) -> Iterator[Callable[[], None]]:
        """Keep the twin's replies but for their first bytes; yields what lets the rest arrive."""
        twin, held = self.twin, []
        receive = twin.receive

        def keep(data: bytes) -> bytes:
            reply = receive(data)
            held.append(reply[first:])
            return reply[:first]

        def arrive() -> None:
            assert eventually(lambda: held), "the twin's thread has not heard the question"
            twin.receive = receive
            self.plug.say(b"".join(held))

        twin.receive = keep
        yield arrive


def eventually(condition: Callable[[], bool]) -> bool:
    """Return whether a condition comes true in time."""
    until_s = time.monotonic() + EVENTUALLY_S
    while not condition() and time.monotonic() < until_s:
        time.sleep(0.001)
    return condition()


NETS = {
    "relays": {
        "handle_driver": "handle_driver",
        "start_button": "start_line",
        "cylinder_unlock": "cylinder_unlock",
    },
    "supplies": {"kl30": "terminal_30"},
    "meters": {"lock_motor_driver": "motor_line", "latch_driver": "latch_driver"},
}
NAMES = {"relays": "doors", "supplies": "kl30", "meters": "locks"}


def usual_channels(kind: str, wire: Wire) -> dict[str, int]:
    """Return the channels that tests use, by the model's own numbers."""
    if kind == "supplies":
        return {"kl30": wire.output}
    return dict(zip(NETS[kind], wire.lines if kind == "meters" else wire.relays, strict=False))


def make(
    kind: str,
    model: str,
    channels: dict[str, int] | None = None,
    *,
    transport: str = "memory",
    plugged: bool = True,
    pace: Pace | None = None,
    **wired: Any,
) -> Subject:
    """Return a model with its nets and, where it has a wire, its twin plugged in; not open yet.

    Without a pace of its own, nobody waits: then a twin on a thread can't tell how far apart
    commands were sent, and hears them all.
    """
    wiring = Wiring()
    for net in NETS[kind].values():
        wiring.net(net)
    wire = WIRES[model] if model in wire_names(kind) else None
    setup = Setup(
        name=NAMES[kind],
        channels=usual_channels(kind, wire or Wire()) if channels is None else channels,
        nets=NETS[kind],
        wiring=wiring,
        pace=pace or JumpingPace(),
        **wired,
    )
    plug = None
    if wire is not None:
        twin = twin_of(model, setup)
        if transport != "memory" and pace is None:
            twin.needs_s = 0.0
        plug = plug_in(twin, transport, wire.resource.format(next_number()))
        setup = replace(setup, resource=plug.resource, backend=plug.visa)
        if not plugged:
            plug.unplug()
    return Subject(kind, models(kind).get(model)(setup), wiring, plug, wire or Wire())


def plug_in_again(subject: Subject, model: str) -> WireTwin:
    """Let another model's twin answer where a subject's did; return it."""
    twin = twin_of(model, subject.twin.setup)
    twin.needs_s = 0.0
    subject.plug.twin = twin
    return twin


def unopened(kind: str, model: str, transport: str, **rest: Any) -> Iterator[Subject]:
    """Yield an instrument that is plugged in and not open; close it and pull it out."""
    subject = make(kind, model, transport=transport, **rest)
    yield subject
    try:
        subject.device.close()
    finally:
        if subject.plug is not None:
            subject.plug.close()


def opened(kind: str, model: str, transport: str = "memory", **rest: Any) -> Iterator[Subject]:
    """Yield an open instrument; close it and pull it out."""
    for subject in unopened(kind, model, transport, **rest):
        subject.device.open()
        yield subject


@contextmanager
def written(
    subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[tuple[float, float]]]:
    """Note when each command begins and has ended, by the real clock, where it is sent."""
    resource, times = subject.device._link._session.resource, []
    write_raw = resource.write_raw

    def noting(data: bytes) -> int:
        began_s = time.monotonic()
        count = write_raw(data)
        times.append((began_s, time.monotonic()))
        return count

    with monkeypatch.context() as patch:
        patch.setattr(resource, "write_raw", noting)
        yield times


def gaps(times: list[tuple[float, float]]) -> list[float]:
    """Return how long after the end of each command the next one began."""
    return [began_s - ended_s for (_, ended_s), (began_s, _) in itertools.pairwise(times)]
