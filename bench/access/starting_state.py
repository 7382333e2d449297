"""The starting state: declared, reached by recipes, and seen by the bench before it counts.

Every item is observed as on a car that nobody has looked into: what buses and sense lines say of
doors, power mode and alarm, whether a bus is silent, and what units tell by diagnosis. An item
that this car or bench cannot tell is "not observable here". One that is wrong and that no recipe
brings right makes the verdict inconclusive.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple, get_args

from bench.access.intent import Intent
from bench.access.path import Scene
from bench.access.recipe import recipes_for
from bench.can.roles import RoleMap
from bench.car.model import CarModel
from bench.diagnosis.address import Count
from bench.errors import BenchError, ConfigError, DiagnosisError, InstrumentFault, nearest
from bench.events import AttemptSettled, IntentBegan, RecipeApplied, StateChecked
from bench.events.doors import BODY, DOORS
from bench.events.owner import ANYTHING
from bench.judge.attempts import BENCH
from bench.station.station import Station

HIDDEN = "not observable here"
ANY = "any"
TOLD: tuple[str, ...] = get_args(Count)  # numbers, told by diagnosis
CODES, NO_CODES = "trouble_codes", "none"
BUS = "bus_"
LATCH = "latch_driver"
MOST_ROUNDS = 3
MOVES = {"locked": "lock", "unlocked": "unlock"}
UNIT, CONNECTED = "telematics_unit", "connected"
ITEMS = (
    DOORS, "power_mode", "alarm_state", UNIT, f"{BUS}{BODY}", f"{BUS}telematics", *TOLD, CODES,
)  # fmt: skip


def declared(intent: Intent) -> dict[str, str]:
    """Return how doors, power mode and alarm must stand before an intent."""
    return {
        DOORS: "locked" if intent.locked else "unlocked",
        "power_mode": intent.mode,
        "alarm_state": "armed" if intent.locked else "disarmed",
    }


def doors(intent: Intent) -> dict[str, str]:
    """Return how the doors must stand before an intent, whatever a car file says of the rest."""
    return {DOORS: declared(intent)[DOORS]}


def whole(intent: Intent, station: Station, *, needs_cloud: bool = False) -> dict[str, str]:
    """Return the whole starting state of a scenario: the car file's word counts before ours.

    A car that is off is parked with its buses asleep, unless the bench itself keeps them awake by
    a restbus that knows no network management. A path that needs the cloud needs a real telematics
    unit that is connected: one that is absent meets no outage. An item that the car file declares
    as "any" is not looked at. Trouble codes come last of what units tell: a recipe that resets a
    unit or takes its supply may set one, which no outage has set.
    """
    state = declared(intent)
    if needs_cloud and station.telematics_policy.unit == "real":
        state[UNIT] = CONNECTED
    state |= dict.fromkeys(TOLD, "0") | {CODES: NO_CODES}
    if intent.mode == "off":
        for bus in station.buses.observed():
            section = station.file.content.can.get(bus)
            obeys = station.buses.role_maps[bus].network_management is not None
            kept = section is not None and section.restbus and not obeys
            state[f"{BUS}{bus}"] = "awake" if kept else "asleep"
    return _as_the_car_has_it(state | station.model.file.starting_state, station)


def of_a_test(intent: Intent, station: Station) -> dict[str, str]:
    """Return how doors, power mode and alarm must stand before a test of somebody's own.

    How the doors and the power mode are to stand the test itself has said; else the car file's
    word counts before ours, and what it leaves open nobody looks at.
    """
    asked, state = declared(intent), _as_the_car_has_it(declared(intent), station)
    return {item: asked[item] if item in (DOORS, "power_mode") else state[item] for item in state}


def _as_the_car_has_it(state: dict[str, str], station: Station) -> dict[str, str]:
    """Return a state with the car file's words for its items; "any" leaves one out."""
    words = {item: station.model.file.starting_state.get(item, state[item]) for item in state}
    return {item: word for item, word in words.items() if word != ANY}


def check_declared(model: CarModel, role_maps: Mapping[str, RoleMap]) -> None:
    """Raise ConfigError for an item in the car file that there is not, or that never is like that.

    Args:
        model: the car.
        role_maps: what each bus carries.
    """
    for item, value in model.file.starting_state.items():
        where = f"{model.path}: starting_state"
        if item not in ITEMS:
            raise ConfigError(f'{where}: no "{item}": {nearest(item, ITEMS)}')
        if item in TOLD and not value.isdecimal() and value != ANY:
            raise ConfigError(
                f'{where}.{item}: "{value}" is not right: should be a number in quotes'
            )
        known = _words_for(item, role_maps)
        if known and value not in {*known, ANY}:
            raise ConfigError(f'{where}.{item}: no "{value}": {nearest(value, {*known, ANY})}')


def _words_for(item: str, role_maps: Mapping[str, RoleMap]) -> set[str]:
    """Return the words that may be declared of an item; none: any number, or who knows."""
    if item.startswith(BUS):
        return {"awake", "asleep"}
    if item in (CODES, UNIT):
        return {NO_CODES if item == CODES else CONNECTED}
    carriers = [each for each in role_maps.values() if item in each.roles]
    return {label for each in carriers for label in each.roles[item].labels}


# ── seeing ────────────────────────────────────────────────────────────────────────────────


def check(station: Station, state: dict[str, str]) -> bool:
    """Record how each item stands that is seen without asking; return whether all are right."""
    seen = [_seen(station, item, value) for item, value in state.items() if not _asked(item)]
    for each in seen:
        station.journal.write(each)
    return all(each.verified for each in seen)


def stands(station: Station, state: dict[str, str], items: Iterable[str]) -> bool:
    """Whether what buses and sense lines say of some items is what is declared, off the record."""
    return all(_seen(station, item, state[item]).verified for item in items if item in state)


def _asked(item: str) -> bool:
    return item == CODES or item in TOLD


def _seen(station: Station, item: str, value: str) -> StateChecked:
    """Return what buses and sense lines say of an item."""
    if item.startswith(BUS):
        awake = station.taps[item.removeprefix(BUS)].awake
        word = "awake" if awake else "asleep"
        return StateChecked(item, value, word, verified=word == value)
    if item == UNIT:
        word = station.telematics.state
        return StateChecked(item, value, word, verified=word == value)
    carriers = [tap for bus, tap in station.taps.items()
                if item in station.buses.role_maps[bus].roles]  # fmt: skip
    if not carriers or (item == DOORS and not up_to_date(station) and _latch(station)):
        return _by_wire(station, item, value)
    seen = carriers[0].values.get(item)
    if seen is None:
        return StateChecked(item, value, None, verified=False)
    if item == DOORS and seen.means(value) and _latch(station) not in {None, value}:
        return _by_wire(station, item, value)  # a blade has moved its own door: no bus tells
    return StateChecked(item, value, seen.label, verified=seen.means(value))


def up_to_date(station: Station) -> bool:
    """Whether what buses say of the doors is of now: a gateway lets its other bus sleep on."""
    return any(
        bus == BODY or tap.awake
        for bus, tap in station.taps.items()
        if DOORS in station.buses.role_maps[bus].roles
    )


def _latch(station: Station) -> str | None:
    return station.instruments.lines.level_of(LATCH)


def _by_wire(station: Station, item: str, value: str) -> StateChecked:
    level = _latch(station) if item == DOORS else None
    if level is None:
        return StateChecked(item, value, HIDDEN, verified=True)
    return StateChecked(item, value, f"{level} ({LATCH})", verified=level == value)


async def _told(station: Station, item: str, value: str) -> StateChecked:
    """Return what units say of an item when they are asked."""
    diagnosis = station.diagnosis
    if item == CODES:
        if not diagnosis.addresses:
            return StateChecked(item, value, HIDDEN, verified=True)
        found = await diagnosis.read_codes("before")
        stored = [f"{unit}: {code}" for unit, codes in found.items() for code in codes]
        complete = len(found) == len(diagnosis.addresses)
        seen = ", ".join(stored) or (NO_CODES if complete else None)
        return StateChecked(item, value, seen, verified=seen == value)
    if diagnosis.knows(item) is None:
        return StateChecked(item, value, HIDDEN, verified=True)
    try:
        number = str(await diagnosis.state(item))
    except DiagnosisError:
        return StateChecked(item, value, None, verified=False)
    return StateChecked(item, value, number, verified=number == value)


async def _observe(station: Station, item: str, value: str) -> StateChecked:
    return await _told(station, item, value) if _asked(item) else _seen(station, item, value)


# ── reaching ──────────────────────────────────────────────────────────────────────────────


class StateReached(NamedTuple):
    """How reaching a starting state ended: is everything right, and were recipes needed?"""

    right: bool
    mended: bool


async def reach(station: Station, state: dict[str, str], *, buses: bool = False) -> StateReached:
    """Bring items to what is declared; record those that units tell, and those that stay wrong.

    What buses and sense lines show is recorded by `check`, when the scenario really begins. One
    recipe may undo what another has done (who starts a car silences its alarm): then all is gone
    through once more.

    Args:
        station: where.
        state: what is declared.
        buses: whether this is about the buses' sleep, or about everything else: asking units
            wakes their buses, so it comes first.
    """
    items = [item for item in state if item.startswith(BUS) is buses]
    shown = [item for item in items if not _asked(item)]
    mended = False
    for _ in range(MOST_ROUNDS):
        reached = await _gone_through(station, state, items)
        mended = mended or reached.mended
        if not (reached.right and reached.mended) or stands(station, state, shown):
            break
    return StateReached(reached.right, mended)


async def _gone_through(
    station: Station, state: dict[str, str], items: Iterable[str]
) -> StateReached:
    """Bring items to what is declared, one after the other."""
    right, mended = True, False
    for item in items:
        checked = await _observe(station, item, state[item])
        if not checked.verified and checked.seen is not None:
            checked = await _mend(station, checked)
            mended = True
        if _asked(item) or not checked.verified:
            station.journal.write(checked)
        right = right and checked.verified
    return StateReached(right, mended)


def _asked_for(station: Station, recipe: str, checked: StateChecked) -> Scene:
    """Record that the bench applies a recipe: what moves then, it has asked for itself."""
    seq = station.journal.write(RecipeApplied(recipe, checked.item, checked.seen))
    intent = MOVES.get(checked.declared, ANYTHING)
    begun = IntentBegan(f"recipe-{seq}", BENCH, intent, recipe, entitled=True, credential="")
    return Scene(station, begun.attempt, station.journal.write(begun, seq))


async def _mend(station: Station, checked: StateChecked) -> StateChecked:
    """Apply recipes, the gentlest first, until an item is right; return how it then stands."""
    tried = []
    for name, recipe in recipes_for(checked.item):
        scene = _asked_for(station, name, checked)
        try:
            await recipe.apply(scene, checked.item, checked.declared)
        except InstrumentFault:  # what it held it may hold still, and no other recipe mends that
            raise
        except BenchError as error:
            tried.append(f"{name} ({error})")
            continue
        finally:  # what moves later is none of its doing
            station.journal.write(AttemptSettled(scene.attempt, "applied"), scene.seq)
        tried.append(name)
        checked = await _observe(station, checked.item, checked.declared)
        if checked.verified:
            return checked
    reached = f"{checked.seen}, and not brought right by {', '.join(tried) or 'any recipe'}"
    return replace(checked, seen=reached)
