"""Several faults are armed all or not at all, and cleared each, whatever one of them does."""

import re

import pytest
from fault_rig import FaultRig, played

from bench.access.outage import AFTER, Outage, Phase, Player, play
from bench.errors import ConfigError, InstrumentFault, StationError
from bench.events import BenchFault, FaultArmed, FaultCleared, PhaseBegan
from bench.faults.injector import faults, layer_of, parse_fault
from bench.injection import together

NOT_HERE = "latency:party=tcu"


class Rig(FaultRig):
    """A cloud with a phone's links, and nobody who uses them."""

    def names(self, kind):
        return [e.event.fault for e in self.journal.entries if isinstance(e.event, kind)]

    @property
    def in_force(self):
        return sorted(set(self.names(FaultArmed)) - set(self.names(FaultCleared)))

    @property
    def told(self):
        faults = [e.event for e in self.journal.entries if isinstance(e.event, BenchFault)]
        return [(fault.what, fault.reason) for fault in faults]

    def fails_to_clear(self, armed):
        def undo():
            raise InstrumentFault(f"{armed.injection.fault} stays")

        armed.undo = undo


@pytest.fixture
def play_rig():
    """Runs a test's coroutine function in simulated time, with a rig."""
    yield from played(Rig)


def parsed(*specs):
    return [parse_fault(spec, source="test") for spec in specs]


def test_a_fault_is_armed_and_cleared_on_the_record(play_rig):
    async def body(rig):
        cause = rig.journal.write(PhaseBegan("down"))
        (fault,) = parsed("refuse:side=phone")
        armed = rig.injector.arm(fault, cause)
        rig.injector.clear(armed)
        rig.injector.clear(armed)
        began, ended = rig.journal.entries[-2:]
        assert began.event == FaultArmed("refuse", "tcp", "refuse:side=phone")
        assert (began.cause, ended.event, ended.cause) == (
            cause, FaultCleared("refuse", 0), began.seq
        )  # fmt: skip

    play_rig(body)


def test_a_fault_that_is_armed_again_draws_anew(play_rig):
    async def body(rig):
        first, again = (rig.arm("nxdomain:share=0.5") for _ in range(2))
        assert first.injection.rng.random() != again.injection.rng.random()

    play_rig(body)


def test_none_is_armed_where_one_cannot_be(play_rig):
    async def body(rig):
        with pytest.raises(ConfigError, match=r'latency.party: "tcu" has no link here'):
            rig.injector.arm_all(parsed("nxdomain", "refuse", NOT_HERE))
        assert rig.names(FaultArmed) == []

    play_rig(body)


def test_those_armed_already_are_cleared_where_arming_one_fails(play_rig):
    async def body(rig):
        first, second = parsed("nxdomain", "refuse")

        def apply(site, injection):
            raise StationError("no link to cut")

        object.__setattr__(second, "apply", apply)
        with pytest.raises(StationError, match="no link to cut"):
            rig.injector.arm_all([first, second])
        assert rig.names(FaultCleared) == ["refuse", "nxdomain"]
        assert rig.in_force == []

    play_rig(body)


def test_an_outage_whose_phase_cannot_be_arms_nothing_of_it(play_rig):
    async def body(rig):
        outage = Outage("wrong", (Phase("down", 10.0, ("nxdomain", "refuse", NOT_HERE)),))
        with pytest.raises(ConfigError):
            await play(outage, rig.injector, rig.journal)
        assert rig.in_force == []

    play_rig(body)


def test_a_fault_that_cannot_be_cleared_keeps_none_of_the_others_in_force(play_rig):
    async def body(rig):
        armed = []
        outage = Outage("two", (Phase("down", 10.0, ("nxdomain", "refuse", "servfail")),))
        player = Player(outage, rig.injector, rig.journal, armed)
        player.begin()
        rig.fails_to_clear(armed[0])
        rig.fails_to_clear(armed[1])
        with pytest.raises(InstrumentFault, match="nxdomain stays; refuse stays"):
            await player.go_on()
        assert sorted(rig.names(FaultCleared)) == ["nxdomain", "refuse", "servfail"]
        assert rig.told == [
            ("fault nxdomain", "could not be taken out: nxdomain stays"),
            ("fault refuse", "could not be taken out: refuse stays"),
        ]
        last = rig.journal.entries[-1].event
        assert last == PhaseBegan(AFTER), "the outage has ended all the same"

    play_rig(body)


def test_a_fault_that_cannot_be_cleared_between_two_phases_ends_the_outage(play_rig):
    async def body(rig):
        armed = []
        phases = (Phase("down", 10.0, ("nxdomain", "refuse")), Phase("recovery", 10.0, ("refuse",)))
        player = Player(Outage("two", phases), rig.injector, rig.journal, armed)
        player.begin()
        rig.fails_to_clear(armed[0])
        with pytest.raises(InstrumentFault, match="nxdomain stays"):
            await player.go_on()
        assert rig.in_force == []
        assert [what for what, _ in rig.told] == ["fault nxdomain"]

    play_rig(body)


def test_the_layer_of_a_fault_is_its_folder_or_what_a_foreign_one_says():
    assert [layer_of(fault) for fault in parsed("nxdomain", "latency")] == ["dns", "link"]
    foreign = type("Foreign", (type(parsed("nxdomain")[0]),), {"__module__": "acme.can.lost"})
    assert layer_of(foreign()) == ""
    foreign.layer = "can"
    assert layer_of(foreign()) == "can"


def test_everything_is_undone_in_order_and_every_failure_told():
    done = []

    def failing(error):
        def undo():
            done.append(str(error))
            raise error

        return undo

    undo = together([failing(StationError("one")), lambda: done.append("two"),
                     failing(InstrumentFault("three"))])  # fmt: skip
    with pytest.raises(StationError, match=r"^one; three$"):
        undo()
    assert done == ["one", "two", "three"]


def test_a_failure_that_is_not_the_benchs_own_is_not_hidden_among_others():
    def broken():
        raise ZeroDivisionError

    def failing():
        raise StationError("one")

    with pytest.raises(ExceptionGroup) as caught:
        together([failing, broken])()
    assert [type(each) for each in caught.value.exceptions] == [StationError, ZeroDivisionError]


@pytest.mark.parametrize(
    ("name", "lacks"),
    [
        (name, f"{name}: {says}")
        for folder, says in (
            ("can", 'no bus "body"'),
            ("electrical", "this bench has neither relays nor supplies to do it with"),
        )
        for name in faults().names()
        if faults().folder_of(name) == folder
    ],
)
def test_a_fault_of_what_a_bench_has_not_is_refused_before_anything_happens(play_rig, name, lacks):
    async def body(rig):
        with pytest.raises(ConfigError, match=re.escape(lacks)):
            rig.arm(name)
        assert [e for e in rig.journal.entries if isinstance(e.event, FaultArmed)] == []

    play_rig(body)
