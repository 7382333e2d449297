"""A twin behind pyvisa-sim: the driver's own code, and no device.

pyvisa-sim has no official way to add a device written in Python, so this module, and only this
one, uses its classes directly; the extra `sim` pins its version.
"""

from typing import Any

from bench.errors import MissingExtra
from bench.instruments.wire_twin import WireTwin


def plug_in(twin: WireTwin, resource: str) -> None:
    """Make a twin answer at a VISA resource name of the back end "@sim"."""
    try:
        import pyvisa
        from pyvisa_sim.devices import Device
    except ImportError:
        raise MissingExtra(f"{twin.setup.name}: the back end @sim", "sim") from None

    class TwinDevice(Device):  # type: ignore[misc]
        """Hands bytes to the twin; an error inside it must not look like a time-out."""

        def write(self, data: bytes) -> None:
            try:
                reply = twin.receive(bytes(data))
            except AttributeError as error:  # pyvisa-sim would swallow exactly this one
                raise RuntimeError(f"the twin of {twin.setup.name} failed: {error}") from error
            if reply:
                self._output_buffers.append(bytearray(reply))

    library: Any = pyvisa.ResourceManager("@sim").visalib
    library.devices._internal.pop(resource, None)  # noqa: SLF001 a fresh twin for each bench
    library.devices.add_device(resource, TwinDevice(twin.setup.name, b""))
