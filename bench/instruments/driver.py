"""What drivers of devices with a wire have in common: facts, opening, identity, distrust."""

import math
import re
from abc import ABC, abstractmethod
from typing import ClassVar, NoReturn

from bench.errors import InstrumentFault, WrongInstrument, nearest
from bench.instruments.kinds import Setup
from bench.instruments.usb_ports import family, usb_id
from bench.instruments.visa_link import SILENCE_MS, VisaLink

INFINITE = 9.9e37  # SCPI's infinity; its "not a number" is 9.91E37


class Driver(ABC):
    """A device behind a VISA resource.

    What is known of a model stands in class attributes; `bench list models` and the reference
    show them.

    Attributes:
        tried_on_device: "no" until somebody has; then "yes" and who, when, which firmware.
        gap_s: the least time from a command, and from the end of its reply, to the next command.
        timeout_s: how long a reply may take.
        baud_rate: of the serial line, with 8 data bits, no parity, 1 stop bit.
        half_sent_end: what ends a command that another program left half sent.
        usb_family: whose USB identifiers its port carries ("": a bridge chip's, or none).
        bridge: the chip that its port is seen as, where that is all that is seen of it.
        identifies: the device says what it is, or at least that it is one of its kind.
        reads_back: the device tells the state that it believes in.
        at_power_on: how its outputs stand after its supply came back.
    """

    tried_on_device: ClassVar[str] = "no"
    gap_s: ClassVar[float] = 0.0
    timeout_s: ClassVar[float] = 1.0
    baud_rate: ClassVar[int] = 9600
    half_sent_end: ClassVar[bytes] = b"\n"
    usb_family: ClassVar[str] = ""
    bridge: ClassVar[str] = ""
    identifies: ClassVar[bool] = True
    reads_back: ClassVar[bool] = True
    at_power_on: ClassVar[str] = "unknown"

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self._link = VisaLink(
            setup, timeout_s=self.timeout_s, gap_s=self.gap_s, baud_rate=self.baud_rate
        )
        self._identity = ""
        self._missed = False

    # ── life ──────────────────────────────────────────────────────────────────────────────

    def open(self) -> None:
        """Connect, or connect again; raises WrongInstrument when something else answers."""
        self._check_channels()
        self._check_port()
        self._link.confirm = None
        self._link.open()
        try:
            self._link.synchronise(self.half_sent_end)
            self._identity = self._identify()
            self._prepare()
        except BaseException:
            self._link.close()
            raise
        self._link.confirm = self._identify

    def close(self) -> None:
        """Disconnect; the outputs stay as they are."""
        self._missed = False
        self._link.close()

    def identity(self) -> str:
        """Return maker, model, serial number and version, as far as the device tells."""
        return self._identity

    def slowest_answer_s(self) -> float:
        """Return how long the slowest answer took since this was last asked, in seconds."""
        return self._link.slowest_answer_s()

    @abstractmethod
    def _identify(self) -> str:
        """Ask the device who it is; raises WrongInstrument."""

    @abstractmethod
    def _check_channels(self) -> None:
        """Refuse channels that the model does not have, before anything is sent."""

    def _prepare(self) -> None:  # noqa: B027 most models need nothing
        """Set what has to be set once after connecting."""

    def _check_port(self) -> None:
        """Refuse another family's board by its USB identifiers, before anything is sent."""
        found = usb_id(self.setup.resource)
        other = family(found)
        if other and other != self.usb_family:
            raise WrongInstrument(
                f"{self._link.where} is a {other} device (USB {found}), not {self._called()}; "
                "nothing was sent to it"
            )

    def _called(self) -> str:
        """Return what this model is called, in errors."""
        return re.split(r",|\.| \(", type(self).__doc__ or "", maxsplit=1)[0]

    # ── words ─────────────────────────────────────────────────────────────────────────────

    def _refuse(self, reply: str | bytes, what: str = "it says") -> NoReturn:
        """Raise WrongInstrument: whoever answered is another device."""
        self._link.distrust()
        raise WrongInstrument(
            f"{self._link.where} is no {self._called()}: {what} {reply!r}"
            f"{self._other(reply)}{self._tardy()}"
        )

    def _other(self, reply: str | bytes) -> str:  # noqa: ARG002 most devices have no name
        """Say which model answers so, where that is known."""
        return ""

    def _nonsense(self, reply: str | bytes, wanted: str) -> NoReturn:
        """Raise InstrumentFault: a reply that is none; what follows is not trusted either."""
        self._link.distrust()
        raise InstrumentFault(f"{self._link.where}: it says {reply!r}, not {wanted}{self._tardy()}")

    def _value(self, reply: str | bytes, query: str) -> float:
        """Return the number in a reply; raises InstrumentFault: NAN, a word of SCPI, is none.

        Nor is what SCPI has for infinity and for no number at all: it must enter no sum, be no
        current and no voltage.
        """
        try:
            value = float(reply)
        except ValueError:
            value = math.nan
        if math.isnan(value):
            self._nonsense(reply, f"a number, to {query}")
        if abs(value) >= INFINITE:
            raise InstrumentFault(
                f"{self._link.where}: it says {reply!r} to {query}: beyond its range, or no reading"
            )
        return value

    def _tardy(self) -> str:
        """Say of a device that answers late that this may be the answer to something else."""
        slowest_ms = round(self.slowest_answer_s() * 1000)
        if slowest_ms <= SILENCE_MS:
            return ""
        return (
            f" (its slowest answer took {slowest_ms} ms: after {SILENCE_MS} ms of silence it is "
            "taken to have no more to say, and what comes later for the next answer)"
        )

    def _number(self, channel: str) -> int:
        """Return the device's own number of a channel; raises InstrumentFault."""
        if channel not in self.setup.channels:
            hint = nearest(channel, self.setup.channels)
            raise InstrumentFault(f'{self.setup.name}: no channel "{channel}": {hint}')
        return self.setup.channels[channel]

    def _reconnect_if_lost(self) -> None:
        """Open the link again if it has broken: what must be made safe may be back."""
        self._missed = self._missed or self._link.lost  # a try that fails leaves no link to ask
        if self._missed:
            self.open()
            self._missed = False
