"""What a test expects on a bus, and the messages of units that are not there."""

import asyncio

import pytest

from bench.can.conditions import RawCondition
from bench.can.expectations import BusView
from bench.can.frame import Frame
from bench.can.medium import Medium
from bench.can.restbus import Line, Restbus
from bench.can.roles import load_roles
from bench.errors import (
    ConfigError,
    ExpectationFailed,
    NeverReceived,
    Unexpected,
    WrongCycle,
    WrongValue,
)
from bench.units import to_ns, to_s

DBC = """VERSION ""

NS_ :

BS_:

BU_: BCM GW TCU

BO_ 256 Locks: 8 BCM
 SG_ Crc : 0|8@1+ (1,0) [0|255] "" GW
 SG_ Counter : 8|4@1+ (1,0) [0|15] "" GW
 SG_ State : 16|2@1+ (1,0) [0|3] "" GW
 SG_ Cause : 20|4@1+ (1,0) [0|15] "" GW
 SG_ Temperature : 24|8@1- (0.1,0) [-12.8|12.7] "C" GW
 SG_ Voltage : 32|8@1+ (0.1,5) [5|30.5] "V" GW

BO_ 257 Doors: 1 BCM
 SG_ Open : 0|1@1+ (1,0) [0|1] "" GW

BO_ 512 Command: 1 GW
 SG_ What : 0|2@1+ (1,0) [0|3] "" BCM

BO_ 768 Paged: 2 TCU
 SG_ Page M : 0|8@1+ (1,0) [0|255] "" GW
 SG_ One m1 : 8|8@1+ (1,0) [0|255] "" GW
 SG_ Two m2 : 8|8@1+ (1,0) [0|255] "" GW

BO_ 2147483904 Wide: 16 TCU
 SG_ Value : 0|8@1+ (1,0) [0|255] "" GW

BO_ 1024 Orphan: 1 Vector__XXX
 SG_ Bit : 0|1@1+ (1,0) [0|1] "" GW

BA_DEF_ BO_ "GenMsgCycleTime" INT 0 65535;
BA_DEF_DEF_ "GenMsgCycleTime" 0;
BA_ "GenMsgCycleTime" BO_ 257 200;
VAL_ 256 State 0 "locked" 1 "unlocked" 2 "unlocked" ;
VAL_ 512 What 0 "none" 1 "unlock" 2 "lock" ;
"""

ROLES = """database = "car.dbc"
default_cycle_s = 0.5

[cycle_s]
Locks = 0.1

[roles.cause]
message = "Locks"
signal = "Cause"
raw = { fob = [3, 4], phone = 5 }

[roles.anything_open]
message = "Doors"
signal = "Open"
raw = { ajar = 1, closed = 0 }

[roles.state]
message = "Locks"
signal = "State"
raw = { broken = 3 }

[protection.Locks]
scheme = "crc8"
counter = "Counter"
crc = "Crc"
"""


class World:
    """A bus with the bench's view of it and a node that sends."""

    def __init__(self, time, journal, roles):
        self.time, self.roles = time, roles
        self.medium = Medium("body", time.loop, journal)
        self.view = BusView(self.medium.port("bench"), roles, journal)
        self.node = self.medium.port("node")
        self.journal = journal

    def lock_state(self, state, *, cause=0, voltage=0):
        self.node.send(Frame(0x100, bytes([0, 0, state | cause << 4, 0, voltage, 0, 0, 0])), None)

    def later(self, delay_s, send, *args, **kwargs):
        self.time.loop.call_later(delay_s, lambda: send(*args, **kwargs))

    def restbus(self, *, senders=(), messages=()):
        port = self.medium.port("restbus")
        return Restbus(port, self.roles, senders=senders, messages=messages)


@pytest.fixture
def world(time, journal, tmp_path):
    (tmp_path / "car.dbc").write_text(DBC)
    (tmp_path / "car.toml").write_text(ROLES)
    return World(time, journal, load_roles("car.toml", [], tmp_path))


@pytest.fixture
def run(time):
    return time.run


def failure(run, kind, coro):
    """Run what must fail; return the error's words."""
    with pytest.raises(kind) as error:
        run(coro)
    assert type(error.value) is kind
    assert isinstance(error.value, AssertionError)
    return str(error.value)


# ── expect ────────────────────────────────────────────────────────────────────────────────


def test_what_comes_is_waited_for(world, run, time):
    async def main():
        world.later(0.3, world.lock_state, 1)
        return await world.view.expect("Locks", State="unlocked", within_s=1, since_ns=0)

    seen = run(main())
    assert to_s(seen.t_ns) == pytest.approx(0.3, abs=0.001)
    assert to_s(time.now_ns()) == pytest.approx(0.3, abs=0.001)  # and no longer
    assert seen.signals["State"] == "unlocked"
    assert seen.raw["State"] == 1


def test_what_has_come_already_is_found_without_waiting(world, run, time):
    async def main():
        world.later(0.3, world.lock_state, 1)
        await asyncio.sleep(5)
        return await world.view.expect("Locks", State="unlocked", within_s=1, since_ns=0)

    assert to_s(run(main()).t_ns) == pytest.approx(0.3, abs=0.001)
    assert to_s(time.now_ns()) == 5


def test_cyclic_frames_of_the_past_are_found_each_at_its_time(world, run):
    async def main():
        cyclic = world.node.cyclic(Frame(0x101, b""), [b"\0"], period_s=0.1, cause=None)
        await asyncio.sleep(1.05)
        cyclic.update([b"\1"], None)
        await asyncio.sleep(1)
        closed = await world.view.expect("Doors", Open=0, within_s=2, since_ns=to_ns(0.72))
        ajar = await world.view.expect("Doors", Open=1, within_s=2, since_ns=to_ns(0.72))
        return closed, ajar

    closed, ajar = run(main())
    assert to_s(closed.t_ns) == pytest.approx(0.8, abs=0.001)
    assert to_s(ajar.t_ns) == pytest.approx(1.1, abs=0.001)


def test_what_came_before_the_stimulus_does_not_count(world, run):
    async def main():
        world.lock_state(1)
        await asyncio.sleep(1)
        await world.view.expect("Locks", State="unlocked", within_s=1, since_ns=to_ns(0.5))

    told = failure(run, NeverReceived, main())
    assert told == (
        "body: Locks(State=unlocked): the message was never received within 1.00 s"
    )  # fmt: skip


def test_what_comes_after_the_time_is_too_late_even_if_nobody_waited(world, run, time):
    async def main():
        world.later(0.6, world.lock_state, 1)
        await asyncio.sleep(2)
        await world.view.expect("Locks", State="unlocked", within_s=0.5, since_ns=0)

    failure(run, NeverReceived, main())
    assert to_s(time.now_ns()) == 2


def test_waiting_ends_with_the_time_counted_from_the_stimulus(world, run, time):
    async def main():
        await asyncio.sleep(0.4)
        await world.view.expect("Locks", State="unlocked", within_s=1, since_ns=0)

    failure(run, NeverReceived, main())
    assert to_s(time.now_ns()) == 1


def test_other_values_only_are_told_with_what_was_seen_and_when(world, run):
    async def main():
        world.later(0.1, world.lock_state, 0)
        world.later(0.2, world.lock_state, 3)
        world.later(0.3, world.lock_state, 0)
        await world.view.expect("Locks", State="unlocked", within_s=1, since_ns=0)

    told = failure(run, WrongValue, main())
    assert told == (
        "body: Locks(State=unlocked) was not seen; instead: "
        "State=locked (from 100 ms on); State=3 (from 200 ms on); 3 frames in all"
    )


def test_only_the_last_few_of_many_values_are_told(world, run):
    async def main():
        for number in range(9):
            world.later(0.1 * (number + 1), world.lock_state, 0, voltage=10 * number)
        await world.view.expect("Locks", Voltage=30, within_s=2, since_ns=0)

    told = failure(run, WrongValue, main())
    assert "Voltage=13.0 (from 900 ms on); 9 frames in all" in told
    assert told.count("Voltage=") == 6


def test_several_values_must_come_in_one_frame(world, run):
    async def main():
        world.later(0.1, world.lock_state, 1, cause=1)
        world.later(0.2, world.lock_state, 0, cause=2)
        view = world.view
        try:
            await view.expect("Locks", State="unlocked", Cause=2, within_s=0.5, since_ns=0)
        finally:
            world.later(0.1, world.lock_state, 2, cause=2)
            seen = await view.expect("Locks", State="unlocked", Cause=2, within_s=2, since_ns=0)
            assert seen.raw["State"] == 2

    told = failure(run, WrongValue, main())
    assert "Locks(State=unlocked, Cause=2) was not seen" in told
    assert "State=unlocked, Cause=1 (from 100 ms on)" in told


def test_a_message_may_be_expected_whatever_it_says(world, run):
    async def main():
        world.later(0.2, world.lock_state, 3)
        return await world.view.expect("Locks", within_s=1, since_ns=0)

    assert run(main()).raw["State"] == 3


def test_other_messages_and_other_buses_are_not_mistaken_for_it(world, run, time):
    other = Medium("other", time.loop, world.journal)

    async def main():
        other.port("x").send(Frame(0x100, bytes([0, 0, 1, 0, 0, 0, 0, 0])), None)
        world.node.send(Frame(0x101, b"\1"), None)
        world.node.send(Frame(0x100, bytes([0, 0, 1, *bytes(5)]), extended=True), None)
        await asyncio.sleep(0.2)
        await world.view.expect("Locks", within_s=1, since_ns=0)

    failure(run, NeverReceived, main())


def test_an_extended_fd_message_is_expected_by_name_like_any_other(world, run):
    async def main():
        world.node.send(Frame(0x100, bytes([7, *bytes(15)]), extended=True, fd=True), None)
        await asyncio.sleep(0.2)
        past = await world.view.expect("Wide", Value=7, within_s=1, since_ns=0)
        world.later(0.1, world.node.send,
                    Frame(0x100, bytes([8, *bytes(15)]), extended=True, fd=True), None)  # fmt: skip
        future = await world.view.expect("Wide", Value=8, within_s=1, since_ns=0)
        return past.raw, future.raw

    assert run(main()) == ({"Value": 7}, {"Value": 8})


def test_nobody_listens_any_more_afterwards(world, run):
    async def main():
        world.later(0.1, world.lock_state, 1)
        await world.view.expect("Locks", State="unlocked", within_s=1, since_ns=0)
        with pytest.raises(NeverReceived):
            await world.view.expect("Doors", within_s=1, since_ns=0)
        await asyncio.sleep(1)
        return {key: them for key, them in world.medium._listeners._by_identity.items() if them}

    assert run(main()) == {}


# ── values ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "wanted",
    [{"State": "unlocked"}, {"State": 1}, {"Cause": "fob"}, {"Cause": 4}, {"Temperature": 0.3},
     {"Temperature": 3 * 0.1}, {"Voltage": 12.3}],
)  # fmt: skip
def test_a_value_is_a_label_a_number_or_a_roles_label(world, run, wanted):
    async def main():
        data = bytes([0, 0, 1 | 4 << 4, 3, 73, 0, 0, 0])
        world.node.send(Frame(0x100, data), None)
        return await world.view.expect("Locks", within_s=0.1, since_ns=0, **wanted)

    assert run(main()).signals["Temperature"] == pytest.approx(0.3)


@pytest.mark.parametrize(
    "wanted",
    [{"State": "locked"}, {"State": 0}, {"State": 2}, {"Cause": "phone"}, {"Cause": 3},
     {"Temperature": 0.31}, {"Voltage": 12.2}, {"Voltage": 73}],
)  # fmt: skip
def test_another_value_is_not_taken_for_it(world, run, wanted):
    async def main():
        world.node.send(Frame(0x100, bytes([0, 0, 1 | 4 << 4, 3, 73, 0, 0, 0])), None)
        await world.view.expect("Locks", within_s=0.1, since_ns=0, **wanted)

    failure(run, WrongValue, main())


def test_a_roles_label_counts_beside_the_databases_own(world, run):
    async def main():
        world.lock_state(2)
        world.lock_state(3)
        label = await world.view.expect("Locks", State="unlocked", within_s=0.1, since_ns=0)
        role = await world.view.expect("Locks", State="broken", within_s=0.1, since_ns=0)
        return label.raw["State"], role.raw["State"]

    assert run(main()) == (2, 3)


def test_a_roles_label_is_named_beside_the_databases_own(world, run):
    async def main():
        await world.view.expect("Doors", Open="ajr", within_s=1, since_ns=0)

    with pytest.raises(ConfigError, match=r'Doors\.Open has no value "ajr": did you mean "ajar"'):
        run(main())


@pytest.mark.parametrize(
    ("message", "values", "told"),
    [
        ("Lock", {}, 'no message "Lock": did you mean "Locks"?'),
        ("Locks", {"Stat": 1}, 'Locks has no signal "Stat": did you mean "State"?'),
        ("Locks", {"State": "unlokced"}, 'Locks.State has no value "unlokced": did you mean "unl'),
        ("Locks", {"Voltage": "high"}, 'Locks.Voltage has no value "high": none is known'),
        ("Locks", {"Cause": "thief"}, 'Locks.Cause has no value "thief": known: fob, phone'),
    ],
)
def test_what_is_in_no_database_gives_the_nearest_and_waits_for_nothing(
    world, run, time, message, values, told
):
    for expect in (world.view.expect, world.view.expect_not):
        with pytest.raises(ConfigError) as error:
            run(expect(message, within_s=5, since_ns=0, **values))
        assert told in str(error.value)
    assert time.now_ns() == 0


def test_a_condition_speaks_of_physical_values_and_labels(world, run):
    async def main():
        world.later(0.1, world.lock_state, 1, voltage=10)
        world.later(0.2, world.lock_state, 0, voltage=90)
        world.later(0.3, world.lock_state, 1, voltage=90)
        return await world.view.expect(
            "Locks", within_s=1, since_ns=0,
            where=lambda s: s["State"] == "unlocked" and s["Voltage"] > 12,
        )  # fmt: skip

    assert to_s(run(main()).t_ns) == pytest.approx(0.3, abs=0.001)


def test_a_condition_and_values_must_both_hold_and_the_condition_is_named(world, run):
    def supply_is_healthy(signals):
        return signals["Voltage"] > 12

    async def main():
        world.later(0.1, world.lock_state, 1, voltage=10)
        world.later(0.2, world.lock_state, 0, voltage=90)
        await world.view.expect(
            "Locks", State="unlocked", within_s=1, since_ns=0, where=supply_is_healthy
        )

    told = failure(run, WrongValue, main())
    assert told.startswith("body: Locks(State=unlocked) where supply_is_healthy was not seen")


def test_a_condition_alone_shows_every_signal_of_what_was_seen(world, run):
    async def main():
        world.later(0.1, world.node.send, Frame(0x101, b"\1"), None)
        await world.view.expect("Doors", within_s=1, since_ns=0, where=lambda _: False)

    assert "Doors where <lambda> was not seen; instead: Open=1 (from 100 ms on)" in failure(
        run, WrongValue, main()
    )


def test_a_condition_over_raw_values_sees_raw_values(world, run):
    async def main():
        world.later(0.1, world.lock_state, 2, voltage=90)
        raw = RawCondition("it is so", lambda raw: raw["State"] == 2 and raw["Voltage"] == 90)
        return await world.view.expect("Locks", within_s=1, since_ns=0, where=raw)

    assert run(main()).signals["State"] == "unlocked"


def test_a_multiplexed_signal_counts_on_its_own_page_only(world, run):
    async def main():
        for place, data in enumerate((b"\2\5", b"\7\5", b"\1\5"), 1):  # page 7 is not known
            world.later(0.1 * place, world.node.send, Frame(0x300, data), None)
        return await world.view.expect("Paged", One=5, within_s=1, since_ns=0)

    seen = run(main())
    assert to_s(seen.t_ns) == pytest.approx(0.3, abs=0.001)
    assert seen.signals == {"Page": 1, "One": 5}


# ── expect_not ────────────────────────────────────────────────────────────────────────────


def test_what_must_not_come_and_does_not_takes_the_whole_time(world, run, time):
    async def main():
        world.later(0.1, world.lock_state, 0)
        world.later(1.1, world.lock_state, 1)
        await world.view.expect_not("Locks", State="unlocked", within_s=1, since_ns=0)

    run(main())
    assert to_s(time.now_ns()) == 1


def test_what_must_not_come_and_does_is_told_with_its_time(world, run, time):
    async def main():
        world.later(0.1, world.lock_state, 0)
        world.later(0.25, world.lock_state, 1)
        await world.view.expect_not("Locks", State="unlocked", within_s=1, since_ns=0)

    assert failure(run, Unexpected, main()) == (
        "body: Locks(State=unlocked) came after 250 ms"
    )  # fmt: skip
    assert to_s(time.now_ns()) == pytest.approx(0.25, abs=0.001)


def test_what_must_not_come_may_have_come_already(world, run):
    async def main():
        world.later(1.5, world.lock_state, 1)
        await asyncio.sleep(10)
        await world.view.expect_not("Locks", State=1, within_s=3, since_ns=to_ns(0.5))

    assert "came after 1.00 s" in failure(run, Unexpected, main())


def test_what_must_not_come_may_be_a_condition(world, run):
    async def main():
        world.later(0.1, world.lock_state, 0, voltage=0)
        await world.view.expect_not(
            "Locks", within_s=1, since_ns=0, where=lambda s: s["Voltage"] < 6
        )

    assert "Locks where <lambda> came" in failure(run, Unexpected, main())


# ── expect_cycle ──────────────────────────────────────────────────────────────────────────


def cycle(world, **kwargs):
    wanted = {"period_s": 0.1, "tolerance": 0.1, "count": 5, "since_ns": 0, **kwargs}
    return world.view.expect_cycle("Doors", **wanted)


def test_a_cycle_that_is_kept_gives_its_periods(world, run, time):
    async def main():
        world.node.cyclic(Frame(0x101, b""), [b"\0"], period_s=0.1, offset_s=0.03, cause=None)
        return await cycle(world)

    assert run(main()) == pytest.approx([0.1] * 5)
    assert to_s(time.now_ns()) == pytest.approx(0.53, abs=0.001)


def test_a_cycle_may_lie_in_the_past(world, run):
    async def main():
        cyclic = world.node.cyclic(Frame(0x101, b""), [b"\0"], period_s=0.1, cause=None)
        await asyncio.sleep(1)
        cyclic.stop()
        await asyncio.sleep(100)
        return await cycle(world)

    assert run(main()) == pytest.approx([0.1] * 5)


@pytest.mark.parametrize("period_s", [0.08, 0.12])
def test_another_cycle_is_told_with_its_periods(world, run, period_s):
    async def main():
        world.node.cyclic(Frame(0x101, b""), [b"\0"], period_s=period_s, cause=None)
        await cycle(world)

    told = failure(run, WrongCycle, main())
    assert "body: Doors should come every 100 ms ± 10%" in told
    assert "5 of 5 periods are off" in told
    assert f"({period_s * 1000:.0f} ms, " in told


def test_a_single_period_that_is_off_is_the_one_that_is_told(world, run):
    async def main():
        for delay_s in (0.0, 0.1, 0.2, 0.35, 0.45, 0.55):
            world.later(delay_s, world.node.send, Frame(0x101, b"\0"), None)
        await cycle(world)

    assert "1 of 5 periods are off (150 ms)" in failure(run, WrongCycle, main())


def test_a_period_within_the_tolerance_is_kept(world, run):
    async def main():
        world.node.cyclic(Frame(0x101, b""), [b"\0"], period_s=0.12, cause=None)
        return await cycle(world, tolerance=0.25)

    assert run(main()) == pytest.approx([0.12] * 5)


def test_a_message_that_came_once_has_no_cycle(world, run):
    async def main():
        world.node.send(Frame(0x101, b"\0"), None)
        await cycle(world)

    assert "it came once" in failure(run, WrongCycle, main())


def test_a_message_that_stops_has_lost_its_cycle(world, run):
    async def main():
        cyclic = world.node.cyclic(Frame(0x101, b""), [b"\0"], period_s=0.1, cause=None)
        world.later(0.25, cyclic.stop)
        await cycle(world)

    failure(run, WrongCycle, main())


def test_a_cycle_of_a_message_that_never_came_is_never_received(world, run):
    assert failure(run, NeverReceived, cycle(world)) == "body: Doors was never received"


def test_every_failure_is_an_assertion_to_pytest():
    for kind in (NeverReceived, WrongValue, WrongCycle, Unexpected):
        assert issubclass(kind, ExpectationFailed)
        assert issubclass(kind, AssertionError)


# ── the restbus ───────────────────────────────────────────────────────────────────────────


def frames(world, identifier):
    """Return (seconds, data) of each frame so far."""
    return [(to_s(t_ns), frame.data) for t_ns, frame in world.view.history.since(identifier, 0)]


def test_the_messages_of_chosen_senders_are_sent(world, run):
    bus = world.restbus(senders=["BCM"])
    assert [line.message for line in bus.describe()] == ["Locks", "Doors"]

    async def main():
        bus.start()
        await asyncio.sleep(1.95)
        bus.stop()
        await asyncio.sleep(1)

    run(main())
    assert len(frames(world, 0x100)) == 20
    assert len(frames(world, 0x101)) == 10
    assert frames(world, 0x200) == []


def test_messages_may_be_chosen_by_name_also_where_senders_are_unknown(world, run):
    bus = world.restbus(messages=["Orphan", "Command"])
    assert [line.message for line in bus.describe()] == ["Orphan", "Command"]

    async def main():
        bus.start()
        await asyncio.sleep(0.9)

    run(main())
    assert len(frames(world, 0x400)) == 2


def test_a_message_that_is_chosen_twice_is_sent_once(world):
    lines = world.restbus(senders=["BCM", "GW"], messages=["Locks"]).describe()
    assert [line.message for line in lines] == ["Locks", "Doors", "Command"]


def test_each_line_tells_where_its_cycle_and_its_protection_are_from(world):
    lines = world.restbus(senders=["BCM", "GW"]).describe()
    assert lines == [
        Line("Locks", 0.1, "role file", "crc8"),
        Line("Doors", 0.2, "database", "none"),
        Line("Command", 0.5, "default", "none"),
    ]


def test_cycles_are_kept_from_each_source(world, run):
    bus = world.restbus(senders=["BCM", "GW"])

    async def main():
        bus.start()
        await asyncio.sleep(3)

    run(main())
    for identifier, period_s in ((0x100, 0.1), (0x101, 0.2), (0x200, 0.5)):
        times = [at for at, _ in frames(world, identifier)]
        assert times[-1] - times[0] == pytest.approx(period_s * (len(times) - 1), abs=0.001)


def test_first_frames_are_spread_over_the_cycle(world, run):
    bus = world.restbus(senders=["BCM", "GW"])

    async def main():
        bus.start()
        await asyncio.sleep(1)

    run(main())
    first = [frames(world, identifier)[0][0] for identifier in (0x100, 0x101, 0x200)]
    assert first == pytest.approx([0.0, 0.2 / 3, 0.5 * 2 / 3], abs=0.001)


def counters(world):
    return [data[1] & 0xF for _, data in frames(world, 0x100)]


def test_counters_go_on_without_a_gap_when_values_change(world, run):
    bus = world.restbus(messages=["Locks"])

    async def main():
        bus.start()
        for number in range(12):
            await asyncio.sleep(0.137 * (1 + number % 3))
            bus.set("Locks", State="unlocked" if number % 2 else "locked", Voltage=12)
        await asyncio.sleep(1)

    run(main())
    seen = counters(world)
    assert len(seen) > 32
    assert seen == [place % 16 for place in range(len(seen))]


def test_counters_go_on_after_a_pause(world, run):
    bus = world.restbus(messages=["Locks"])

    async def main():
        for _ in range(3):
            bus.start()
            await asyncio.sleep(0.45)
            bus.stop()
            await asyncio.sleep(1)

    run(main())
    assert counters(world) == list(range(15))


def test_a_changed_value_goes_out_at_once_and_stays(world, run):
    bus = world.restbus(messages=["Locks"])

    async def main():
        bus.start()
        await asyncio.sleep(0.45)
        bus.set("Locks", State="unlocked")
        await asyncio.sleep(0.4)

    run(main())
    changed = [at for at, data in frames(world, 0x100) if data[2] & 3 == 1]
    assert changed == pytest.approx([0.45, 0.55, 0.65, 0.75], abs=0.001)


def test_a_value_that_is_none_changes_nothing(world, run):
    bus = world.restbus(messages=["Locks"])

    async def main():
        bus.start()
        await asyncio.sleep(0.45)
        bus.set("Locks", State="locked")
        await asyncio.sleep(0.5)

    run(main())
    times = [at for at, _ in frames(world, 0x100)]
    assert times == pytest.approx([0.1 * n for n in range(10)], abs=0.001)


def test_physical_values_are_scaled_and_rounded(world, run):
    bus = world.restbus(messages=["Locks"])

    async def main():
        bus.set("Locks", Voltage=12.3, Temperature=-0.3)
        bus.start()
        return await world.view.expect(
            "Locks", Voltage=12.3, Temperature=-0.3, within_s=1, since_ns=0
        )

    seen = run(main())
    assert (seen.raw["Voltage"], seen.raw["Temperature"]) == (73, -3)


def test_of_several_raw_values_with_one_label_the_first_is_sent(world, run):
    bus = world.restbus(messages=["Locks"])

    async def main():
        bus.set("Locks", State="unlocked")
        bus.start()
        return await world.view.expect("Locks", within_s=1, since_ns=0)

    assert run(main()).raw["State"] == 1


def test_pages_of_a_multiplexed_message_can_be_turned(world, run):
    bus = world.restbus(messages=["Paged"])

    async def main():
        bus.start()
        await asyncio.sleep(0.1)
        bus.set("Paged", Page=2, Two=9)
        await asyncio.sleep(0.1)

    run(main())
    assert [data for _, data in frames(world, 0x300)] == [b"\1\0", b"\2\x09"]


def test_the_cause_of_a_change_is_kept(world, run):
    bus = world.restbus(messages=["Doors"])

    async def main():
        world.view.port.listen([0x101], lambda _: None, every=True)
        bus.start(cause=None)
        await asyncio.sleep(0.1)
        bus.set("Doors", 0, Open=1)
        await asyncio.sleep(0.1)

    run(main())
    assert [entry.cause for entry in world.journal.entries[:2]] == [None, 0]


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ({"senders": ["BMC"]}, 'no sender "BMC": did you mean "BCM"?'),
        ({"senders": ["ZZZ"]}, 'no sender "ZZZ": known: BCM, GW, TCU'),
        ({"senders": ["Vector__XXX"]}, 'no sender "Vector__XXX": known: BCM, GW, TCU'),
        ({"messages": ["Dors"]}, 'no message "Dors": did you mean "Doors"?'),
    ],
)
def test_an_unknown_sender_or_message_gives_the_nearest(world, choice, told):
    with pytest.raises(ConfigError) as error:
        world.restbus(**choice)
    assert told in str(error.value)


def test_where_no_sender_is_known_the_error_asks_for_messages(time, journal, tmp_path):
    (tmp_path / "car.dbc").write_text(
        DBC.replace(": 8 BCM", ": 8 XXX").replace(": 1 BCM", ": 1 Vector__XXX")
        .replace(": 1 GW", ": 1 XXX").replace(" TCU\n", " XXX\n").replace("BU_: BCM GW XXX", "BU_:")
    )  # fmt: skip
    (tmp_path / "car.toml").write_text(ROLES)
    world = World(time, journal, load_roles("car.toml", [], tmp_path))
    with pytest.raises(ConfigError, match="this database names none: give messages"):
        world.restbus(senders=["BCM"])


@pytest.mark.parametrize(
    ("message", "values", "told"),
    [
        ("Command", {"What": 1}, 'the restbus does not send "Command": known: Doors, Locks'),
        ("Lock", {"State": 1}, 'the restbus does not send "Lock": did you mean "Locks"?'),
        ("Locks", {"Stat": 1}, 'Locks has no signal "Stat": did you mean "State"?'),
        ("Locks", {"State": "unlokced"}, 'Locks.State has no value "unlokced": did you mean'),
        ("Locks", {"Voltage": 31}, "Locks.Voltage: 31 does not fit in 8 bit"),
        ("Locks", {"Temperature": -13}, "Locks.Temperature: -13 does not fit in 8 bit"),
    ],
)
def test_a_wrong_change_is_an_error_and_changes_nothing(world, run, message, values, told):
    bus = world.restbus(senders=["BCM"])

    async def main():
        bus.start()
        await asyncio.sleep(0.15)
        with pytest.raises(ConfigError) as error:
            bus.set(message, None, **values)
        assert told in str(error.value)
        await asyncio.sleep(0.2)
        bus.set("Locks", None, State="unlocked")
        await asyncio.sleep(0.01)

    run(main())
    *before, (_, last) = frames(world, 0x100)
    assert {data[2:] for _, data in before} == {bytes(6)}
    assert last[2:] == b"\x01" + bytes(5)
