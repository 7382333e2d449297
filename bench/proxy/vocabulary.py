"""Toxiproxy's toxics and the faults that they are here.

Names, units and zero values are Toxiproxy's (README and toxics/*.go of Shopify/toxiproxy, read up
to commit f48fd7f); what they do is the fault's, see docs/toxiproxy.md. Any other fault that acts on
links is a toxic too, under its own name and with its own parameters.
"""

from abc import abstractmethod
from typing import Annotated, Any

from annotated_types import Ge, Gt
from pydantic import model_validator

from bench.config.validation import Section, check
from bench.errors import ConfigError, RequestRefused, nearest
from bench.faults.injector import faults
from bench.faults.link.latency import Latency
from bench.faults.on_links import OnLinks
from bench.faults.tcp.bandwidth import Bandwidth
from bench.faults.tcp.limit_data import LimitData
from bench.faults.tcp.reset_peer import ResetPeer
from bench.faults.tcp.slicer import Slicer
from bench.faults.tcp.slow_close import SlowClose
from bench.faults.tcp.timeout import Timeout

MS, US, KB = 1e-3, 1e-6, 1000
Whole = Annotated[int, Ge(0)]
SOURCE = "bad request body"  # what Toxiproxy's errors begin with
# by the proxy, the stream, the toxicity, the client
SAID_ELSEWHERE = (
    "service", "side", "party", "direction", "share", "first", "from_s", "for_s",
)  # fmt: skip
INSTEAD = {  # for what is asked for and is not there
    "packet_loss": 'packet_loss takes bytes out of a TCP stream, as no network does: use "stall"',
    "down": 'a proxy is taken down by {"enabled": false}, not by a toxic',
    "noop": "noop does nothing",
}


class Attributes(Section):
    """The attributes of one of Toxiproxy's toxics."""

    @abstractmethod
    def fault(self) -> OnLinks:
        """Return the fault that it is."""


class LatencyAttributes(Attributes):
    """Milliseconds."""

    latency: Whole = 0
    jitter: Whole = 0

    def fault(self) -> OnLinks:
        """Return the delay."""
        return Latency(delay_s=self.latency * MS, jitter_s=self.jitter * MS)


class BandwidthAttributes(Attributes):
    """Thousands of bytes a second. With 0 Toxiproxy stalls; that is asked for by another name."""

    rate: Annotated[int, Gt(0)]

    def fault(self) -> OnLinks:
        """Return the narrow link."""
        return Bandwidth(bytes_per_s=self.rate * KB)


class SlowCloseAttributes(Attributes):
    """Milliseconds."""

    delay: Whole = 0

    def fault(self) -> OnLinks:
        """Return the late end."""
        return SlowClose(delay_s=self.delay * MS)


class TimeoutAttributes(Attributes):
    """Milliseconds; 0: no end."""

    timeout: Whole = 0

    def fault(self) -> OnLinks:
        """Return the silence, and the end after it."""
        return Timeout(after_s=self.timeout * MS)


class ResetPeerAttributes(Attributes):
    """Milliseconds."""

    timeout: Whole = 0

    def fault(self) -> OnLinks:
        """Return the reset."""
        return ResetPeer(after_s=self.timeout * MS)


class SlicerAttributes(Attributes):
    """Bytes, and microseconds between two pieces."""

    average_size: Annotated[int, Gt(0)]
    size_variation: Whole = 0
    delay: Whole = 0

    @model_validator(mode="after")
    def _varies_less_than_it_is(self) -> "SlicerAttributes":
        if self.size_variation >= self.average_size:
            raise ValueError("size_variation must be smaller than average_size")
        return self

    def fault(self) -> OnLinks:
        """Return the small pieces."""
        gap_s = self.delay * US
        return Slicer(self.average_size, gap_s=gap_s, bytes_vary=self.size_variation)


class LimitDataAttributes(Attributes):
    """Bytes."""

    bytes: Whole = 0

    def fault(self) -> OnLinks:
        """Return the end after so many bytes."""
        return LimitData(after_bytes=self.bytes, direction="both")


TOXIPROXY: dict[str, type[Attributes]] = {
    "latency": LatencyAttributes,
    "bandwidth": BandwidthAttributes,
    "slow_close": SlowCloseAttributes,
    "timeout": TimeoutAttributes,
    "reset_peer": ResetPeerAttributes,
    "slicer": SlicerAttributes,
    "limit_data": LimitDataAttributes,
}

# the folders of faults in which one on links can stand ("": foreign)
LAYERS = {"link", "tcp", "tls", ""}


def toxic_types() -> list[str]:
    """Return the name of every toxic that there is."""
    known = faults()
    near = (name for name in known.names() if known.folder_of(name) in LAYERS)
    return sorted({*TOXIPROXY, *(name for name in near if issubclass(known.get(name), OnLinks))})


def check_type(name: str) -> None:
    """Raise RequestRefused for a type of toxic that there is not."""
    if name in INSTEAD:
        raise RequestRefused(f"invalid toxic type: {INSTEAD[name]}")
    if name not in toxic_types():
        raise RequestRefused(f'invalid toxic type: "{name}": {nearest(name, toxic_types())}')


def read_attributes(name: str, given: dict[str, Any]) -> tuple[dict[str, Any], OnLinks]:
    """Return a toxic's attributes, with those that were left out, and the fault that they make.

    Raises:
        RequestRefused: an attribute that is not known, or not right.
    """
    try:
        if name not in TOXIPROXY:
            return _read_own(name, given)
        made = check(TOXIPROXY[name], given, source=SOURCE, prefix=name)
    except ConfigError as error:
        raise RequestRefused("; ".join(str(error).splitlines())) from None
    return made.model_dump(), made.fault()


def _read_own(name: str, given: dict[str, Any]) -> tuple[dict[str, Any], OnLinks]:
    for key in SAID_ELSEWHERE:
        if key in given:
            raise RequestRefused(
                f"{SOURCE}: {name}.{key}: is for the proxy, the stream, the toxicity or you to say"
            )
    fault: OnLinks = check(faults().get(name), given, source=SOURCE, prefix=name)
    return {key: value for key, value in vars(fault).items() if key not in SAID_ELSEWHERE}, fault
