"""Which commands a telematics unit obeys, by what it has had before."""

from bench.clock.unit_clock import UnitClock
from bench.protocol.command import Command
from bench.telematics.policy import TelematicsPolicy


class Obedience:
    """A unit's memory of commands, and the refusals that a sound one makes.

    Args:
        vin: the vehicle that it is in.
        clock: its own calendar clock.
    """

    def __init__(self, vin: str, clock: UnitClock) -> None:
        self._vin, self._clock = vin, clock
        self._had: set[str] = set()
        self._last_counter: dict[str, int] = {}

    def refusal(self, command: Command, policy: TelematicsPolicy) -> str | None:
        """Return why a unit that behaves so must not execute a command, or None."""
        if policy.check_vehicle and command.vin != self._vin:
            return "refused: for another vehicle"
        if policy.deduplicate and command.command_id in self._had:
            return "refused: duplicate"
        if policy.check_expiry and self._now(command, policy) >= command.expires_at:
            return "refused: expired"
        behind = command.counter <= self._last_counter.get(command.epoch, 0)
        if policy.check_order and behind and command.command_id not in self._had:
            return "refused: out of order"
        return None

    def _now(self, command: Command, policy: TelematicsPolicy) -> float:
        what = f"expiry of {command.name}"
        return self._clock.now(what) if policy.believes_clock else self._clock.reckoned(what)

    def remember(self, command: Command, *, obeyed: bool) -> None:
        """Take note of a command; its counter counts if it was obeyed."""
        self._had.add(command.command_id)
        if obeyed:
            self._last_counter[command.epoch] = command.counter

    def lose_supply(self) -> None:
        """Forget which commands there were; counters outlive it."""
        self._had.clear()
