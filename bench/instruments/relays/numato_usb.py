"""Numato Lab USB relay modules (CDC serial, ASCII), 1 to 16 channels.

Tried on the device: no. From the maker's documentation and public drivers: commands end with CR,
the module echoes what it gets and ends each reply with a prompt ">". Channels above 9 are the
letters A to F, upper case; "relay on 12" would switch relay 1 without a word.
"""

import re

from bench.errors import InstrumentFault, ReadbackMismatch, WrongInstrument, nearest
from bench.instruments.kinds import Setup
from bench.instruments.visa_link import VisaLink

PROMPT = b">"
INDEX = "0123456789ABCDEF"
GAP_S = 0.005  # assumed: the module's documentation names none


class NumatoUsb:
    """Numato Lab USB relay module, 1 to 16 channels (tried on the device: no)."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self._link = VisaLink(setup, gap_s=GAP_S, baud_rate=115200)
        self._version = ""

    def open(self) -> None:
        """Connect; raises WrongInstrument when something else answers."""
        for name, channel in self.setup.channels.items():
            if not 0 <= channel < len(INDEX):
                raise InstrumentFault(
                    f"{self.setup.name}: channel {name} = {channel}: this model has 0 to 15"
                )
        self._link.open()
        self._link.synchronise(b"\r")
        reply = self._command("ver")
        if not re.fullmatch(r"[0-9A-Fa-f]{8}|[0-9.]+", reply):
            raise WrongInstrument(
                f"{self._link.where} is no Numato module: it answers {reply!r} to its version"
            )
        self._version = reply

    def close(self) -> None:
        """Disconnect; the relays stay as they are."""
        self._link.close()

    def identity(self) -> str:
        """Return the model and its firmware version."""
        return f"Numato USB relay module, firmware {self._version}"

    def set(self, channel: str, *, closed: bool) -> bool | None:
        """Switch a relay and read it back; raises ReadbackMismatch."""
        index = self._index(channel)
        reply = self._command(f"relay {'on' if closed else 'off'} {index}")
        if reply:  # noise: its rest would be taken for the readback
            self._link.distrust()
            raise InstrumentFault(
                f"{self._link.where}: {channel}: it says {reply!r} to being switched"
            )
        state = self.state(channel)
        if state is not closed:
            wanted = "closed" if closed else "open"
            raise ReadbackMismatch(
                f"{self._link.where}: {channel} should be {wanted}, the board says otherwise"
            )
        return state

    def state(self, channel: str) -> bool | None:
        """Return the board's register of a relay; the contact itself is not sensed."""
        reply = self._command(f"relay read {self._index(channel)}")
        if reply not in {"on", "off"}:
            self._link.distrust()
            raise InstrumentFault(
                f"{self._link.where}: {channel}: it says {reply!r}, not on or off"
            )
        return reply == "on"

    def safe(self) -> None:
        """Open every relay that the bench uses; try all, then raise."""
        failures = []
        for channel in self.setup.channels:
            try:
                self.set(channel, closed=False)
            except InstrumentFault as error:
                failures.append(str(error))
        if failures:
            raise InstrumentFault("; ".join(failures))

    def _index(self, channel: str) -> str:
        if channel not in self.setup.channels:
            hint = nearest(channel, self.setup.channels)
            raise InstrumentFault(f'{self.setup.name}: no channel "{channel}": {hint}')
        return INDEX[self.setup.channels[channel]]

    def _command(self, text: str) -> str:
        """Send a command; return its reply without echo and prompt."""
        raw = self._link.ask(text.encode() + b"\r", PROMPT)
        reply = raw.removesuffix(PROMPT).decode("ascii", errors="replace")
        lines = [line for line in re.split(r"[\r\n]+", reply) if line and line != text]
        return lines[-1].strip() if lines else ""
