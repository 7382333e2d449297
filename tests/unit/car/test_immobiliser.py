"""The immobiliser: what releases a start, and the slot for a flat fob."""

import asyncio
from pathlib import Path

import pytest

from bench.can.role_bus import RoleBus
from bench.can.roles import load_roles
from bench.can.simulated.medium import Medium
from bench.car.immobiliser import Immobiliser, ImmobiliserParameters
from bench.car.surroundings import Surroundings
from bench.events import Telegram
from bench.owner.fob import Fob
from bench.protocol.fob_frame import fob_id
from bench.radio.air import Air, Answer, Place
from bench.wiring.nets import Wiring


class Model:
    """What a unit asks of a car's model."""

    def __init__(self, *fitted, backup_slot=True):
        self.fitted, self.backup_slot = fitted, backup_slot

    def parameters(self, _unit, _model):
        return ImmobiliserParameters(backup_slot=self.backup_slot)

    def fits(self, *paths):
        return any(path in self.fitted for path in paths)


class Immobilised:
    """An immobiliser on its bus, in a car of nothing else."""

    def __init__(self, time, journal, model=None, fobs=("fob-1", "fob-2")):
        medium = Medium("body", time.loop, journal)
        roles = load_roles("body.toml", [], Path())
        wiring = Wiring()
        wiring.net("terminal_30").drive("battery", 12_000)
        self.supply = wiring.net("terminal_30")
        self.air = Air(journal)
        around = Surroundings(
            model or Model("flat_fob"), time, journal, wiring, self.air, {"body": roles},
            make_port=lambda _bus, node: medium.port(node), seed=1, fobs=list(fobs),
        )  # fmt: skip
        self.unit = Immobiliser(around)
        self.peer = RoleBus(medium.port("PEPS"), roles)
        self.gateway = RoleBus(medium.port("GW"), roles)
        self.said = []
        self.peer.watch("immobiliser_state", lambda value: self.said.append(value.label))

    def fob(self, name, place, **kwargs):
        fob = Fob(name, self.air, place, **kwargs)
        fob.switch_on()
        return fob


IN_SLOT = Place(0.0, inside=True)


@pytest.fixture
def immobilised(time, journal):
    """Run a coroutine function with an immobiliser, and return that."""

    def run(act, **kwargs):
        async def main():
            car = Immobilised(time, journal, **kwargs)
            result = await act(car)
            await asyncio.sleep(0.1)
            return car, result

        return time.run(main())

    return run


@pytest.mark.parametrize(
    ("request_", "source", "said"),
    [
        ("start", "peps_fob", ["released"]),
        ("start", "ble_key", ["released"]),
        ("start", "transponder", ["released"]),
        ("start", "none", ["refused"]),
        ("stop", "peps_fob", []),
        ("none", "peps_fob", []),
    ],
)
def test_a_start_request_is_released_for_a_key_and_refused_for_none(
    immobilised, request_, source, said
):
    async def act(car):
        car.peer.send("start_request", request_, None, source=source)

    assert immobilised(act)[0].said == said


def test_a_start_request_that_names_no_source_is_refused(immobilised):
    async def act(car):
        car.peer.send("start_request", "start", None)

    assert immobilised(act)[0].said == ["refused"]


@pytest.mark.parametrize(
    ("told", "said"),
    [(["block_start"], ["refused"]), (["block_start", "unlock"], ["refused"]),
     (["block_start", "allow_start"], ["released"]), (["unlock"], ["released"])],
)  # fmt: skip
def test_a_start_that_was_blocked_from_afar_is_refused_to_every_key_until_it_is_allowed(
    immobilised, told, said
):
    async def act(car):
        for token, command in enumerate(told, 1):
            car.gateway.send_event(
                "remote_command", command, None, token=token, source="telematics"
            )
            await asyncio.sleep(0.5)
        car.peer.send("start_request", "start", None, source="peps_fob")

    assert immobilised(act)[0].said == said


def test_without_power_the_immobiliser_says_nothing(immobilised):
    async def act(car):
        car.supply.drive("battery", 5_000)
        car.peer.send("start_request", "start", None, source="peps_fob")

    assert immobilised(act)[0].said == []


def test_the_slot_reads_a_learned_fob_that_lies_in_it_even_when_flat(immobilised, journal):
    async def act(car):
        car.fob("fob-2", IN_SLOT, flat=True)
        return await car.unit.read_backup_slot(None)

    _, seq = immobilised(act)
    entry = journal.entries[seq]
    assert entry.event == Telegram("coil", "fob-2", "IMMO", "answer to transponder challenge", 8)


@pytest.mark.parametrize(
    "place", [Place(0.0), Place(0.5, inside=True), Place(0.03, inside=True), Place(30.0)]
)
def test_a_fob_that_does_not_lie_in_the_slot_is_not_even_asked(immobilised, journal, place):
    async def act(car):
        car.fob("fob-1", place)
        return await car.unit.read_backup_slot(None)

    assert immobilised(act)[1] is None
    assert journal.entries == []


def test_a_fob_that_was_never_learned_is_not_read(immobilised):
    async def act(car):
        car.fob("fob-9", IN_SLOT)
        return await car.unit.read_backup_slot(None)

    assert immobilised(act)[1] is None


def test_another_fob_under_a_learned_name_does_not_answer_right(immobilised):
    async def act(car):
        stranger = car.fob("fob-1", IN_SLOT)
        stranger.name = "fob-9"
        return await car.unit.read_backup_slot(None)

    assert immobilised(act)[1] is None


def test_a_right_answer_under_another_identity_is_refused(immobilised):
    async def act(car):
        fob = car.fob("fob-1", IN_SLOT)

        async def disguised(heard):
            answer = await fob._on_coil(heard)
            return Answer(fob_id("fob-2") + answer.payload[4:], answer.seq)

        car.air.receive("coil", "fob-1", disguised)
        return await car.unit.read_backup_slot(None)

    assert immobilised(act)[1] is None


def test_an_answer_to_the_lf_call_is_no_answer_of_the_transponder(immobilised):
    async def act(car):
        fob = car.fob("fob-1", IN_SLOT)
        car.air.receive("coil", "fob-1", fob._on_lf)
        return await car.unit.read_backup_slot(None)

    assert immobilised(act)[1] is None


def test_a_recorded_answer_is_worth_nothing_the_next_time(immobilised):
    async def act(car):
        fob = car.fob("fob-1", IN_SLOT)
        recorded = []

        async def record(heard):
            recorded.append(await fob._on_coil(heard))
            return recorded[-1]

        async def replay(heard):
            return Answer(recorded[0].payload, heard.seq)

        car.air.receive("coil", "fob-1", record)
        first = await car.unit.read_backup_slot(None)
        car.air.receive("coil", "fob-1", replay)
        return first, await car.unit.read_backup_slot(None)

    first, second = immobilised(act)[1]
    assert first is not None
    assert second is None


@pytest.mark.parametrize("model", [Model(), Model("flat_fob", backup_slot=False)])
def test_a_car_without_a_slot_reads_nothing(immobilised, model):
    async def act(car):
        car.fob("fob-1", IN_SLOT)
        return await car.unit.read_backup_slot(None)

    assert immobilised(act, model=model)[1] is None
