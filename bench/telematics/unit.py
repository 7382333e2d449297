"""The mocked telematics unit: asleep, waking, attaching, connected, backing off."""

import asyncio
from collections.abc import Callable
from random import Random
from typing import Any, Literal

from bench.clock.timebase import Timebase
from bench.clock.unit_clock import UnitClock
from bench.diagnosis.trouble_codes import TroubleCodes
from bench.events import PushReceived, TelematicsCommand, TelematicsReport, TelematicsState
from bench.journal import Journal
from bench.network.http_client import ExchangeError
from bench.network.trace_context import HEADER, cause_of, traceparent
from bench.network.trust import Trust
from bench.protocol.command import Command, read
from bench.protocol.signing import BadSignature
from bench.telematics.consumption import Consumption
from bench.telematics.obedience import Obedience
from bench.telematics.policy import TelematicsPolicy
from bench.telematics.push.channel import Channel, Identity, PushWay
from bench.telematics.silence_watch import SilenceWatch
from bench.telematics.vehicle_side import VehicleSide

CLOUD_LOST = "U1A10-87"  # maker's own; failure type 87: missing message (ISO 15031-6)
State = Literal["asleep", "waking", "attaching", "connected", "backing_off", "unpowered"]
OnKeyRevoked = Callable[[str, int], None]  # its credential, and the number of what told it
OFF_S = 0.5  # a unit that restarts itself draws nothing for so long (assumed)


class TelematicsUnit:
    """One telematics unit.

    Args:
        identity: who it is.
        push: its way to the cloud.
        vehicle: its way to the car.
        time: the bench's clock.
        journal: where it writes.
        rng: its own randomness (back-off).
        policy: how it behaves.
        clock: its own calendar clock.
        draw: is told what current it draws, in milliamperes.
        trust: how it meets servers.

    Attributes:
        on_key_revoked: tells the car that a key was revoked; whoever wires the unit puts it here.
    """

    def __init__(
        self,
        identity: Identity,
        push: PushWay,
        vehicle: VehicleSide,
        *,
        time: Timebase,
        journal: Journal,
        rng: Random,
        policy: TelematicsPolicy,
        clock: UnitClock | None = None,
        draw: Callable[[int], None] = lambda _ma: None,
        trust: Trust | None = None,
    ) -> None:
        self._consumption = Consumption(draw)
        self.identity = identity
        self.trust = trust or Trust()
        self.policy = policy
        self.state: State = "asleep"
        self.powered = True
        self.clock = clock or UnitClock(time)
        self._obedience = Obedience(identity.vin, self.clock)
        self.codes = TroubleCodes((CLOUD_LOST,))
        self.on_key_revoked: OnKeyRevoked = lambda _credential, _cause: None
        self._push, self._vehicle = push, vehicle
        self._time, self._journal, self._rng = time, journal, rng
        self._wanted = asyncio.Event()
        self._wake_cause: int | None = None
        self._use_s = 0.0
        self._channel: Channel | None = None
        self._unsent: list[tuple[dict[str, Any], int]] = []
        self._loop = asyncio.get_running_loop()
        self._silence = SilenceWatch(
            vehicle, lambda act: time.spawn(act, f"{identity.party}-theft")
        )
        vehicle.on_state(self._on_vehicle_state)

    # ── life ──────────────────────────────────────────────────────────────────────────────

    def wake(self, cause: int | None) -> None:
        """Wake up: a shoulder tap, a running car, a unit that was just switched on."""
        if self.powered:
            self._wake_cause = cause
            self._use_s = self._loop.time()
            self._wanted.set()

    def power(self, *, on: bool) -> None:
        """Connect or cut the unit's supply."""
        self.powered = on
        self.clock.restart()
        if not on:
            self._wanted.clear()
            self._obedience.lose_supply()
            self._tell("unpowered", None)
            if self._channel is not None:
                self._time.spawn(self._push.drop_connections(), f"{self.identity.party}-cut")

    async def live(self) -> None:
        """Run the unit for ever."""
        while True:
            self._tell("asleep" if self.powered else "unpowered", None)
            await self._wanted.wait()
            await self._start()
            await self._stay_online()
            self._wanted.clear()

    async def _start(self) -> None:
        self._tell("waking", self._wake_cause)
        await asyncio.sleep(self.policy.wake_s)
        self._tell("attaching", self._wake_cause)
        await asyncio.sleep(self.policy.attach_s)

    async def _stay_online(self) -> None:
        """Be connected, or try to be, so long as anybody may need it."""
        failures = 0
        while self.powered and not self._unused_for(self.policy.search_s):
            began_s = self._loop.time()
            told_s = None
            try:
                await self._connect()
                if self._unused_for(self.policy.parked_online_s):
                    return
            except ExchangeError as error:
                self._tell("backing_off", error.seq)
                told_s = self.policy.told_s(error.retry_after, self.clock.now(), self._rng)
                await self._after_failure(failures, error.seq)
            if self._cut_off():
                return
            if self._loop.time() - began_s > self.policy.stable_s:
                failures = 0
            wait_s = self.policy.backoff_s(failures, self._rng) if told_s is None else told_s
            await asyncio.sleep(wait_s)
            failures += 1

    def _cut_off(self) -> bool:
        return not self.powered

    async def _after_failure(self, failures: int, cause: int) -> None:
        """Do what a sound unit leaves alone when a try has failed."""
        policy = self.policy
        if policy.wakes_car:
            await self._vehicle.wake(cause)
        if policy.frames_on_loss:
            await self._vehicle.wake(cause)
            self._vehicle.flood(policy.frames_on_loss, cause)
        if policy.restarts_after and (failures + 1) % policy.restarts_after == 0:
            self._consumption.enter("restarting")
            await asyncio.sleep(OFF_S)
            await self._start()
            self._tell("backing_off", cause)

    def _unused_for(self, seconds: float) -> bool:
        in_use = self._vehicle.state.get("power_mode", "off") != "off"
        return not in_use and self._loop.time() - self._use_s >= seconds

    async def _connect(self) -> None:
        """Hold the push channel until it breaks or nobody needs it any more."""
        policy = self.policy
        with self._consumption.radio():
            await self._hold(policy)

    async def _hold(self, policy: TelematicsPolicy) -> None:
        async with self._push.open(self.identity, policy, self._wake_cause) as (channel, opened):
            self._consumption.release()
            self._channel = channel
            self._tell("connected", opened)
            try:
                await self._flush()
                await self._send_state(opened)
                await self._receive(channel)
            finally:
                self._channel = None
        if self.powered and not self._unused_for(policy.parked_online_s):
            self._tell("backing_off", opened)
            if policy.unlock_on_loss:
                await self._vehicle.execute("door_unlock", policy.answer_timeout_s, None)

    async def _receive(self, channel: Channel) -> None:
        while True:
            left_s = self._use_s + self.policy.parked_online_s - self._loop.time()
            try:
                # receive(timeout=…) begins anew with each heartbeat's pong, so it never ends
                async with asyncio.timeout(max(left_s, 1.0)):
                    document = await channel.receive()
            except TimeoutError:
                if self._unused_for(self.policy.parked_online_s):
                    return
                continue
            if document is None:
                return
            self._use_s = self._loop.time()
            cause = cause_of(document.get(HEADER))
            if document.get("type") == "command":
                self._on_command(bytes.fromhex(document["signed"]), cause)
            elif document.get("type") == "key_revoked":
                seq = self._received("key revoked", cause)
                self.on_key_revoked(str(document["credential"]), seq)

    def _received(self, what: str, cause: int | None) -> int:
        return self._journal.write(PushReceived(self.identity.party, what), cause)

    # ── commands ──────────────────────────────────────────────────────────────────────────

    def _on_command(self, signed: bytes, cause: int | None) -> None:
        seq = self._received("command", cause)
        try:
            command = read(signed, check_signature=self.policy.check_signature)
        except BadSignature as error:
            self._decided("?", "?", f"refused: {error}", seq)
            return
        refusal = self._obedience.refusal(command, self.policy)
        decided = self._decided(command.command_id, command.name, refusal or "executing", seq)
        self._obedience.remember(command, obeyed=refusal is None)
        if refusal is None:
            self._time.spawn(self._execute(command, decided), f"{self.identity.party}-command")
        elif "duplicate" not in refusal:
            self._report(command.command_id, "result", "refused", decided)

    def _decided(self, command_id: str, name: str, decision: str, cause: int) -> int:
        event = TelematicsCommand(self.identity.party, command_id, name, decision)
        return self._journal.write(event, cause)

    async def _execute(self, command: Command, cause: int) -> None:
        self._report(command.command_id, "received", "", cause)
        result, seq = await self._vehicle.execute(command.name, self.policy.answer_timeout_s, cause)
        self._report(command.command_id, "result", result, seq if seq is not None else cause)

    # ── reports ───────────────────────────────────────────────────────────────────────────

    def _report(self, command_id: str, stage: str, result: str, cause: int) -> None:
        if not self.policy.reports_results:
            return
        event = TelematicsReport(self.identity.party, command_id, result or stage)
        seq = self._journal.write(event, cause)
        document = {
            "type": "ack", "command_id": command_id, "stage": stage, "result": result,
            HEADER: traceparent(seq),
        }  # fmt: skip
        self._time.spawn(self._send(document, seq), f"{self.identity.party}-report")

    def _on_vehicle_state(self, cause: int | None) -> None:
        if self._vehicle.state.get("power_mode", "off") != "off":
            self.wake(cause)
        self._time.spawn(self._send_state(cause), f"{self.identity.party}-state")

    async def _send_state(self, cause: int | None) -> None:
        if self._channel is not None and self._vehicle.state:
            document = {"type": "state", "state": dict(self._vehicle.state)}
            await self._send(document, cause or 0, store=False)

    async def _send(self, document: dict[str, Any], seq: int, *, store: bool = True) -> None:
        channel = self._channel
        if channel is not None and not channel.closed:
            try:
                await channel.send(document)
            except (ConnectionError, RuntimeError):
                pass
            else:
                return
        if store and self.policy.store_reports:
            self._unsent.append((document, seq))

    async def _flush(self) -> None:
        unsent, self._unsent = self._unsent, []
        for document, seq in unsent:
            await self._send(document, seq)

    def _tell(self, state: State, cause: int | None) -> None:
        if state != self.state:
            self.state = state
            self._consumption.enter(state)
            self._silence.enter(state, self.policy.blocks_start_after_s, cause)
            if state == "backing_off" and self.policy.logs_cloud_loss:
                self.codes.fail(CLOUD_LOST)
            self._journal.write(TelematicsState(self.identity.party, state), cause)
