"""Values that a test expects on a bus: labels, numbers, conditions."""

import pytest
from bus_view_rig import failure, make_world

from bench.can.conditions import RawCondition
from bench.can.frame import Frame
from bench.errors import ConfigError, WrongValue
from bench.units import to_s


@pytest.fixture
def world(time, journal, tmp_path):
    return make_world(time, journal, tmp_path)


@pytest.fixture
def run(time):
    return time.run


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
     {"Temperature": 0.31}, {"Voltage": 12.2}],
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
        ("Locks", {"Voltage": 73}, "Locks.Voltage is never 73 V: its 8 bits go from 5 to 30.5"),
        ("Locks", {"State": -1}, "Locks.State is never -1: its "),
        ("Locks", {"State": None}, "Locks.State: None is no label, and no number"),
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


def test_a_condition_with_a_slip_of_the_pen_is_told_the_nearest_signal(world, run):
    async def main():
        world.lock_state(1)
        await world.view.expect("Locks", within_s=1, since_ns=0, where=lambda s: s["Voltge"] > 1)

    with pytest.raises(ConfigError, match='Locks has no signal "Voltge": did you mean "Voltage"'):
        run(main())


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
