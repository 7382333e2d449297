"""Digital-key module: phones over Bluetooth and UWB, phones and cards over NFC.

A key proves itself by signing a fresh challenge; what it may do stands in an entitlement that the
maker has signed and the car has stored. Nothing of this asks anybody outside the car.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bench.can.role_bus import RoleValue
from bench.car.ecu import Ecu
from bench.car.surroundings import Surroundings
from bench.clock.unit_clock import UnitClock
from bench.events import EntitlementGranted, EntitlementRevoked
from bench.protocol import entitlement as entitlements
from bench.protocol.entitlement import Entitlement
from bench.protocol.key_challenge import (
    Challenge,
    Response,
    decode_response,
    is_answer,
)
from bench.protocol.signing import BadSignature
from bench.radio.air import Answer, Heard
from bench.seeds import stream
from bench.units import Finite, Positive, Seconds, to_ns

HELLO, CHALLENGE, RESPONSE, RANGING, STORE = b"H", b"C", b"R", b"U", b"S"
YES, NO = b"Y", b"N"


@dataclass(frozen=True)
class DigitalKeyParameters:
    """`[units.digital_key]` of a car file (all assumed).

    Attributes:
        ble_zone_m: how near a phone must be by signal strength.
        uwb_zone_m: how near it must be by ranging.
        inside_for_s: how long a key laid on the inner reader counts as inside.
        forget_s: how long a connected phone is known after it was heard last.
        clock_offset_s: how wrong the unit's clock is from the beginning.
        believes_clock: a defect: follows its calendar clock wherever that jumps.
        check_validity: whether it refuses a right that has lapsed.
        check_revocation: whether it refuses a right that was taken away.
    """

    ble_zone_m: Positive = 2.0
    uwb_zone_m: Positive = 1.5
    inside_for_s: Seconds = 20.0
    forget_s: Seconds = 600.0
    clock_offset_s: Finite = 0.0
    believes_clock: bool = False
    check_validity: bool = True
    check_revocation: bool = True


@dataclass
class Present:
    """A key within reach: the phone that is connected, or what lies on the inner reader."""

    sender: str
    credential: str
    until_s: float
    seq: int


Check = Callable[[Response, int], Awaitable[tuple[str | None, int]]]


class DigitalKey(Ecu):
    """The digital-key module.

    Attributes:
        checks: further conditions that a response must meet; each returns why it does not (None:
            it does), and the entry because of which.
    """

    node = "DKM"

    def __init__(self, around: Surroundings) -> None:
        super().__init__(around)
        self.parameters = around.model.parameters("digital_key", DigitalKeyParameters)
        self.checks: list[Check] = []
        self.clock = UnitClock(around.time, self.parameters.clock_offset_s)
        self.wants_ticket = ""
        self.store: dict[str, Entitlement] = {}
        self.revoked: set[str] = set()
        self._challenges: dict[str, Challenge] = {}
        self._connected: dict[str, Present] = {}
        self._inside: dict[str, Present] = {}
        self._rng = stream(around.seed, "car", "digital_key")
        fits = around.model.fits
        if fits("ble_key", "uwb_key"):
            around.air.receive("ble", self.node, self._on_telegram)
        if fits("nfc_phone", "nfc_card"):
            around.air.receive("nfc", self.node, self._on_telegram)
        self._lock_state: RoleValue | None = None
        self.hear("door_lock_state", self._on_lock_state)
        self.hear("handle", self._on_handle)
        self.hear("start_button", self._on_start_button)

    # ── entitlements ──────────────────────────────────────────────────────────────────────

    def learn(self, signed: bytes, cause: int | None = None) -> bool:
        """Store a signed entitlement, if it is newer than the stored one; return whether."""
        try:
            new = entitlements.read(signed)
        except BadSignature:
            return False
        old = self.store.get(new.credential)
        if new.vin != self.around.model.file.vin or (old is not None and old.serial >= new.serial):
            return False
        self.store[new.credential] = new
        until_s = new.not_after - self.around.time.wall().timestamp()
        until_ns = self.around.time.now_ns() + to_ns(until_s)
        self.around.journal.write(EntitlementGranted(new.vin, new.credential, until_ns), cause)
        return True

    def revoke(self, credential: str, cause: int | None = None) -> None:
        """Take a key's right away."""
        self.revoked.add(credential)
        self.around.journal.write(EntitlementRevoked(self.around.model.file.vin, credential), cause)

    def refusal(self, credential: str) -> str | None:
        """Return why a key has no right at this moment, or None."""
        right = self.store.get(credential)
        if right is None:
            return "unknown key"
        if not self.is_in_force(right):
            return "entitlement not in force"
        return "entitlement revoked" if self.is_revoked(credential) else None

    def is_in_force(self, right: Entitlement) -> bool:
        """Whether a right is in force by the unit's own clock, whose jumps it does not follow."""
        clock, what = self.clock, f"right of {right.credential}"
        now = clock.now(what) if self.parameters.believes_clock else clock.reckoned(what)
        in_force = right.not_before <= now < right.not_after
        return in_force or not self.parameters.check_validity

    def is_revoked(self, credential: str) -> bool:
        """Whether a key's right was taken away."""
        return credential in self.revoked and self.parameters.check_revocation

    # ── proving ───────────────────────────────────────────────────────────────────────────

    async def _on_telegram(self, heard: Heard) -> Answer | None:
        if not self.powered:
            return None
        kind, body = heard.payload[:1], heard.payload[1:]
        if kind == HELLO and heard.channel == "ble":
            until_s = self.around.loop.time() + self.parameters.forget_s
            self._connected[heard.sender] = Present(heard.sender, "", until_s, heard.seq)
            return Answer(YES, heard.seq)
        if kind == HELLO:
            challenge = self._challenges[heard.sender] = self._challenge(heard.channel)
            return Answer(challenge.encoded(), heard.seq)
        if kind == RESPONSE and heard.channel == "nfc":
            return await self._on_tap(body, heard)
        if kind == STORE:
            return Answer(YES if self.learn(body, heard.seq) else NO, heard.seq)
        return None

    def _challenge(self, channel: str) -> Challenge:
        nonce = self._rng.randbytes(16).hex()
        return Challenge(nonce, self.around.model.file.vin, channel, self.wants_ticket)

    async def proven(
        self, payload: bytes, challenge: Challenge | None, seq: int
    ) -> tuple[str | None, int]:
        """Return which key has answered a challenge and may act, with the entry that says so."""
        try:
            response = decode_response(payload)
        except ValueError:
            return None, self.note("an answer that is none", seq)
        reason, seq = await self._why_not(response, challenge, seq)
        seq = self.note(f"{response.credential}: {reason or 'proven'}", seq)
        return (response.credential if reason is None else None), seq

    async def _why_not(
        self, response: Response, challenge: Challenge | None, seq: int
    ) -> tuple[str | None, int]:
        if challenge is None:
            return "no challenge was open", seq
        right = self.store.get(response.credential)
        if right is None or not is_answer(response, challenge, right.public_key):
            return "wrong signature", seq
        reason = self.refusal(response.credential)
        for check in self.checks:
            if reason is None:
                reason, seq = await check(response, seq)
        return reason, seq

    async def _on_tap(self, body: bytes, heard: Heard) -> Answer:
        """A phone or card on a reader has answered: the pillar's toggles, the console's stays."""
        challenge = self._challenges.pop(heard.sender, None)
        credential, seq = await self.proven(body, challenge, heard.seq)
        if credential is None:
            return Answer(NO, seq)
        if heard.inside:
            until_s = self.around.loop.time() + self.parameters.inside_for_s
            self._inside[heard.sender] = Present(heard.sender, credential, until_s, seq)
        else:
            self.start_task(self._toggle(credential, heard.sender, seq))
        return Answer(YES, seq)

    async def _toggle(self, credential: str, sender: str, cause: int) -> None:
        await self.wake(cause)
        direction = "unlock" if self.doors_locked() else "lock"
        self.request(direction, credential, _nfc_source(sender), cause)

    def doors_locked(self) -> bool:
        """Whether the doors are locked, by what is reported of them."""
        state = self._lock_state
        return state is None or state.means("locked")

    async def _ask(
        self, present: Present, cause: int | None, *, inside: bool
    ) -> tuple[str, str, int] | None:
        """Ask a connected phone to prove itself here; return its key, the radio and the entry."""
        challenge = self._challenge("ble")
        air = self.around.air
        answer = await air.send(
            "ble", self.node, present.sender, CHALLENGE + challenge.encoded(),
            what="key challenge", cause=cause,
        )  # fmt: skip
        if answer is None:
            return None
        credential, seq = await self.proven(answer.payload, challenge, answer.seq)
        if credential is None:
            return None
        source, zone_m = "ble_key", self.parameters.ble_zone_m
        if self.around.model.fits("uwb_key"):
            ranged = await air.send(
                "uwb", self.node, present.sender, RANGING, what="uwb ranging", cause=seq
            )
            if ranged is not None:
                source, zone_m, seq = "uwb_key", self.parameters.uwb_zone_m, ranged.seq
        place = air.places[present.sender]
        near = place.inside if inside else place.distance_m <= zone_m
        return (credential, source, seq) if near else None

    def _on_lock_state(self, value: RoleValue) -> None:
        self._lock_state = value

    # ── acts ──────────────────────────────────────────────────────────────────────────────

    def _on_handle(self, value: RoleValue) -> None:
        if value.means("touched") or value.means("lock_touched"):
            self.start_task(self._serve_handle(value))

    async def _serve_handle(self, value: RoleValue) -> None:
        direction = "unlock" if value.means("touched") else "lock"
        for present in self._within_reach(self._connected):
            found = await self._ask(present, value.seq, inside=False)
            if found is not None:
                credential, source, seq = found
                await self.wake(seq)
                self.request(direction, credential, source, seq)
                return

    def _on_start_button(self, value: RoleValue) -> None:
        if value.means("pressed"):
            self.start_task(self._serve_start(value))

    async def _serve_start(self, value: RoleValue) -> None:
        for present in self._within_reach(self._inside):
            # the proof is what the car acts on; the button has only asked for it
            seq = self.note(f"{present.credential} lies on the reader", present.seq)
            if self.refusal(present.credential) is None and await self._allow_start(
                present.credential, _nfc_source(present.sender), seq
            ):
                return
        for present in self._within_reach(self._connected):
            found = await self._ask(present, value.seq, inside=True)
            if found is not None and await self._allow_start(*found):
                return

    async def _allow_start(self, credential: str, source: str, cause: int) -> bool:
        """Let the car start, if this key may start it; return whether."""
        if "start" not in self.store[credential].rights:
            return False
        await self.wake(cause)
        self.say_once("digital_key_inside", "yes", cause, source=source)
        return True

    def _within_reach(self, known: dict[str, Present]) -> list[Present]:
        now = self.around.loop.time()
        return [present for present in known.values() if now < present.until_s]

    def request(self, direction: str, credential: str, source: str, cause: int | None) -> None:
        """Ask the body controller for the doors, in the name of a key that may move them."""
        if "unlock" not in self.store[credential].rights:
            self.note(f"{credential} has no right to the doors", cause)
            return
        slot = sorted(self.store).index(credential) + 1
        self.say_once("digital_key_request", direction, cause, source=source, slot=slot)


def _nfc_source(sender: str) -> str:
    return "nfc_card" if "card" in sender else "nfc_phone"
