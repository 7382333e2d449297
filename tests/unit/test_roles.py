import asyncio

import pytest

from bench.can.frame import Frame, Reception
from bench.can.medium import Medium
from bench.can.role_bus import RoleBus, RoleValue, read_value
from bench.can.roles import load_roles
from bench.can.transmitter import BURST, BURST_GAP_S
from bench.errors import ConfigError, NotObservable, RoleError
from bench.events import FrameSeen
from bench.units import to_s

DBC = """VERSION ""

NS_ :

BS_:

BU_: BCM GW

BO_ 256 Locks: 8 BCM
 SG_ State : 0|4@1+ (1,0) [0|15] "" GW
 SG_ StateCopy : 4|4@1+ (1,0) [0|15] "" GW
 SG_ Valid : 8|2@1+ (1,0) [0|3] "" GW
 SG_ Left : 16|1@1+ (1,0) [0|1] "" GW
 SG_ Right : 17|1@1+ (1,0) [0|1] "" GW
 SG_ Events : 24|8@1+ (1,0) [0|255] "" GW
 SG_ Cause : 32|4@1+ (1,0) [0|15] "" GW
 SG_ Slot : 40|8@1+ (1,0) [0|255] "" GW
 SG_ Temperature : 48|8@1- (1,0) [-128|127] "" GW

BO_ 512 Button: 2 GW
 SG_ Pressed : 0|2@1+ (1,0) [0|3] "" BCM
 SG_ Slot : 8|8@1+ (1,0) [0|255] "" BCM

BO_ 768 Pages: 3 BCM
 SG_ Page M : 0|8@1+ (1,0) [0|255] "" GW
 SG_ Door m1 : 8|8@1+ (1,0) [0|255] "" GW
 SG_ Hood m2 : 8|8@1+ (1,0) [0|255] "" GW
 SG_ Always : 16|8@1+ (1,0) [0|255] "" GW

BO_ 2147484928 Wide: 16 BCM
 SG_ Mode : 0|8@1+ (1,0) [0|255] "" GW

BA_DEF_ BO_ "GenMsgCycleTime" INT 0 65535;
BA_DEF_DEF_ "GenMsgCycleTime" 0;
BA_ "GenMsgCycleTime" BO_ 256 200;
VAL_ 256 State 0 "locked" 1 "unlocked" 2 "unlocked" 15 "fault" ;
VAL_ 256 Cause 0 "none" 3 "remote_key" ;
VAL_ 512 Pressed 0 "idle" 1 "unlock" 2 "lock" ;
"""

LOCK_STATE = '[roles.lock_state]\nmessage = "Locks"\nsignal = "State"\n'
BUTTON = '[roles.button]\nmessage = "Button"\nsignal = "Pressed"\nshape = "pulse"\n'


@pytest.fixture
def load(tmp_path):
    """Write a role file beside its database, and load it."""
    (tmp_path / "car.dbc").write_text(DBC)

    def load(content, name="car.toml", head='database = "car.dbc"\n'):
        (tmp_path / name).write_text(head + content)
        return load_roles(name, [], tmp_path)

    return load


class World:
    """Two nodes on a bus that know the same roles: `said` is what the second has heard."""

    def __init__(self, time, journal, roles):
        self.time, self.journal = time, journal
        self.medium = Medium("body", time.loop, journal)
        self.sender = RoleBus(self.medium.port("sender"), roles)
        self.hearer = RoleBus(self.medium.port("hearer"), roles)
        self.heard = []
        self.roles = roles

    def watch(self, *roles):
        for role in roles:
            self.hearer.watch(role, self.heard.append)

    def raw(self, identifier, data, **kwargs):
        self.medium.port("raw").send(Frame(identifier, bytes(data), **kwargs), None)

    def labels(self):
        return [value.label for value in self.heard]


@pytest.fixture
def world(time, journal, load):
    """Make a world from a role file's content; it runs a coroutine function in it."""

    def make(content):
        return World(time, journal, load(content))

    return make


async def settle(seconds=0.05):
    await asyncio.sleep(seconds)


# ── values and labels ─────────────────────────────────────────────────────────────────────


def test_without_raw_values_the_databases_own_table_serves(load):
    role = load(LOCK_STATE).role("lock_state")
    assert role.labels == {"locked": ((0,),), "unlocked": ((1,), (2,)), "fault": ((15,),)}
    assert role.labels_of((2,)) == ("unlocked",)
    assert role.raw_for("unlocked") == (1,)


def test_the_role_files_raw_values_count_instead_of_the_table(load):
    role = load(LOCK_STATE + "raw = { shut = 1, open = 0 }\n").role("lock_state")
    assert role.labels == {"shut": ((1,),), "open": ((0,),)}
    assert role.labels_of((15,)) == ()


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


def test_an_unknown_label_gives_the_nearest(load):
    with pytest.raises(RoleError, match='lock_state has no "unlockd": did you mean "unlocked"'):
        load(LOCK_STATE).role("lock_state").raw_for("unlockd")


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

BOTH = (
    '[roles.doors]\nmessage = "Locks"\nsignal = ["Left", "Right"]\n'
    "raw = { closed = [[0, 0]], open = [[1, 0], [0, 1], [1, 1]] }\n"
)


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


# ── counters and levels ───────────────────────────────────────────────────────────────────


def test_a_counter_tells_of_every_step_and_needs_no_table(world, time):
    w = world('[roles.events]\nmessage = "Locks"\nsignal = "Events"\nshape = "counter"\n')

    async def main():
        w.watch("events")
        for count in (7, 7, 8, 8, 255, 0):
            w.raw(0x100, [0, 0, 0, count, *bytes(4)])
            await settle()

    time.run(main())
    assert [value.raw[0] for value in w.heard] == [7, 8, 255, 0]
    assert set(w.labels()) == {"event"}


def test_a_level_is_told_once_however_often_it_is_sent(world, time):
    w = world(LOCK_STATE)

    async def main():
        w.watch("lock_state")
        w.sender.start("lock_state", None, 0.0)
        await asyncio.sleep(2.05)
        w.sender.send("lock_state", "unlocked", None)
        await asyncio.sleep(2)
        w.sender.stop_all()
        await asyncio.sleep(2)

    time.run(main())
    assert w.labels() == ["locked", "unlocked"]
    assert to_s(w.heard[1].t_ns) == pytest.approx(2.05, abs=0.001)  # at once, not with the cycle
    # a frame each 0.2 s from 0 and then from 2.05 s on
    assert w.medium.frame_count == 11 + 10


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


# ── pulses ────────────────────────────────────────────────────────────────────────────────


def test_a_pulse_goes_out_as_a_burst_and_is_one_event(world, time):
    w = world(BUTTON)

    async def main():
        w.watch("button")
        w.sender.send("button", "unlock", None)
        await asyncio.sleep(1)

    time.run(main())
    assert w.labels() == ["unlock"]
    frames = [e.t_ns for e in w.journal.entries if isinstance(e.event, FrameSeen)]
    assert len(frames) == BURST
    assert to_s(frames[-1] - frames[0]) == pytest.approx(BURST_GAP_S * (BURST - 1))


def test_a_second_press_later_is_another_event(world, time):
    w = world(BUTTON)

    async def main():
        w.watch("button")
        for _ in range(3):
            w.sender.send("button", "unlock", None)
            await asyncio.sleep(0.5)

    time.run(main())
    assert w.labels() == ["unlock"] * 3


def test_another_value_is_another_event_at_once_and_takes_over_the_burst(world, time):
    w = world(BUTTON)

    async def main():
        w.watch("button")
        w.sender.send("button", "unlock", None)
        await asyncio.sleep(0.001)
        w.sender.send("button", "lock", None)
        await asyncio.sleep(1)

    time.run(main())
    assert w.labels() == ["unlock", "lock"]
    data = [e.event.data for e in w.journal.entries if isinstance(e.event, FrameSeen)]
    assert data == ["0100", "0200", "0200", "0200"]


def test_the_same_press_with_other_fields_is_another_event(world, time):
    w = world(BUTTON + 'fields = { slot = "Slot" }\n')

    async def main():
        w.watch("button")
        w.sender.send("button", "unlock", None, slot=1)
        await asyncio.sleep(0.01)
        w.sender.send("button", "unlock", None, slot=2)
        await asyncio.sleep(1)

    time.run(main())
    assert [value.fields["slot"] for value in w.heard] == [1, 2]


def test_each_repetition_puts_off_the_end_of_a_burst(world, time):
    w = world(BUTTON)

    async def main():
        w.watch("button")
        for _ in range(20):  # a unit that repeats its event for two seconds
            w.raw(0x200, [1, 0])
            await asyncio.sleep(0.1)
        await asyncio.sleep(0.1)
        w.raw(0x200, [1, 0])
        await settle()

    time.run(main())
    assert len(w.heard) == 2


def test_a_pulse_that_falls_back_to_idle_may_come_again_soon(world, time):
    w = world(BUTTON)

    async def main():
        w.watch("button")
        for state in (1, 0, 1, 0):
            w.raw(0x200, [state, 0])
            await asyncio.sleep(0.02)

    time.run(main())
    assert w.labels() == ["unlock", "idle", "unlock", "idle"]


# ── multiplexed messages ──────────────────────────────────────────────────────────────────

PAGES = (
    '[roles.door]\nmessage = "Pages"\nsignal = "Door"\nraw = { closed = 0, open = 1 }\n'
    '[roles.hood]\nmessage = "Pages"\nsignal = "Hood"\nraw = { closed = 0, open = 1 }\n'
    '[roles.always]\nmessage = "Pages"\nsignal = "Always"\nraw = { no = 0, yes = 1 }\n'
)


def test_a_role_is_read_only_from_its_own_page(world, time):
    w = world(PAGES)

    async def main():
        w.watch("door", "hood")
        for page, value in ((1, 1), (2, 0), (1, 1), (2, 1), (1, 0)):
            w.raw(0x300, [page, value, 0])
            await settle()

    time.run(main())
    assert [(value.role, value.label) for value in w.heard] == [
        ("door", "open"), ("hood", "closed"), ("hood", "open"), ("door", "closed"),
    ]  # fmt: skip


def test_a_page_that_the_database_does_not_know_disturbs_nobody(world, time):
    w = world(PAGES)
    frames = []

    async def main():
        w.watch("door")
        w.medium.port("other").listen([0x300], frames.append)
        for page in (9, 1):
            w.raw(0x300, [page, 1, 0])
            await settle()

    time.run(main())
    assert [(value.role, value.label) for value in w.heard] == [("door", "open")]
    assert len(frames) == 2


def test_a_message_without_a_page_zero_begins_with_a_page_that_exists(world, time):
    w = world(PAGES)

    async def main():
        w.watch("door", "always")
        w.sender.send("always", "yes", None)
        w.sender.transmitter("always").send(None)
        await settle()

    time.run(main())
    assert [(value.role, value.label) for value in w.heard] == [("door", "closed"),
                                                                ("always", "yes")]  # fmt: skip


def test_a_frame_cut_short_is_read_as_far_as_it_goes(world, time):
    w = world(LOCK_STATE + BOTH)

    async def main():
        w.watch("lock_state", "doors")
        w.raw(0x100, [1])
        await settle()

    time.run(main())
    assert [value.role for value in w.heard] == ["lock_state"]


def test_a_29_bit_fd_message_is_a_role_like_any_other(world, time):
    w = world('[roles.mode]\nmessage = "Wide"\nsignal = "Mode"\nraw = { off = 0, on = 1 }\n')

    async def main():
        w.watch("mode")
        w.sender.send("mode", "on", None)
        w.sender.transmitter("mode").send(None)
        w.raw(0x500, [0, *bytes(7)])  # the same number in 11 bits is another message
        await settle()

    time.run(main())
    assert w.roles.role("mode").fd
    assert w.roles.role("mode").key == 0x500 | 1 << 31
    assert w.labels() == ["on"]
    sent = [e.event for e in w.journal.entries if "x" in e.event.flags]
    assert [(event.identifier, event.flags) for event in sent] == [(0x500, "xfb")]


def test_read_value_reads_any_decoded_frame(load):
    role = load(LOCK_STATE + 'fields = { slot = "Slot" }\n').role("lock_state")
    reception = Reception(Frame(0x100, b""), 5, 3)
    assert read_value(role, {"State": 1, "Slot": 2}, reception) == RoleValue(
        "lock_state", ("unlocked",), (1,), {"slot": 2}, 5, 3
    )
    assert read_value(role, {"Slot": 2}, reception) is None


# ── what is absent or wrong ───────────────────────────────────────────────────────────────


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


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            '[roles.a]\nmessage = "Lock"\nsignal = "State"\n',
            'roles.a: no message "Lock": did you mean "Locks"?',
        ),
        (
            '[roles.a]\nmessage = "Locks"\nsignal = "Stat"\n',
            'roles.a: Locks has no signal "Stat": did you mean "State" or "StateCopy"?',
        ),
        (
            '[roles.a]\nmessage = "Locks"\nsignal = ["Left", "Rigt"]\nraw = { x = [[0, 0]] }\n',
            'roles.a: Locks has no signal "Rigt": did you mean "Right"?',
        ),
        (
            LOCK_STATE + 'mirror = "StateCpy"\n',
            'roles.lock_state: Locks has no signal "StateCpy": did you mean "StateCopy"?',
        ),
        (
            LOCK_STATE + "valid = { Vald = [1] }\n",
            'roles.lock_state: Locks has no signal "Vald": did you mean "Valid"?',
        ),
        (
            LOCK_STATE + 'fields = { slot = "Slt" }\n',
            'roles.lock_state: Locks has no signal "Slt": did you mean "Slot"?',
        ),
        ('[roles.a]\nmessage = "Locks"\nsignal = []\n', "roles.a.signal: names no signal"),
        ('[roles.a]\nmessage = "Locks"\nsignal = "Slot"\n', "roles.a: raw: is missing"),
        (
            '[roles.a]\nmessage = "Locks"\nsignal = ["State", "Cause"]\n',
            "roles.a: raw: is missing",
        ),
        (
            BOTH.replace("[[0, 0]]", "0"),
            "roles.doors.raw.closed: needs 2 value(s) for each meaning",
        ),
        (
            BOTH.replace("[[0, 0]]", "[0, 0]"),
            "roles.doors.raw.closed: needs 2 value(s) for each meaning",
        ),
        (
            BOTH.replace("[0, 1]", "[0, 1, 1]"),
            "roles.doors.raw.open: needs 2 value(s) for each meaning",
        ),
        (
            LOCK_STATE + "raw = { locked = [[0, 1]] }\n",
            "roles.lock_state.raw.locked: needs 1 value(s) for each meaning",
        ),
        (LOCK_STATE + "raw = { locked = [] }\n", "roles.lock_state.raw.locked: names no value"),
        (
            LOCK_STATE + "raw = { locked = 16 }\n",
            "roles.lock_state.raw.locked: 16 does not fit in State (4 bit)",
        ),
        (
            LOCK_STATE + "raw = { locked = [0, -1] }\n",
            "roles.lock_state.raw.locked: -1 does not fit in State (4 bit)",
        ),
        ("[cycle_s]\nLoks = 1.0\n", 'no message "Loks": did you mean "Locks"?'),
        (
            '[protection.Loks]\nscheme = "unknown"\n',
            'no message "Loks": did you mean "Locks"?',
        ),
    ],
)
def test_a_role_that_does_not_fit_its_database_is_an_error_with_file_and_key(
    load, tmp_path, content, told
):
    with pytest.raises(RoleError) as error:
        load(content)
    assert str(error.value).startswith(f"{tmp_path / 'car.toml'}: ")
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (LOCK_STATE + 'shape = "puls"\n', 'roles.lock_state.shape: \'puls\' is not right: did you'),
        (LOCK_STATE + "sygnal = 1\n", 'roles.lock_state.sygnal: unknown key: did you mean'),
        ('[roles.a]\nsignal = "State"\n', "roles.a.message: is missing"),
        ("[cycle_s]\nLocks = 0\n", "cycle_s.Locks: 0 is not right: should be greater than 0"),
        ("[cycle_s]\nLocks = -0.1\n", "cycle_s.Locks: -0.1 is not right"),
        ("[cycle_s\n", "is not valid TOML"),
    ],
)  # fmt: skip
def test_a_role_file_that_is_wrong_in_itself_names_file_and_key(load, tmp_path, content, told):
    with pytest.raises(ConfigError) as error:
        load(content)
    assert str(error.value).startswith(f"{tmp_path / 'car.toml'}: ")
    assert told in str(error.value)


def test_a_role_file_without_a_database_needs_one_from_its_bus(load, tmp_path):
    with pytest.raises(ConfigError, match=r"car\.toml: database: is missing, and the bus names"):
        load(LOCK_STATE, head="")
    assert load_roles("car.toml", ["car.dbc"], tmp_path).role("lock_state")


def test_the_bus_s_databases_count_instead_of_the_role_files_own(load, tmp_path):
    load(LOCK_STATE)
    other = DBC.replace("BO_ 256 Locks", "BO_ 257 Locks").replace(" 256 ", " 257 ")
    (tmp_path / "other.dbc").write_text(other)
    assert load_roles("car.toml", ["other.dbc"], tmp_path).role("lock_state").key == 257


def test_strict_false_in_the_role_file_takes_a_database_with_overlaps(load, tmp_path):
    overlapping = DBC.replace("SG_ StateCopy : 4|4", "SG_ StateCopy : 2|4")
    (tmp_path / "car.dbc").write_text(overlapping)
    with pytest.raises(ConfigError, match=r"overlapping.*strict = false"):
        load(LOCK_STATE)
    # another file: within one process a version of a file is read once
    loose = load(LOCK_STATE, "loose.toml", 'database = "car.dbc"\nstrict = false\n')
    assert loose.role("lock_state")


# ── cycles, and what a recording keeps ────────────────────────────────────────────────────


def test_a_cycle_is_the_role_files_then_the_databases_then_the_default(load):
    roles = load("default_cycle_s = 0.5\n[cycle_s]\nButton = 0.25\n")
    message = roles.database.message
    assert roles.cycle_of(message("Button")) == (0.25, "role file")
    assert roles.cycle_of(message("Locks")) == (0.2, "database")
    assert roles.cycle_of(message("Wide")) == (0.5, "default")


def test_the_role_file_overrides_the_databases_cycle(load):
    roles = load("[cycle_s]\nLocks = 0.05\n")
    assert roles.cycle_of(roles.database.message("Locks")) == (0.05, "role file")
    assert roles.cycle_of(roles.database.message("Wide")) == (0.1, "default")


def test_a_role_describes_itself_for_the_recordings_header(load):
    described = load(LOCK_STATE + 'evidence = "seen-on-car"\n').role("lock_state").described()
    assert described == {
        "message": "Locks",
        "identifier": 0x100,
        "senders": ["BCM"],
        "receivers": ["GW"],
        "signals": ["State"],
        "labels": {"locked": [[0]], "unlocked": [[1], [2]], "fault": [[15]]},
        "evidence": "seen-on-car",
    }


@pytest.mark.parametrize("name", ["body.toml", "telematics.toml", "gwm_haval_h6.toml"])
def test_the_bundled_role_files_fit_their_databases(name, tmp_path):
    roles = load_roles(name, [], tmp_path)
    assert "door_lock_state" in roles.roles or "remote_command" in roles.roles
    for role in roles.roles.values():
        for label in role.labels:
            assert label in role.labels_of(role.raw_for(label))
