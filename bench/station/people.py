"""The owner of a station: a person with what they carry, and the app on their phone."""

from bench.config.validation import check_typed
from bench.network.http_client import Timeouts
from bench.owner import rig
from bench.owner.app import App
from bench.owner.app_policy import AppPolicy
from bench.owner.app_session import AppIdentity
from bench.owner.blade import Blade
from bench.owner.card import Card
from bench.owner.cast import carries
from bench.owner.fob import Fob
from bench.owner.person import Person
from bench.owner.phone import Phone
from bench.protocol.signing import public_bytes
from bench.radio.air import Place
from bench.station.addresses import (
    ACCOUNT,
    API_URL,
    CARD_KEY,
    CUT,
    FOB,
    PASSWORD,
    PHONE_KEY,
    PUSH_URL,
)
from bench.station.station import Station


def owner_of(station: Station) -> Person:
    """Return the owner that a station's plan names; its car and its cloud are open."""
    name = station.plan.owner
    has = carries(name)
    person = Person(name, station.air, code=station.car.bcm.parameters.keypad.code)
    if has.phone != "none":
        person.phone = Phone(PHONE_KEY, _app(station), station.air, Place())
        person.phone.flat = has.phone == "flat"
    if has.card:
        person.card = _card(station)
    if has.fob != "none":
        person.fob = _fob(station, flat=has.fob == "flat")
    if has.blade:
        person.blade = Blade("blade-1", station.air, Place(), CUT)
    return person


def _card(station: Station) -> Card:
    card = Card(CARD_KEY, station.air, Place())
    if "card" in station.actuators.real:
        rig.CardRig(card, station.wiring, station.time.spawn)
    return card


def _fob(station: Station, *, flat: bool) -> Fob:
    fob = Fob(FOB, station.air, Place(), flat=flat)
    if "fob" in station.actuators.real:
        celled = station.actuators.cell is not None
        rig.FobRig(fob, station.wiring, station.time.spawn, celled=celled)
    return fob


def _app(station: Station) -> App:
    file = station.file
    policy = check_typed(AppPolicy, file.content.app, source=str(file.path), prefix="app")
    identity = AppIdentity(
        station.plan.owner, ACCOUNT, PASSWORD, station.model.file.vin, API_URL,
        f"{PUSH_URL}/push/app",
    )  # fmt: skip
    timeouts = Timeouts(policy.connect_timeout_s, policy.request_timeout_s)
    client = station.ways.http("phone", timeouts)
    return App(
        identity, client, station.time, station.journal, policy,
        station.clocks["phone"], station.network.trusts["phone"],
    )  # fmt: skip


def hand_out_keys(station: Station) -> None:
    """Entitle what the owner carries: that was done long before the scenario began."""
    for credential in (PHONE_KEY, CARD_KEY):
        public = public_bytes("credential", credential).hex()
        right = station.cloud.state.keys.issue(station.model.file.vin, credential, public)
        if right is not None:
            station.car.digital_key.learn(right.signed())
