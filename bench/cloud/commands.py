"""Remote commands: accepted, delivered, answered; or lost on the way, and then honest about it."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

from bench.clock.unit_clock import UnitClock
from bench.cloud.policy import CloudPolicy
from bench.cloud.push import Push
from bench.cloud.vehicles import Vehicle
from bench.events import CommandState, TelematicsCommand, TelematicsReport
from bench.events.telematics import TCU
from bench.injection import Rules
from bench.journal import Journal
from bench.network.carrier import Carrier
from bench.protocol.command import FINAL, Command
from bench.units import to_ns

Deliver = Callable[[], Awaitable[None]]
# of what a unit reports; a car that does not answer its unit may have done what it was asked
STATES = {"done": "succeeded", "refused": "rejected", "no_answer": "unknown"}


class CommandRule:
    """A disturbance of commands; this one lets everything pass."""

    async def dispatch(self, record: "Record", deliver: Deliver) -> None:
        """Deliver an accepted command towards its vehicle: now, later, twice or never."""
        del record
        await deliver()

    async def report(self, record: "Record", accept: Deliver) -> None:
        """Accept a vehicle's result: now, later or never."""
        del record
        await accept()

    async def connected(self, vin: str) -> None:
        """Act on a vehicle whose channel has just been opened."""


@dataclass
class Record:
    """A command as the cloud keeps it."""

    command: Command
    vehicle: Vehicle
    account: str
    seq: int
    expires_ns: int
    state: str = "created"
    result: str = ""


class Commands:
    """All commands of a scenario.

    Attributes:
        rules: disturbances of commands and reports.
        sent_is_done: a defect: a command that was pushed counts as executed.

    Args:
        push: the channels.
        carrier: wakes vehicles that sleep.
        journal: where states are written.
        clock: what the cloud dates commands by.
        rng: makes ids.
        policy: when commands expire.
    """

    def __init__(
        self,
        push: Push,
        carrier: Carrier,
        journal: Journal,
        clock: UnitClock,
        rng: Random,
        policy: CloudPolicy,
    ) -> None:
        self.rules: Rules[CommandRule] = Rules()
        self.sent_is_done = False
        self.policy = policy
        self._push, self._carrier, self._journal = push, carrier, journal
        self._time, self._clock = clock.time, clock
        self._rng = rng
        self._records: dict[str, Record] = {}
        self._waiting: dict[str, list[Record]] = {}

    def _now(self) -> float:
        return self._clock.now()

    def get(self, command_id: str) -> Record | None:
        """Return a command by its id."""
        return self._records.get(command_id)

    def create(
        self, vehicle: Vehicle, name: str, account: str, idempotency_key: str, cause: int | None
    ) -> Record:
        """Accept a command; the same idempotency key returns the command it made before."""
        for record in self._records.values():
            same = record.command.idempotency_key == idempotency_key
            if same and record.account == account and idempotency_key:
                return record
        now = self._now()
        vehicle.counter += 1
        command = Command(
            self._rng.randbytes(6).hex(), vehicle.vin, name, now, now + self.policy.command_ttl_s,
            vehicle.epoch, vehicle.counter, idempotency_key,
        )  # fmt: skip
        expires_ns = self._time.now_ns() + to_ns(self.policy.command_ttl_s)
        record = Record(command, vehicle, account, cause or 0, expires_ns)
        self._records[command.command_id] = record
        record.seq = self._tell(record, "created", cause)
        self._spawn(self._dispatch(record))
        loop = asyncio.get_running_loop()
        patience_s = self.policy.command_ttl_s + self.policy.answer_grace_s
        loop.call_later(patience_s, self._give_up, record)
        return record

    # ── towards the vehicle ───────────────────────────────────────────────────────────────

    async def _dispatch(self, record: Record) -> None:
        step: Deliver = partial(self._deliver, record)
        for rule in self.rules:
            step = partial(rule.dispatch, record, step)
        await step()

    async def _deliver(self, record: Record) -> None:
        vin = record.vehicle.vin
        if self._push.connected(vin):
            await self._send(record)
        else:
            self._waiting.setdefault(vin, []).append(record)
            self._carrier.tap(vin, record.seq)

    async def _send(self, record: Record) -> None:
        if record.state == "created":
            self._tell(record, "in_progress", record.seq)
        document = {"type": "command", "signed": record.command.signed().hex()}
        await self._push.send(
            record.vehicle.vin, f"command {record.command.name}", document, record.seq
        )
        if self.sent_is_done and record.state not in FINAL:
            self._tell(record, "succeeded", record.seq)

    async def on_vehicle_connected(self, vin: str) -> None:
        """Deliver what has waited, unless it has expired."""
        waiting, self._waiting[vin] = self._waiting.get(vin, []), []
        for record in waiting:
            if self._now() < record.command.expires_at:
                await self._send(record)
        for rule in self.rules:
            await rule.connected(vin)

    # ── from the vehicle ──────────────────────────────────────────────────────────────────

    async def on_ack(
        self, vin: str, command_id: str, stage: str, result: str, cause: int | None
    ) -> None:
        """Take a vehicle's word: "received", or "result" with what became of the command.

        Of a command for another vehicle, which it may have got astray, it has nothing to say.
        """
        record = self._records.get(command_id)
        if record is None or record.vehicle.vin != vin:
            return
        if stage == "received":
            self._received(record, cause)
        if stage != "result":
            return
        step: Deliver = partial(self._accept, record, result, cause)
        for rule in self.rules:
            step = partial(rule.report, record, step)
        await step()

    def _received(self, record: Record, cause: int | None) -> None:
        """Write down that a real unit has a command: the bench's own ones have done so already."""
        if cause is None or not isinstance(self._journal.entries[cause].event, TelematicsReport):
            command = record.command
            taken = TelematicsCommand(TCU, command.command_id, command.name, "executing")
            self._journal.write(taken, record.seq)

    async def _accept(self, record: Record, result: str, cause: int | None) -> None:
        record.result = result
        state = STATES.get(result, "failed")
        if record.state not in FINAL or record.state == "unknown":
            # a real unit names no cause: what it answers to is known all the same
            self._tell(record, state, record.seq if cause is None else cause)

    def _give_up(self, record: Record) -> None:
        """No result in time: a command that was pushed may have succeeded, heard of or not."""
        if record.state not in FINAL:
            self._tell(record, "timed_out" if record.state == "created" else "unknown", record.seq)

    def _tell(self, record: Record, state: str, cause: int | None) -> int:
        record.state = state
        command = record.command
        event = CommandState(
            command.command_id, command.vin, command.name, state, record.expires_ns
        )
        seq = self._journal.write(event, cause)
        record.seq = seq
        self._spawn(self._push_to_app(record, seq))
        return seq

    async def _push_to_app(self, record: Record, seq: int) -> None:
        document: dict[str, Any] = {"type": "command_state", **described(record)}
        await self._push.send(f"app:{record.account}", f"state {record.state}", document, seq)

    def _spawn(self, coro: Coroutine[Any, Any, None]) -> None:
        self._time.spawn(coro, "cloud-commands")


def described(record: Record) -> dict[str, Any]:
    """Return a command as the interface shows it."""
    return {
        "command_id": record.command.command_id,
        "name": record.command.name,
        "state": record.state,
        "result": record.result,
        "expires_at": record.command.expires_at,
    }
