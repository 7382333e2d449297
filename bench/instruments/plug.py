"""Where twins are plugged in: in memory, behind a pseudo terminal, behind a loopback socket.

In memory everything is immediate and exact. A pseudo terminal and a socket are slower, and show
what the operating system and pyvisa's back end do to a real device's bytes.
"""

import os
import select
import threading
from abc import ABC, abstractmethod
from typing import ClassVar

from bench.errors import UnknownName
from bench.instruments.wire_twin import WireTwin
from bench.registry import registry

CHUNK = 4096
PATIENCE_S = 5.0


class Plug(ABC):
    """A twin behind a transport.

    Attributes:
        visa: the pyvisa back end that reaches it.
        resource: its VISA resource name.
    """

    visa: ClassVar[str] = "@py"

    def __init__(self, twin: WireTwin, resource: str) -> None:
        self.twin, self.resource = twin, resource

    @abstractmethod
    def replug(self) -> None:
        """Plug it in, at the same resource name as before."""

    @abstractmethod
    def unplug(self) -> None:
        """Pull it out, in use or not."""

    @abstractmethod
    def say(self, data: bytes) -> None:
        """Let the device say something that nobody has asked for."""

    def close(self) -> None:
        """Pull it out for good; raises RuntimeError if the twin itself had failed."""
        self.unplug()


class ServedPlug(Plug):
    """A twin that a thread serves."""

    def __init__(self, twin: WireTwin, resource: str) -> None:
        super().__init__(twin, resource)
        self._failure: Exception | None = None
        self._thread: threading.Thread | None = None
        self._stop_read, self._stop_write = -1, -1

    @abstractmethod
    def serve(self) -> None:
        """Hand bytes to the twin and back until `stopped`."""

    def begin(self) -> None:
        """Start the thread."""
        self._stop_read, self._stop_write = os.pipe()
        self._thread = threading.Thread(target=self._run, name=f"twin {self.twin.setup.name}",
                                        daemon=True)  # fmt: skip
        self._thread.start()

    def end(self) -> None:
        """End the thread."""
        if self._thread is not None:
            os.write(self._stop_write, b"x")
            self._thread.join(PATIENCE_S)
            os.close(self._stop_read)
            os.close(self._stop_write)
            self._thread = None

    def ready(
        self, *files: int, seconds: float | None = None, write: int | None = None
    ) -> list[int]:
        """Wait for files; return those that can be used (none: stop, or the time is up)."""
        out = [] if write is None else [write]
        can_read, can_write, _ = select.select([self._stop_read, *files], out, [], seconds)
        return [] if self._stop_read in can_read else [*can_read, *can_write]

    def answer(self, data: bytes, to: int) -> None:
        """Let the twin obey; send what it answers, as slowly as it is."""
        reply = self.twin.receive(data)
        if reply and self.twin.slow_s:
            self.ready(seconds=self.twin.slow_s)
        self.send(reply, to)

    def send(self, data: bytes, to: int) -> None:
        """Send bytes, unless nobody takes them before the plug is pulled."""
        while data and self.ready(write=to):
            data = data[os.write(to, data[:CHUNK]) :]

    def close(self) -> None:
        """Pull it out for good; raises RuntimeError if the twin itself had failed."""
        super().close()
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise RuntimeError(f"the twin of {self.twin.setup.name} failed: {failure}") from failure

    def _run(self) -> None:
        try:
            self.serve()
        except OSError:
            return  # the other end has gone: what a cable does
        except Exception as error:  # raised again where somebody looks
            self._failure = error


def plug_in(twin: WireTwin, where: str, resource: str = "") -> Plug:
    """Plug a twin in behind the transport named `where`; return the plug.

    Args:
        twin: the device.
        where: "memory", "pty", "loopback".
        resource: the resource name that it is to have; in memory only, the others make one.

    Raises:
        UnknownName: there is no such transport.
    """
    plugs = registry("plug", "instruments/plugs")
    if where not in plugs.names():
        raise UnknownName("plug", where, plugs.names())
    plug: Plug = plugs.get(where)(twin, resource)
    plug.replug()
    return plug
