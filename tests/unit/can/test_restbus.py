"""The messages of units that are not there."""

import asyncio

import pytest
from bus_view_rig import DBC, ROLES, World, make_world

from bench.can.restbus import Line
from bench.can.roles import load_roles
from bench.errors import ConfigError
from bench.units import to_s


@pytest.fixture
def world(time, journal, tmp_path):
    return make_world(time, journal, tmp_path)


@pytest.fixture
def run(time):
    return time.run


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
