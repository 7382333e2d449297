"""The mobile operator's text message that wakes a sleeping telematics unit (shoulder tap)."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.events import Inside
from bench.events.telematics import TCU
from bench.injection import Rules
from bench.journal import Journal

OnTap = Callable[[int | None], None]
TAP_S = 2.5  # assumed: a text message to a registered modem takes a few seconds


@dataclass
class Carrier:
    """Delivers shoulder taps.

    Attributes:
        journal: where they are written.
        rules: disturbances; each is told the vehicle and may return why a tap is lost.
    """

    journal: Journal
    rules: "Rules[Callable[[str], str | None]]" = field(default_factory=Rules)
    _subscribers: dict[str, OnTap] = field(default_factory=dict)
    _parties: dict[str, str] = field(default_factory=dict)

    def subscribe(self, vehicle: str, on_tap: OnTap, party: str = TCU) -> None:
        """Wake this vehicle by calling `on_tap`; `party` is whose link its unit has."""
        self._subscribers[vehicle], self._parties[vehicle] = on_tap, party

    def party_of(self, vehicle: str) -> str:
        """Return whose link a vehicle's unit has ("": it has none)."""
        return self._parties.get(vehicle, "")

    def tap(self, vehicle: str, cause: int | None) -> None:
        """Send a tap; it arrives after a few seconds, or not at all."""
        seq = self.journal.write(Inside("carrier", f"shoulder tap to {vehicle}"), cause)
        asyncio.get_running_loop().call_later(TAP_S, self._arrive, vehicle, seq)

    def _arrive(self, vehicle: str, cause: int) -> None:
        for rule in self.rules:
            reason = rule(vehicle)
            if reason is not None:
                self.journal.write(Inside("carrier", f"tap to {vehicle} lost: {reason}"), cause)
                return
        if vehicle in self._subscribers:
            self._subscribers[vehicle](cause)
