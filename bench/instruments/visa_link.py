"""How drivers speak through pyvisa: with deadlines, and with errors that name the device.

What was measured of pyvisa's back ends, and is dealt with here: an unknown resource may open
"successfully" and answer nothing; bytes of 0x80 and above raise UnicodeDecodeError; a late reply
is handed to the next query; `flush` is missing or costs 100 ms. So existence is checked before
opening, everything is bytes, and after a time-out or nonsense the link is drained before it is
used again.
"""

import time
from collections.abc import Callable
from typing import Any

from bench.errors import ConfigError, InstrumentFault, InstrumentTimeout, MissingExtra, nearest
from bench.instruments.kinds import Setup

SIMULATED = "@sim"
SILENCE_MS = 50  # a device that has said nothing for so long has no more to say
MOST_SHOWN = 60  # bytes of a reply in an error


class VisaLink:
    """One open VISA resource.

    Args:
        setup: the instrument's setup: its name, resource and back end.
        timeout_s: how long a reply may take.
        gap_s: the least time from one command to the next.
        serial: attributes of a serial line (baud_rate, …).
    """

    def __init__(
        self, setup: Setup, *, timeout_s: float = 1.0, gap_s: float = 0.0, **serial: Any
    ) -> None:
        self._setup = setup
        self._timeout_s, self._gap_s, self._serial = timeout_s, gap_s, serial
        self._resource: Any = None
        self._late = False

    @property
    def where(self) -> str:
        """The device as errors name it."""
        return f"{self._setup.name} ({self._setup.resource})"

    def open(self) -> None:
        """Open the resource; raises InstrumentFault."""
        import pyvisa
        from pyvisa import constants

        if not self._setup.resource:
            raise ConfigError(f"{self._setup.name}: resource: is missing: which VISA resource?")
        try:
            manager = pyvisa.ResourceManager(self._setup.backend)
        except (ValueError, OSError) as error:
            if self._setup.backend == SIMULATED:
                raise MissingExtra(f"{self.where}: the back end @sim", "sim") from None
            raise InstrumentFault(f"{self.where}: no VISA back end: {error}") from None
        if self._setup.backend == SIMULATED:
            known = manager.list_resources("?*")
            if self._setup.resource not in known:
                hint = nearest(self._setup.resource, known)
                raise InstrumentFault(f"{self.where}: there is no such resource: {hint}")
        self._resource = self._translated(
            lambda: manager.open_resource(
                self._setup.resource, timeout=round(self._timeout_s * 1000)
            ),
            "cannot be opened: is it plugged in, and not in use by another program?",
        )
        self._resource.read_termination = self._resource.write_termination = None
        if self._setup.resource.startswith("ASRL"):
            self._resource.end_input = constants.SerialTermination.none
            self._resource.end_output = constants.SerialTermination.none
            for attribute, value in self._serial.items():
                setattr(self._resource, attribute, value)

    def close(self) -> None:
        """Close the resource; twice does no harm."""
        if self._resource is not None:
            resource, self._resource = self._resource, None
            self._translated(resource.close, "cannot be closed")

    def write(self, data: bytes) -> None:
        """Send bytes, not sooner than the device can take them."""
        if self._resource is None:
            raise InstrumentFault(f"{self.where} is not open")
        if self._late:
            self._drain()
        self._translated(lambda: self._resource.write_raw(data), "does not take commands")
        if self._gap_s:
            self._setup.sleep(self._gap_s)

    def synchronise(self, end: bytes) -> None:
        """End a command that another program left half sent; what is said to it is not read.

        Only a serial line and a raw socket need it: elsewhere messages have bounds of their own.
        """
        if self._setup.resource.startswith("ASRL") or self._setup.resource.endswith("SOCKET"):
            self.write(end)
            self.distrust()

    def distrust(self) -> None:
        """Take note that what the device has said so far must not be taken for its next reply."""
        self._late = True

    def ask(self, data: bytes, end: bytes) -> bytes:
        """Send bytes and return the reply up to and with `end`.

        Raises:
            InstrumentTimeout: the reply did not come, or not to its end.
        """
        self.write(data)
        until_s = time.monotonic() + self._timeout_s
        reply = b""
        while not reply.endswith(end):
            try:
                reply += self._translated(lambda: self._resource.read_bytes(1), "does not answer")
                self._in_time(until_s)
            except InstrumentTimeout as error:
                self.distrust()
                got = f"; it said {reply[:MOST_SHOWN]!r}" if reply else ""
                raise InstrumentTimeout(f"{error}{got}") from None
        return reply

    def _in_time(self, until_s: float) -> None:
        """Refuse to listen for ever: each byte may come in time, and the reply never end."""
        if time.monotonic() > until_s:
            raise InstrumentTimeout(
                f"{self.where} does not come to an end in {self._timeout_s:g} s"
            )

    def _drain(self) -> None:
        """Throw away what came too late: it would be taken for the next reply."""
        patience, self._resource.timeout = self._resource.timeout, SILENCE_MS
        until_s = time.monotonic() + self._timeout_s
        try:
            while self._says_more():
                self._in_time(until_s)
        finally:
            self._resource.timeout = patience
        self._late = False

    def _says_more(self) -> bool:
        try:
            self._translated(lambda: self._resource.read_bytes(1), "does not answer")
        except InstrumentTimeout:
            return False
        return True

    def _translated(self, call: Callable[[], Any], what: str) -> Any:
        """Make a call; whatever a back end raises becomes an InstrumentFault."""
        from pyvisa import errors
        from pyvisa.constants import StatusCode

        try:
            return call()
        except errors.VisaIOError as error:
            if error.error_code == StatusCode.error_timeout:
                raise InstrumentTimeout(f"{self.where} {what} in {self._timeout_s:g} s") from None
            raise InstrumentFault(f"{self.where} {what} ({error.abbreviation})") from None
        except (OSError, UnicodeDecodeError, ValueError, errors.InvalidSession) as error:
            raise InstrumentFault(f"{self.where} {what} ({error})") from None
