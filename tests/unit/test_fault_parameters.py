"""Numbers that make no sense are refused in one line, and those that are taken do no harm."""

import asyncio
import inspect
import typing
from dataclasses import fields
from itertools import product

import pytest
from fault_rig import FaultRig, played

from bench.access.usual_faults import OF_THE_CAR
from bench.errors import ConfigError
from bench.faults.injector import faults, parse_fault

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
