"""What a model is put through its contract with: a wiring, and for wire models their twin."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bench.instruments.kinds import Setup
from bench.instruments.twin_visa import plug_in
from bench.instruments.visa_link import SIMULATED
from bench.instruments.wire_twin import WireTwin, twin_of
from bench.registry import registry
from bench.station.instruments import KINDS, models
from bench.wiring.nets import Wiring

TWINS = registry("twin", "instruments/twins")
FIRST_RESOURCE = 5000
PATIENCE_S = 0.15  # of every driver, in these tests: twins answer at once or not at all
_numbers = itertools.count(FIRST_RESOURCE)


def next_number() -> int:
    """Return a number for a resource that no other test has used."""
    return next(_numbers)


def names(kind: str) -> list[str]:
    """Return every model of a kind."""
    return models(kind).names()


def wire_names(kind: str) -> list[str]:
    """Return the models of a kind that speak to a device: all but the simulated one."""
    return [name for name in names(kind) if name != "simulated"]


ALL = [(kind, model) for kind in KINDS for model in names(kind)]
WIRED = [(kind, model) for kind in KINDS for model in wire_names(kind)]


@dataclass(frozen=True)
class Wire:
    """What a contract must know of one model's wire, and cannot ask the model.

    Attributes:
        resource: a VISA resource name, with {} where a fresh number goes.
        stranger: what some other device answers to everything.
        garbage: noise that the driver takes for whole replies, and more.
        half_sent: commands that an earlier program did not end.
        beyond: a channel that this model does not have.
    """

    resource: str
    stranger: bytes
    garbage: bytes
    half_sent: tuple[bytes, ...]
    beyond: int


WIRES = {
    "numato_usb": Wire(
        resource="ASRL{}::INSTR",
        stranger=b"ERROR 3: unknown command\r\n>",
        garbage=b"\xff\x80 on\x00>on>",
        half_sent=(b"re", b"relay on ", b"relay on 1", b"relay read 1", b"relay readall"),
        beyond=16,
    ),
    "rigol_dp832": Wire(
        resource="TCPIP0::192.0.2.1::{}::SOCKET",
        stranger=b"Siglent Technologies,SPD3303X,SPD00001,1.01\n",
        garbage=b"\xff\x80ON\x00\nON\n",
        half_sent=(b":OU", b":OUTP CH1,O", b":OUTP CH1,ON", b":OUTP? CH1", b"*IDN?"),
        beyond=4,
    ),
}


@dataclass
class Subject:
    """One instrument under contract.

    Attributes:
        device: the driver.
        wiring: the simulated bench's nets.
        twin: the device at the other end of the wire; a simulated model has none.
        wire: what is known of that wire.
    """

    kind: str
    device: Any
    wiring: Wiring
    twin: WireTwin | None = None
    wire: Wire | None = None

    @property
    def channel(self) -> str:
        """The first channel."""
        return next(iter(self.device.setup.channels))

    def number(self, channel: str) -> int:
        """Return the device's own number of a channel."""
        return self.device.setup.channels[channel]

    def mv(self, channel: str) -> int:
        """Return the potential of the net that a channel is wired to."""
        return self.wiring.net(self.device.setup.nets[channel]).mv

    # what every wire model can be asked, whatever its kind

    def put(self, *, on: bool) -> bool | None:
        """Switch the first channel."""
        if self.kind == "relays":
            return self.device.set(self.channel, closed=on)
        return self.device.set_output(on=on)

    def ask(self) -> bool | None:
        """Return how the first channel reads back."""
        if self.kind == "relays":
            return self.device.state(self.channel)
        return self.device.is_on()

    # the wire

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
            twin.receive = receive
            self.arrives(b"".join(held))

        twin.receive = keep
        yield arrive

    def arrives(self, data: bytes) -> None:
        """Let bytes come from the device that nobody has asked for."""
        import pyvisa

        library: Any = pyvisa.ResourceManager(SIMULATED).visalib
        library.devices[self.device.setup.resource]._output_buffers.append(bytearray(data))


CHANNELS = {
    # 12 beside 1: a Numato module takes "relay on 12" for relay 1
    "relays": {"handle_driver": 1, "start_button": 12, "cylinder_unlock": 3},
    "supplies": {"kl30": 1},
    "meters": {"lock_motor_driver": 1, "latch_driver": 2},
}
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


def make(
    kind: str, model: str, channels: dict[str, int] | None = None, *, plugged: bool = True
) -> Subject:
    """Return a model with its nets and, where it has a wire, its twin plugged in; not open yet."""
    wiring = Wiring()
    for net in NETS[kind].values():
        wiring.net(net)
    wire = WIRES[model] if model in wire_names(kind) else None
    setup = Setup(
        name=NAMES[kind],
        resource=wire.resource.format(next_number()) if wire else "",
        channels=CHANNELS[kind] if channels is None else channels,
        nets=NETS[kind],
        wiring=wiring,
        backend=SIMULATED if wire else "@py",
    )
    subject = Subject(kind, models(kind).get(model)(setup), wiring, wire=wire)
    if wire is not None:
        subject.twin = twin_of(model, setup)
        if plugged:
            plug_in(subject.twin, setup.resource)
    return subject


def plug_in_again(subject: Subject, model: str) -> WireTwin:
    """Plug another model's twin in where a subject's was; return it."""
    twin = twin_of(model, subject.device.setup)
    plug_in(twin, subject.device.setup.resource)
    return twin


def opened(kind: str, model: str) -> Iterator[Subject]:
    """Yield an open instrument and close it."""
    subject = make(kind, model)
    subject.device.open()
    yield subject
    subject.device.close()
