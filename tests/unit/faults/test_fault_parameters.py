"""Numbers that make no sense are refused in one line, and those that are taken do no harm."""

import asyncio
import inspect
import math
import typing
from dataclasses import fields, replace
from itertools import product

import pytest
from fault_rig import FaultRig, played

from bench.errors import ConfigError
from bench.events import FaultArmed
from bench.faults.built import check_parameters
from bench.faults.fault import name_of
from bench.faults.http.http_status import HttpStatus
from bench.faults.injector import faults, parse_fault
from bench.faults.link.latency import Latency
from bench.presentation.layers import OF_THE_CAR

NUMBERS = [
    (name, field.name)
    for name in faults().names()
    for field in fields(faults().get(name))
    if {int, float} & set(typing.get_args(typing.get_type_hints(faults().get(name))[field.name]))
    or typing.get_type_hints(faults().get(name))[field.name] in {int, float}
]
# how a docstring says that a value has a meaning; no other is taken
SAYS = {"nan": None, "-inf": None, "inf": "inf:", "-1": "negative"}
EVERYWHERE = {"from_s", "for_s", "share", "first"}  # test_fault_windows, test_fault_selection


def refusal(name, key, value):
    """Return what is said of a fault with this value (None: it is taken)."""
    try:
        parse_fault(f"{name}:{key}={value}", source="--faults")
    except ConfigError as error:
        return str(error)
    return None


def said_of(name, key):
    """Return what docstrings say of a parameter: its fault's own, or of what it is based on."""
    texts = [inspect.getdoc(each) or "" for each in faults().get(name).__mro__]
    parts = [part for text in texts for part in text.partition("\nAttributes:")[2].split("\n    ")]
    return " ".join(part for part in parts if key in part.partition(":")[0].split(", "))


@pytest.mark.parametrize("name", sorted({name for name, _ in NUMBERS}))
def test_numbers_are_refused_in_one_line_or_have_a_meaning_that_is_written_down(name):
    for key, value in product([key for whose, key in NUMBERS if whose == name], SAYS):
        said = refusal(name, key, value)
        if said is None:
            meaning = SAYS[value]
            assert meaning is not None, f"{key}={value} is taken"
            assert meaning in said_of(name, key), f"{key}={value} is taken"
        else:
            assert said.startswith(f"--faults: {name}.{key}: '{value}' is not right: ")
            assert "\n" not in said


def refusal_of_built(usual, key, number):
    """Return what is said of a fault that was built with this number (None: it is taken)."""
    try:
        check_parameters(replace(usual, **{key: number}), source="failing")
    except ConfigError as error:
        return str(error)
    except ValueError as error:  # it looks at its own parameters as it is made
        return f"failing: {name_of(usual)}.{key}: {number} is not right: {error}"
    return None


@pytest.mark.parametrize("name", sorted({name for name, _ in NUMBERS}))
def test_a_fault_built_in_python_is_held_to_what_a_specification_may_say(name):
    usual = parse_fault(name, source="--faults")
    for key, value in product([key for whose, key in NUMBERS if whose == name], SAYS):
        number = float(value)
        said = refusal_of_built(usual, key, number)
        assert (said is None) is (refusal(name, key, value) is None), f"{key}={value}: {said}"
        assert said is None or said.startswith(f"failing: {name}.{key}: {number} is not right: ")


def test_a_text_in_place_of_a_number_is_refused():
    said = "^failing: http_status.status: '503' is not right: write 503$"
    with pytest.raises(ConfigError, match=said):
        check_parameters(HttpStatus(status="503"), source="failing")


def test_a_wrong_fault_is_neither_armed_nor_recorded(play):
    async def body(rig):
        with pytest.raises(ConfigError, match=r"arm: latency.delay_s: nan is not right"):
            rig.injector.arm(Latency(delay_s=math.nan))
        with pytest.raises(ConfigError, match=r"arm: http_status.share: -1 is not right"):
            rig.injector.arm_all([Latency(), HttpStatus(share=-1)])
        assert not [e for e in rig.journal.entries if isinstance(e.event, FaultArmed)]

    play(body)


TAKEN = [
    f"{name}:{key}={value}"
    for name, key in NUMBERS
    for value in ("inf", "-1", "0")
    if key not in EVERYWHERE and refusal(name, key, value) is None
    and faults().folder_of(name) not in OF_THE_CAR  # test_can_faults, test_electrical_faults
    and not faults().get(name).push and not faults().get(name).needs
]  # fmt: skip


class Rig(FaultRig):
    """A cloud with one vehicle that is not connected, and an owner's links."""

    async def open(self):
        await super().open()
        self.cloud.register("VIN-ANN", "ann", "word", "token")

    async def live(self, seconds):
        """Let a command be given, a name be asked for, and time pass."""
        vehicle = self.cloud.state.vehicles.get("VIN-ANN")
        self.cloud.state.commands.create(vehicle, "door_unlock", "ann", "", None)
        await asyncio.sleep(seconds)


@pytest.fixture
def play():
    """Runs a test's coroutine function in simulated time, with a rig."""
    yield from played(Rig)


@pytest.mark.parametrize("spec", TAKEN)
def test_what_is_taken_can_be_in_force_and_ends(play, spec):
    async def body(rig):
        armed = rig.arm(spec)
        await rig.live(5.0)
        rig.injector.clear(armed)
        await rig.live(5.0)
        assert armed.cleared

    play(body)


@pytest.mark.parametrize(
    ("spec", "says"),
    [("thundering_herd:cap_s=1", "cap 1 s: must be at least the base, 2 s"),
     ("thundering_herd:jitter=ful", 'no jitter law named "ful": did you mean "full"')],
)  # fmt: skip
def test_waits_that_nobody_could_keep_are_refused_before_anybody_comes(spec, says):
    with pytest.raises(ConfigError, match=rf"^--faults: thundering_herd: .*{says}"):
        parse_fault(spec, source="--faults")
