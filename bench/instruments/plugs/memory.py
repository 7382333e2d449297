"""A twin behind pyvisa-sim: the driver's own code, and no device.

pyvisa-sim has no official way to add a device written in Python, so this module, and only this
one, uses its classes directly; the extra `sim` pins its version.
"""

import time
from collections import deque
from typing import Any, ClassVar

from bench.errors import MissingExtra
from bench.instruments.plug import Plug
from bench.instruments.wire_twin import WireTwin


class Memory(Plug):
    """A twin in this process, answering at once."""

    visa: ClassVar[str] = "@sim"

    def __init__(self, twin: WireTwin, resource: str) -> None:
        super().__init__(twin, resource)
        self.there = False
        self._manager: Any = None
        self._said: deque[tuple[float, bytearray]] = deque()  # from when on it can be read, what

    def replug(self) -> None:
        """Make the twin answer at its VISA resource name of the back end "@sim"."""
        devices = self._devices()
        devices._internal.pop(self.resource, None)  # noqa: SLF001 a fresh twin for each bench
        devices.add_device(self.resource, _device(self))
        self._said.clear()
        self.there = True

    def unplug(self) -> None:
        """Pull it out: whoever has it open is told so at the next word."""
        self.there = False
        self._devices()._internal.pop(self.resource, None)  # noqa: SLF001 it forgets none itself

    def say(self, data: bytes) -> None:
        """Let the device say something that nobody has asked for."""
        self._said.append((0.0, bytearray(data)))

    def take(self, data: bytes) -> None:
        """Take bytes from the driver."""
        self._must_be_there()
        reply = self.twin.receive(data)
        if reply:
            self._said.append((time.monotonic() + self.twin.slow_s, bytearray(reply)))

    def give(self) -> tuple[bytes, bool]:
        """Give one byte to the driver, and whether it is the last; raises VisaIOError.

        What is not coming at all is a time-out at once: nothing here would be waited for.
        """
        from pyvisa.constants import StatusCode
        from pyvisa.errors import VisaIOError

        self._must_be_there()
        if not self._said:
            raise VisaIOError(StatusCode.error_timeout)
        from_s, said = self._said[0]
        if time.monotonic() < from_s:
            return b"", False
        byte = bytes((said.pop(0),))
        if not said:
            self._said.popleft()
        return byte, not said

    @property
    def waiting(self) -> int:
        """How many bytes could be read now."""
        now_s = time.monotonic()
        return sum(len(said) for from_s, said in self._said if from_s <= now_s)

    def _must_be_there(self) -> None:
        from pyvisa.constants import StatusCode
        from pyvisa.errors import VisaIOError

        if not self.there:
            raise VisaIOError(StatusCode.error_connection_lost)

    def _devices(self) -> Any:
        try:
            import pyvisa
            import pyvisa_sim  # noqa: F401 the error below names the extra
        except ImportError:
            raise MissingExtra(f"{self.twin.setup.name}: a twin in memory", "sim") from None
        # kept: pyvisa forgets a library, and the devices in it, when nobody holds it
        self._manager = pyvisa.ResourceManager(self.visa)
        return self._manager.visalib.devices


def _device(plug: Memory) -> Any:
    """Return what pyvisa-sim takes for a device."""
    from pyvisa_sim.devices import Device

    class TwinDevice(Device):  # type: ignore[misc]  # pyvisa-sim has no types
        """Hands bytes to the plug; an error inside the twin must not look like a time-out."""

        def write(self, data: bytes) -> None:
            try:
                plug.take(bytes(data))
            except AttributeError as error:  # pyvisa-sim would swallow exactly this one
                name = plug.twin.setup.name
                raise RuntimeError(f"the twin of {name} failed: {error}") from error

        @property
        def in_waiting(self) -> int:
            return plug.waiting

        def read(self) -> tuple[bytes, bool]:
            return plug.give()

    return TwinDevice(plug.twin.setup.name, b"")
