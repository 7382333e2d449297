"""What a role hears and says on a bus: labels, validity, several signals, fields."""

import asyncio

import pytest
from roles_rig import BOTH, LOCK_STATE, World, loading, settle

from bench.errors import NotObservable, RoleError
from bench.events import FrameSeen


@pytest.fixture
def world(time, journal, tmp_path):
    return lambda content: World(time, journal, loading(tmp_path)(content))


# ── values and labels ─────────────────────────────────────────────────────────────────────


def test_several_raw_values_of_one_label_all_mean_it_and_the_first_is_sent(world, time):
    w = world(LOCK_STATE + "raw = { locked = [4, 5, 6], unlocked = 1 }\n")

    async def main():
        w.watch("lock_state")
        for state in (5, 1, 6, 4):
            w.raw(0x100, [state, *bytes(7)])
            await settle()
        w.sender.send("lock_state", "locked", None)
        w.sender.transmitter("lock_state").send(None)
        await settle()

    time.run(main())
    assert [(value.raw, value.label) for value in w.heard] == [
        ((5,), "locked"), ((1,), "unlocked"), ((6,), "locked"), ((4,), "locked"),
    ]  # fmt: skip
    assert w.journal.entries[-1].event.data[:2] == "04"


def test_one_raw_value_may_mean_several_things(world, time):
    w = world(LOCK_STATE + "raw = { off = 1, on = 12, accessory = 12 }\n")

    async def main():
        w.watch("lock_state")
        w.raw(0x100, [12, *bytes(7)])
        await settle()

    time.run(main())
    (value,) = w.heard
    assert value.labels == ("on", "accessory")
    assert value.label == "on"
    assert value.means("accessory")
    assert not value.means("off")


def test_a_raw_value_that_nobody_knows_is_shown_as_it_is(world, time):
    w = world(LOCK_STATE)

    async def main():
        w.watch("lock_state")
        w.raw(0x100, [9, *bytes(7)])
        await settle()

    time.run(main())
    assert w.heard[0].labels == ()
    assert w.labels() == ["raw 9"]


def test_a_signed_signal_takes_negative_raw_values(world, time):
    content = (
        '[roles.cold]\nmessage = "Locks"\nsignal = "Temperature"\nraw = { cold = -128, ok = 127 }\n'
    )
    w = world(content)

    async def main():
        w.watch("cold")
        w.sender.send("cold", "cold", None)
        w.sender.transmitter("cold").send(None)
        await settle()

    time.run(main())
    assert [(value.label, value.raw) for value in w.heard] == [("cold", (-128,))]


# ── validity ──────────────────────────────────────────────────────────────────────────────


def test_a_value_counts_only_while_its_validity_signal_says_so(world, time):
    w = world(LOCK_STATE + "valid = { Valid = [1, 3] }\n")

    async def main():
        w.watch("lock_state")
        for valid, state in ((0, 1), (2, 1), (1, 0), (0, 1), (3, 1)):
            w.raw(0x100, [state, valid, *bytes(6)])
            await settle()

    time.run(main())
    assert w.labels() == ["locked", "unlocked"]
    assert w.hearer.last("lock_state").label == "unlocked"


def test_what_was_never_valid_was_never_heard(world, time):
    w = world(LOCK_STATE + "valid = { Valid = [1] }\n")

    async def main():
        w.watch("lock_state")
        w.raw(0x100, [1, 0, *bytes(6)])
        await settle()

    time.run(main())
    assert w.heard == []
    assert w.hearer.last("lock_state") is None


# ── composed ──────────────────────────────────────────────────────────────────────────────


def test_a_meaning_may_be_made_of_several_signals(world, time):
    w = world(BOTH)

    async def main():
        w.watch("doors")
        for bits in (0b00, 0b10, 0b11, 0b00):
            w.raw(0x100, [0, 0, bits, *bytes(5)])
            await settle()

    time.run(main())
    assert [(value.raw, value.label) for value in w.heard] == [
        ((0, 0), "closed"), ((0, 1), "open"), ((1, 1), "open"), ((0, 0), "closed"),
    ]  # fmt: skip


def test_sending_a_composed_meaning_sets_each_of_its_signals(world, time):
    w = world(BOTH)

    async def main():
        w.watch("doors")
        w.sender.send("doors", "open", None)
        w.sender.transmitter("doors").send(None)
        await settle()

    time.run(main())
    assert [value.raw for value in w.heard] == [(1, 0)]


def test_an_unknown_composed_value_shows_all_of_it(world, time):
    w = world(BOTH.replace(", [1, 1]", ""))

    async def main():
        w.watch("doors")
        w.raw(0x100, [0, 0, 0b11, *bytes(5)])
        await settle()

    time.run(main())
    assert w.labels() == ["raw 1/1"]


# ── fields, mirrors, causes ───────────────────────────────────────────────────────────────


def test_fields_travel_with_the_value_as_labels_where_there_is_a_table(world, time):
    w = world(LOCK_STATE + 'fields = { source = "Cause", slot = "Slot" }\n')

    async def main():
        w.watch("lock_state")
        w.sender.send("lock_state", "unlocked", None, source="remote_key", slot=4, colour="red")
        w.sender.transmitter("lock_state").send(None)
        await settle()
        w.raw(0x100, [0, 0, 0, 0, 9, 0, 0, 0])
        await settle()

    time.run(main())
    # this car has no room for a colour; 9 is in no table
    assert [value.fields for value in w.heard] == [
        {"source": "remote_key", "slot": 4}, {"source": 9, "slot": 0},
    ]  # fmt: skip


def test_an_unknown_label_of_a_field_gives_the_nearest(world, time):
    w = world(LOCK_STATE + 'fields = { source = "Cause" }\n')

    async def main():
        w.sender.send("lock_state", "unlocked", None, source="remote_kye")

    with pytest.raises(RoleError, match='Cause has no value "remote_kye": did you mean'):
        time.run(main())


def test_a_mirror_signal_says_the_same(world, time):
    w = world(LOCK_STATE + 'mirror = "StateCopy"\n')

    async def main():
        w.sender.send("lock_state", "fault", None)
        w.sender.transmitter("lock_state").send(None)
        await settle()

    time.run(main())
    assert w.journal.entries[-1].event.data[:2] == "ff"


def test_roles_of_one_message_are_heard_each_for_itself(world, time):
    w = world(LOCK_STATE + BOTH)

    async def main():
        w.watch("lock_state", "doors")
        w.raw(0x100, [0, 0, 0b01, *bytes(5)])
        await settle()
        w.raw(0x100, [1, 0, 0b01, *bytes(5)])
        await settle()

    time.run(main())
    assert [(value.role, value.label) for value in w.heard] == [
        ("lock_state", "locked"), ("doors", "open"), ("lock_state", "unlocked"),
    ]  # fmt: skip


def test_a_value_names_its_frame_as_its_cause(world, time):
    w = world(LOCK_STATE)

    async def main():
        w.watch("lock_state")
        w.raw(0x100, [1, *bytes(7)])
        await settle()

    time.run(main())
    entry = w.journal.entries[w.heard[0].seq]
    assert isinstance(entry.event, FrameSeen)
    assert entry.event.data.startswith("01")
    assert entry.t_ns == w.heard[0].t_ns


# ── what is absent ────────────────────────────────────────────────────────────────────────


def test_an_absent_role_is_not_observable_and_the_nearest_is_named(world, time):
    w = world(LOCK_STATE)

    async def main():
        w.sender.send("lok_state", "locked", None)

    assert w.sender.carries("lock_state")
    assert not w.sender.carries("lok_state")
    with pytest.raises(NotObservable, match='lok_state is not observable here: did you mean "lock'):
        time.run(main())
    with pytest.raises(NotObservable):
        w.hearer.watch("lok_state", w.heard.append)


@pytest.mark.parametrize("checks", [False, True])
def test_who_has_forgotten_hears_what_comes_next_though_it_is_as_before(world, time, checks):
    w = world(LOCK_STATE + "raw = { locked = 0, unlocked = 1 }\n")
    w.hearer._checks = checks

    async def main():
        w.watch("lock_state")
        w.sender.send("lock_state", "unlocked", None)
        w.sender.start("lock_state", None, 0.0)
        await asyncio.sleep(1.0)
        assert [value.label for value in w.heard] == ["unlocked"]
        w.hearer.forget()
        assert w.hearer.last("lock_state") is None
        await asyncio.sleep(0.25)
        assert [value.label for value in w.heard] == ["unlocked", "unlocked"]
        await asyncio.sleep(1.0)
        assert len(w.heard) == 2
        assert not any(every for every, _ in w.hearer._heard.values())

    time.run(main())
