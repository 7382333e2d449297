"""What the links of one scenario carry, as a capture with the secrets of its TLS sessions."""

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bench import __version__
from bench.errors import RunFolderError
from bench.file_name import FileName
from bench.network.address import Address
from bench.trace.dns_frames import ANSWERED, answer, question
from bench.trace.pcapng import PcapngWriter
from bench.trace.tcp_frames import End, TcpFrames
from bench.units import NS_PER_S

KEYS_SUFFIX = ".keys"
RELAY = "relay"
APPLICATION = f"access-bench {__version__}"
NOT_BOUND = "0.0.0.0"  # noqa: S104 what a socket says of itself before it is bound
RESOLVER = "127.0.0.53"  # nobody there: lookups are calls inside the bench
CALLER = "127.0.0.1"
_PRIVILEGED = 1023  # no socket of a client is below: so a made-up port is no real connection's
SIDES = {"near": "as the party sees it", "far": "as the cloud sees it"}


class Capture:
    """A capture that is being written: one interface for each link and side.

    Frames are made from what the relays of the links carry, so no privileges are needed. A run that
    is killed leaves a capture that is good as far as it goes, and its secrets in a file beside it.

    Args:
        path: the file; the folder is made if it is not there.
        epoch: the calendar time at which the bench's clock stands at 0.

    Raises:
        RunFolderError: it cannot be written.
    """

    def __init__(self, path: FileName, epoch: datetime) -> None:
        path = Path(path)
        self.path = path
        self.keylog = path.with_suffix(KEYS_SUFFIX)
        self._epoch_ns = int(epoch.timestamp()) * NS_PER_S + epoch.microsecond * 1000
        self._interfaces: dict[str, int] = {}
        self._lost: OSError | None = None
        self._turned, self._lookups = itertools.count(), itertools.count(1)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.keylog.touch(mode=0o600)
            self._file = path.open("wb", buffering=0)
        except OSError as error:
            raise self._refused(error) from None
        try:
            self._writer = PcapngWriter(self._file, APPLICATION)
        except OSError as error:
            self._file.close()
            raise self._refused(error) from None

    def flow(
        self, party: str, service: str, side: str, now_ns: Callable[[], int]
    ) -> "CapturedFlow":
        """Return what takes one new connection of a link's side."""
        ends = (party, RELAY) if side == "near" else (RELAY, service)
        return CapturedFlow(self, self._interface(f"{party}/{service}", side), ends, now_ns)

    def lookup(self, party: str, name: str, now_ns: Callable[[], int]) -> "CapturedLookup":
        """Write a question for a name, and return what takes its answer."""
        number = next(self._lookups)
        ends = End(party, (CALLER, 49152 + number % 16384)), End("resolver", (RESOLVER, 53))
        interface = self._interface(f"{party}/dns", "near")
        taken = CapturedLookup(self, interface, ends, number % 65536, name, now_ns)
        self.put(interface, now_ns(), iter((question(*ends, number % 65536, name),)))
        return taken

    def turned_away(self, party: str, service: str, server: Address, how: str, t_ns: int) -> None:
        """Write a SYN that is refused, or never answered."""
        client = (server[0], _PRIVILEGED - next(self._turned) % _PRIVILEGED)
        frames = TcpFrames(End(party, client), End(RELAY, server))
        interface = self._interface(f"{party}/{service}", "near")
        self.put(interface, t_ns, frames.knocking(refused=how == "refuse"))

    def _interface(self, link: str, side: str) -> int:
        """Return the number of a link's side, declared when it is first needed."""
        name = f"{link} {side}"
        if name not in self._interfaces and self._lost is None:
            with self._noting_loss():
                described = f"{link}, {SIDES[side]}"
                self._interfaces[name] = self._writer.interface(name, described)
        return self._interfaces.get(name, 0)

    def put(self, interface: int, t_ns: int, frames: Iterator[bytes]) -> None:
        """Write frames that passed at a moment of the bench's clock."""
        for frame in frames:
            if self._lost is None:
                with self._noting_loss():
                    self._writer.packet(interface, self._epoch_ns + t_ns, frame)

    def close(self) -> None:
        """Close the capture; raises RunFolderError where it could not be written whole."""
        self._file.close()
        if self._lost is None:
            with self._noting_loss():
                self._put_secrets_first()
                self.keylog.unlink()  # they stand in the capture now
        if self._lost is not None:
            raise self._refused(self._lost)

    def _put_secrets_first(self) -> None:
        """Write the file anew with its secrets before all frames, where a reader needs them.

        A server knows its client's secret only when it has read what the client sent first, and by
        then that has passed.
        """
        blocks, secrets = self.path.read_bytes(), self.keylog.read_bytes()
        part = self.path.with_name(self.path.name + ".part")
        try:
            with part.open("wb") as file:
                writer = PcapngWriter(file, APPLICATION)
                begin = file.tell()
                if secrets:
                    writer.tls_secrets(secrets)
                file.write(blocks[begin:])
            os.replace(part, self.path)  # noqa: PTH105 one step, as a whole or not at all
        except OSError:
            part.unlink(missing_ok=True)
            raise

    @contextmanager
    def _noting_loss(self) -> Iterator[None]:
        """Let a full disk disturb nobody who sends: `close` tells of it."""
        try:
            yield
        except OSError as error:
            self._lost = error

    def _refused(self, error: OSError) -> RunFolderError:
        return RunFolderError(f"{self.path}: cannot be written: {error.strerror}")


@dataclass(frozen=True)
class CapturedLookup:
    """One question for a name: its answer comes later, or never."""

    capture: Capture
    interface: int
    ends: tuple[End, End]
    number: int
    name: str
    now_ns: Callable[[], int]

    def answered(self, address: Address) -> None:
        """Write the answer."""
        self._put(address[0], "")

    def failed(self, reason: str) -> None:
        """Write that the resolver says no; where it says nothing there is nothing to write."""
        if reason in ANSWERED:
            self._put(None, reason)

    def _put(self, address: str | None, reason: str) -> None:
        frame = answer(*self.ends, self.number, self.name, address, reason)
        self.capture.put(self.interface, self.now_ns(), iter((frame,)))


class CapturedFlow:
    """One side of one connection."""

    def __init__(
        self, capture: Capture, interface: int, ends: tuple[str, str], now_ns: Callable[[], int]
    ) -> None:
        self._capture, self._interface = capture, interface
        self._names, self._now_ns = ends, now_ns
        self._frames: TcpFrames | None = None

    def opened(self, client: Address, server: Address) -> None:
        """Take note that it is connected."""
        if client[0] == NOT_BOUND:  # in memory nobody binds an address to call from
            client = (server[0], client[1])
        names = self._names
        self._frames = TcpFrames(End(names[0], client), End(names[1], server))
        self._put(self._frames.opening())

    def data(self, data: bytes, *, by_client: bool) -> None:
        """Take bytes as they are on the wire."""
        if self._frames is not None:
            self._put(self._frames.data(data, by_client=by_client))

    def ended(self, *, by_client: bool) -> None:
        """Take a FIN."""
        if self._frames is not None:
            self._put(self._frames.ended(by_client=by_client))

    def reset(self, *, by_client: bool) -> None:
        """Take an RST."""
        if self._frames is not None:
            self._put(self._frames.reset(by_client=by_client))

    def _put(self, frames: Iterator[bytes]) -> None:
        self._capture.put(self._interface, self._now_ns(), frames)


@contextmanager
def capturing(path: FileName, epoch: datetime) -> Iterator[Capture]:
    """Capture into a file inside the block; raises RunFolderError."""
    capture = Capture(path, epoch)
    try:
        yield capture
    except BaseException:
        with suppress(RunFolderError):  # what went wrong first is told
            capture.close()
        raise
    capture.close()
