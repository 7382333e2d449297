"""The digital-key module: which key opens and starts, from where, for how long, and which never."""

import asyncio
from pathlib import Path
from types import SimpleNamespace

import pytest

from bench.can.role_bus import RoleBus
from bench.can.roles import load_roles
from bench.can.simulated.medium import Medium
from bench.car.digital_key import DigitalKey, DigitalKeyParameters
from bench.car.surroundings import Surroundings
from bench.events import EntitlementGranted, EntitlementRevoked
from bench.owner.card import Card
from bench.protocol.entitlement import Entitlement
from bench.protocol.key_challenge import decode_challenge, respond
from bench.protocol.signing import public_bytes
from bench.radio.air import Air, Answer, Place
from bench.units import to_ns
from bench.wiring.nets import Wiring

VIN = "BENCH000000000001"
HELLO, CHALLENGE, RESPONSE, STORE = b"H", b"C", b"R", b"S"
DAY_S = 24 * 3600.0


class Model:
    """What the module asks of a car's model."""

    file = SimpleNamespace(vin=VIN)

    def __init__(self, *fitted):
        self.fitted = fitted

    def parameters(self, _unit, _model):
        return DigitalKeyParameters()

    def fits(self, *paths):
        return any(path in self.fitted for path in paths)


class Phone:
    """A phone as the car hears it: what it answers to a challenge, and whether it can be ranged."""

    def __init__(self, air, place, name="phone-1", key="", uwb=True):
        self.air, self.name, self.key, self.asked = air, name, key or name, []
        air.places[name] = place
        air.receive("ble", name, self.answer)
        if uwb:
            air.receive("uwb", name, self.range)

    async def answer(self, heard):
        self.asked.append(heard.payload[1:])
        response = respond(decode_challenge(heard.payload[1:]), self.key)
        return Answer(response.encoded(), heard.seq)

    async def range(self, heard):
        return Answer(b"U", heard.seq)

    async def connect(self):
        answer = await self.air.send("ble", self.name, "DKM", HELLO, what="connect", cause=None)
        return answer is not None


class Car:
    """A digital-key module on its bus, in a car of nothing else."""

    def __init__(self, time, journal, fitted):
        medium = Medium("body", time.loop, journal)
        roles = load_roles("body.toml", [], Path())
        wiring = Wiring()
        self.supply, self.air = wiring.net("terminal_30"), Air(journal)
        self.supply.drive("battery", 12_000)
        around = Surroundings(
            Model(*fitted), time, journal, wiring, self.air, {"body": roles},
            make_port=lambda _bus, node: medium.port(node), seed=1, fobs=[],
        )  # fmt: skip
        self.unit, self.time, self.said = DigitalKey(around), time, []
        self.body = RoleBus(medium.port("BCM"), roles)
        self.peps = RoleBus(medium.port("PEPS"), roles)
        for role in ("digital_key_request", "digital_key_inside"):
            self.body.watch(role, self.hear)

    def hear(self, value):
        """Keep what the module asks for, but not the rest between two pulses."""
        if not value.means("none") and not value.means("no"):
            self.said.append((value.label, value.fields["source"]))

    def right(self, credential="phone-1", *, serial=1, **changed):
        now = self.time.wall().timestamp()
        key = public_bytes("credential", changed.pop("key", credential)).hex()
        right = Entitlement(
            VIN, credential, key, ("unlock", "start"), now - 60, now + DAY_S, serial
        )  # fmt: skip
        return Entitlement(**{**right.__dict__, **changed}).signed()

    async def touch(self, handle="touched"):
        self.said.clear()
        self.peps.send("handle", handle, None)
        await asyncio.sleep(1)
        return self.said

    async def press_start(self):
        self.said.clear()
        self.peps.send("start_button", "pressed", None)
        await asyncio.sleep(1)
        return self.said

    async def tap(self, name="card-1", *, inside=False):
        """Return whether a card is taken, and what the module asks for then."""
        self.said.clear()
        card = Card(name, self.air, Place(0.5, inside=inside))
        card.switch_on()
        taken = await card.tap(None)
        await asyncio.sleep(1)
        return taken, list(self.said)

    async def nfc(self, sender, payload):
        answer = await self.air.send("nfc", sender, "DKM", payload, what="nfc", cause=None)
        return None if answer is None else answer.payload


@pytest.fixture
def play(time, journal):
    """Runs a test's coroutine function with a car of these paths."""

    def run(body, *fitted):
        async def act():
            await body(Car(time, journal, fitted or ("ble_key", "nfc_card")))
            await asyncio.sleep(0.1)

        time.run(act())

    return run


# ── rights ────────────────────────────────────────────────────────────────────────────────


def test_the_newest_right_that_the_maker_signed_for_this_car_is_kept(play):
    async def body(car):
        stranger = bytearray(car.right(serial=9))
        stranger[5] ^= 1
        for signed, learned in [
            (bytes(stranger), False), (car.right(serial=9, vin="ANOTHER"), False),
            (car.right(serial=2), True), (car.right(serial=2), False),
            (car.right(serial=1), False), (car.right(serial=3), True),
            (car.right("phone-2", serial=1), True),
        ]:  # fmt: skip
            assert car.unit.learn(signed) is learned
        granted = [e.event for e in car.unit.around.journal.entries
                   if isinstance(e.event, EntitlementGranted)]  # fmt: skip
        assert [(each.credential, each.until_ns) for each in granted[:1]] == [
            ("phone-1", to_ns(DAY_S))
        ]
        assert {name: right.serial for name, right in car.unit.store.items()} == {
            "phone-1": 3, "phone-2": 1,
        }  # fmt: skip

    play(body)


def test_a_right_comes_over_the_air_and_is_confirmed(play):
    async def body(car):
        car.air.places["card-1"] = Place(0.02)
        assert await car.nfc("card-1", STORE + car.right("card-1")) == b"Y"
        assert await car.nfc("card-1", STORE + car.right("card-1")) == b"N", "it is no newer"
        assert "card-1" in car.unit.store

    play(body)


@pytest.mark.parametrize(
    ("from_s", "until_s", "refused"),
    [(0, 1, None), (-60, 0, "entitlement not in force"), (1, 60, "entitlement not in force")],
)
def test_a_right_is_in_force_from_its_first_moment_to_before_its_last(
    play, from_s, until_s, refused
):
    async def body(car):
        now = car.time.wall().timestamp()
        car.unit.learn(car.right(not_before=now + from_s, not_after=now + until_s))
        assert car.unit.refusal("phone-1") == refused
        assert car.unit.refusal("phone-2") == "unknown key"

    play(body)


# ── doors ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("handle", "direction"), [("touched", "unlock"), ("lock_touched", "lock")])
@pytest.mark.parametrize(
    ("fitted", "uwb", "distance_m", "source"),
    [
        ("ble_key", True, 2.0, "ble_key"), ("ble_key", True, 2.01, None),
        ("uwb_key", True, 1.5, "uwb_key"), ("uwb_key", True, 1.51, None),
        ("uwb_key", False, 2.0, "ble_key"), ("uwb_key", False, 2.01, None),
    ],
)  # fmt: skip
def test_a_phone_that_is_near_enough_moves_the_doors_and_one_further_away_does_not(
    play, handle, direction, fitted, uwb, distance_m, source
):
    async def body(car):
        car.unit.learn(car.right())
        phone = Phone(car.air, Place(distance_m), uwb=uwb)
        assert await phone.connect()
        assert await car.touch(handle) == ([] if source is None else [(direction, source)])

    play(body, fitted)


@pytest.mark.parametrize("act", ["door", "start"])
def test_one_key_is_enough_and_the_next_is_not_asked(play, act):
    async def body(car):
        phones = []
        for name in ("phone-1", "phone-2"):
            car.unit.learn(car.right(name))
            phones.append(Phone(car.air, Place(1.0, inside=act == "start"), name))
            await phones[-1].connect()
        said = await (car.touch() if act == "door" else car.press_start())
        assert [source for _, source in said] == ["ble_key"]
        assert [len(phone.asked) for phone in phones] == [1, 0]
        if act == "start":
            car.unit.learn(car.right("card-1"))
            await car.tap(inside=True)
            assert await car.press_start() == [("yes", "nfc_card")]
            assert [len(phone.asked) for phone in phones] == [1, 0]

    play(body)


@pytest.mark.parametrize(("name", "slot"), [("card-1", 1), ("phone-1", 2), ("phone-2", 3)])
def test_a_request_names_the_slot_of_its_key(play, name, slot):
    async def body(car):
        slots = []
        car.body.watch("digital_key_request", lambda value: slots.append(
            value.fields["slot"] if value.means("unlock") else None))  # fmt: skip
        for each in ("phone-2", "phone-1", "card-1"):
            car.unit.learn(car.right(each))
        await car.tap(name)
        assert set(slots) - {None} == {slot}

    play(body)


def test_a_phone_that_never_connected_is_not_asked(play):
    async def body(car):
        car.unit.learn(car.right())
        phone = Phone(car.air, Place(1.0))
        assert await car.touch() == []
        assert phone.asked == []

    play(body)


def test_a_phone_is_forgotten_so_long_after_it_was_heard_last(play):
    async def body(car):
        car.unit.learn(car.right())
        phone = Phone(car.air, Place(1.0))
        await phone.connect()
        await asyncio.sleep(590)
        assert await car.touch() == [("unlock", "ble_key")]
        await asyncio.sleep(10)
        assert await car.touch() == []
        assert len(phone.asked) == 1

    play(body)


@pytest.mark.parametrize("key", ["phone-2", "phone-1"])
def test_a_phone_that_signs_with_another_s_key_opens_nothing(play, key):
    async def body(car):
        car.unit.learn(car.right(key="phone-1"))
        phone = Phone(car.air, Place(1.0), key=key)

        async def answer(heard):
            response = respond(decode_challenge(heard.payload[1:]), key)
            claimed = type(response)("phone-1", response.signature)
            return Answer(claimed.encoded(), heard.seq)

        car.air.receive("ble", phone.name, answer)
        await phone.connect()
        assert bool(await car.touch()) is (key == "phone-1")

    play(body)


@pytest.mark.parametrize("payload", [b"", b"{}", b"\xff", b'{"credential": 1, "signature": "00"}'])
def test_an_answer_that_is_none_opens_nothing(play, payload):
    async def body(car):
        car.unit.learn(car.right())
        phone = Phone(car.air, Place(1.0))

        async def answer(heard):
            return Answer(payload, heard.seq)

        car.air.receive("ble", phone.name, answer)
        await phone.connect()
        assert await car.touch() == []

    play(body)


def test_each_challenge_is_a_fresh_one_for_this_car_on_this_radio(play):
    async def body(car):
        car.unit.learn(car.right())
        phone = Phone(car.air, Place(1.0))
        await phone.connect()
        await car.touch()
        await car.touch()
        first, second = map(decode_challenge, phone.asked)
        assert first.nonce != second.nonce
        assert len(first.nonce) == 32
        assert (first.vin, first.channel, first.wants) == (VIN, "ble", "")

    play(body)


@pytest.mark.parametrize("taken", ["revoked", "lapsed", "no right to unlock"])
def test_a_key_without_a_right_opens_nothing_though_its_answer_is_right(play, taken):
    async def body(car):
        rights = ("start",) if taken == "no right to unlock" else ("unlock", "start")
        for name in ("phone-1", "card-1"):
            car.unit.learn(car.right(name, rights=rights))
        phone = Phone(car.air, Place(1.0))
        if taken == "revoked":
            for name in ("phone-1", "card-1"):
                car.unit.revoke(name)
            revoked = [e.event.credential for e in car.unit.around.journal.entries
                       if isinstance(e.event, EntitlementRevoked)]  # fmt: skip
            assert revoked == ["phone-1", "card-1"], "on record, for who judges"
        elif taken == "lapsed":
            await asyncio.sleep(DAY_S)
        await phone.connect()
        assert await car.touch() == []
        assert (await car.tap())[1] == []

    play(body)


def test_without_power_nobody_is_answered(play):
    async def body(car):
        car.unit.learn(car.right())
        car.supply.drive("battery", 5_000)
        phone = Phone(car.air, Place(1.0))
        assert not await phone.connect()
        assert await car.touch() == []
        assert await car.tap() == (False, [])

    play(body)


# ── readers ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("doors", "asks"),
    [(None, "unlock"), ("locked", "unlock"), ("unlocked", "lock"), ("driver_unlocked", "lock")],
)
def test_a_card_on_the_pillar_toggles_the_doors(play, doors, asks):
    async def body(car):
        car.unit.learn(car.right("card-1"))
        if doors is not None:
            car.body.send("door_lock_state", doors, None)
            car.body.start("door_lock_state", None, offset_s=0.01)
            await asyncio.sleep(0.1)
        assert await car.tap() == (True, [(asks, "nfc_card")])

    play(body)


def test_a_card_of_another_car_is_refused(play):
    async def body(car):
        car.unit.learn(car.right("card-1"))
        assert await car.tap("card-2") == (False, [])

    play(body)


def test_an_answer_is_taken_once_and_only_to_an_open_challenge(play):
    async def body(car):
        car.unit.learn(car.right("card-1"))
        car.air.places["card-1"] = Place(0.02)
        challenge = decode_challenge(await car.nfc("card-1", HELLO))
        answer = RESPONSE + respond(challenge, "card-1").encoded()
        assert challenge.channel == "nfc"
        assert await car.nfc("card-1", answer) == b"Y"
        assert await car.nfc("card-1", answer) == b"N", "it was taken"
        await car.nfc("card-1", HELLO)
        assert await car.nfc("card-1", answer) == b"N", "it answers another challenge"

    play(body)


def test_what_was_asked_at_the_reader_is_not_answered_from_afar(play):
    async def body(car):
        car.unit.learn(car.right())
        place = car.air.places["phone-1"] = Place(0.02)
        challenge = decode_challenge(await car.nfc("phone-1", HELLO))
        place.distance_m = 20.0
        answer = RESPONSE + respond(challenge, "phone-1").encoded()
        await car.air.send("ble", "phone-1", "DKM", answer, what="answer", cause=None)
        await asyncio.sleep(1)
        assert car.said == []

    play(body)


# ── starting ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("inside", "starts"), [(True, [("yes", "ble_key")]), (False, [])])
def test_a_phone_starts_the_car_from_inside_only(play, inside, starts):
    async def body(car):
        car.unit.learn(car.right())
        phone = Phone(car.air, Place(0.5, inside=inside))
        await phone.connect()
        assert await car.press_start() == starts

    play(body)


def test_a_card_on_the_inner_reader_starts_the_car_for_a_while(play):
    async def body(car):
        car.unit.learn(car.right("card-1"))
        assert await car.tap(inside=True) == (True, []), "it does not move the doors"
        assert await car.press_start() == [("yes", "nfc_card")]
        await asyncio.sleep(17)
        assert await car.press_start() == [("yes", "nfc_card")]
        await asyncio.sleep(1)
        assert await car.press_start() == []

    play(body)


@pytest.mark.parametrize("path", ["card", "phone"])
@pytest.mark.parametrize("rights", [("unlock",), ("unlock", "start")])
def test_who_may_open_may_not_start_unless_that_was_granted_too(play, rights, path):
    async def body(car):
        car.unit.learn(car.right(f"{path}-1", rights=rights))
        if path == "card":
            await car.tap(inside=True)
        else:
            await Phone(car.air, Place(0.5, inside=True)).connect()
        assert bool(await car.press_start()) is ("start" in rights)

    play(body)


def test_a_card_that_was_taken_away_while_it_lay_on_the_reader_starts_nothing(play):
    async def body(car):
        car.unit.learn(car.right("card-1"))
        await car.tap(inside=True)
        car.unit.revoke("card-1")
        assert await car.press_start() == []

    play(body)


@pytest.mark.parametrize("in_pocket", [False, True])
def test_a_card_that_may_not_start_does_not_keep_a_phone_from_starting(play, in_pocket):
    async def body(car):
        car.unit.learn(car.right("card-1", rights=("unlock",)))
        car.unit.learn(car.right())
        await car.tap(inside=True)
        if in_pocket:
            await Phone(car.air, Place(0.5, inside=True)).connect()
        assert await car.press_start() == ([("yes", "ble_key")] if in_pocket else [])

    play(body)
