"""LIN on the wire: identifiers, checksums, frame times, schedules, LDF files, and sllin."""

import asyncio
import itertools
from pathlib import Path

import can
import pytest

from bench.can.databases import bundled
from bench.can.frame import Frame
from bench.can.roles import load_roles
from bench.clock.simulated import SimulatedTime
from bench.errors import ConfigError, DatabaseRefused, MissingExtra, RoleError
from bench.events import ErrorSeen, FrameSeen
from bench.journal import Journal
from bench.lin import ldf, sllin
from bench.lin.checksum import checksum, frame_ns, longest_frame_ns, protected_identifier
from bench.lin.interface import LinInterface
from bench.lin.master import GO_TO_SLEEP, Master
from bench.lin.simulated import SimulatedLin
from bench.lin.twin import SllinTwin

DOOR = bundled("lin-door.ldf")
assert DOOR is not None
KEY, BACKLIGHT = 0x11, 0x10

# ── identifiers, checksums, times ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("identifier", "protected"),
    # the table of the LIN 2.2A specification's appendix, as drivers carry it
    [(0x00, 0x80), (0x01, 0xC1), (0x02, 0x42), (0x03, 0x03), (0x10, 0x50), (0x11, 0x11),
     (0x1F, 0x1F), (0x20, 0x20), (0x3A, 0xBA), (0x3C, 0x3C), (0x3D, 0x7D), (0x3F, 0xBF)],
)  # fmt: skip
def test_the_parity_of_an_identifier_is_that_of_the_specification(identifier, protected):
    assert protected_identifier(identifier) == protected


def test_every_protected_identifier_is_different_and_keeps_its_identifier():
    found = {protected_identifier(n) for n in range(64)}
    assert len(found) == 64
    assert {p & 0x3F for p in found} == set(range(64))


@pytest.mark.parametrize("identifier", [-1, 64, 0x100])
def test_an_identifier_beyond_63_is_refused(identifier):
    with pytest.raises(ValueError, match="0 to 63"):
        protected_identifier(identifier)


def test_the_checksum_is_that_of_the_specifications_example():
    # LIN 2.2A, 2.8.3
    assert checksum(0x00, bytes([0x4A, 0x55, 0x93, 0xE5]), classic=True) == 0xE6


def test_the_enhanced_checksum_takes_the_protected_identifier_in():
    data = bytes([0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88])
    assert checksum(0x10, data, classic=False) == 0x49  # published with identifier 0x50
    assert checksum(0x10, bytes([0x4A, 0x55, 0x93, 0xE5]), classic=False) == 0x96
    assert checksum(0x10, data, classic=True) != 0x49


def test_diagnostic_frames_have_the_classic_checksum_always():
    assert checksum(0x3C, GO_TO_SLEEP, classic=False) == checksum(0x3C, GO_TO_SLEEP, classic=True)


def test_a_frame_takes_34_bits_and_10_for_each_byte_and_its_checksum():
    assert frame_ns(8, 20_000) == 124 * 50_000
    assert longest_frame_ns(8, 20_000) == 8_680_000


# ── the simulated bus ─────────────────────────────────────────────────────────────────────────


class World:
    """A simulated bus with a journal, and what was heard."""

    def __init__(self, now_ns):
        self.journal = Journal(now_ns)
        self.line = SimulatedLin("door", now_ns, self.journal, bitrate=19_200)
        self.heard = []
        port = self.line.port("ear")
        port.listen(None, lambda r: self.heard.append((r.t_ns, r.frame.data)), every=True)

    def events(self, kind):
        return [e.event for e in self.journal.entries if isinstance(e.event, kind)]


def simulated(script):
    """Run a script on simulated time, with a world."""
    time = SimulatedTime()
    try:
        return time.run(script(time))
    finally:
        time.close()


def test_a_response_ends_after_header_data_and_checksum():
    async def script(time):
        world = World(time.now_ns)
        world.line.publish("KEYPAD", KEY, [b"\x05\x00"], None, once=False)
        start_ns = time.now_ns()
        world.line.header(KEY, "BCM")
        await asyncio.sleep(0.02)
        return start_ns, world

    start_ns, world = simulated(script)
    ((t_ns, data),) = world.heard
    assert data == b"\x05\x00"
    assert abs(t_ns - start_ns - frame_ns(2, 19_200)) < 1000
    assert [e.sender for e in world.events(FrameSeen)] == ["KEYPAD"]


def test_a_wrong_checksum_is_an_event_and_nobody_takes_the_frame():
    async def script(time):
        world = World(time.now_ns)
        world.line.publish("KEYPAD", KEY, [b"\x05\x00"], None, once=False)
        world.line.disturb = lambda _id, response: response[:-1] + bytes([response[-1] ^ 1])
        world.line.header(KEY, "BCM")
        await asyncio.sleep(0.02)
        return world

    world = simulated(script)
    assert world.heard == []
    assert [(e.identifier, e.sender, e.what) for e in world.events(ErrorSeen)] == [
        (KEY, "KEYPAD", "checksum")
    ]


def test_a_classic_checksum_where_the_enhanced_is_due_is_an_error():
    async def script(time):
        world = World(time.now_ns)
        world.line.publish("KEYPAD", KEY, [b"\x05\x00"], None, once=False)
        world.line.disturb = lambda i, r: r[:-1] + bytes([checksum(i, r[:-1], classic=True)])
        world.line.header(KEY, "BCM")
        await asyncio.sleep(0.02)
        return world

    assert [e.what for e in simulated(script).events(ErrorSeen)] == ["checksum"]


def test_no_response_is_written_down_when_it_begins_and_not_in_every_slot():
    async def script(time):
        world = World(time.now_ns)
        for _ in range(5):
            world.line.header(KEY, "BCM")
            await asyncio.sleep(0.02)
        publication = world.line.publish("KEYPAD", KEY, [b"\x05\x00"], None, once=False)
        world.line.header(KEY, "BCM")
        await asyncio.sleep(0.02)
        publication.stop()
        world.line.header(KEY, "BCM")
        await asyncio.sleep(0.02)
        return world

    world = simulated(script)
    assert [e.what for e in world.events(ErrorSeen)] == ["no_response", "no_response"]
    assert len(world.heard) == 1


def test_a_disturbed_identifier_is_answered_by_nobody():
    async def script(time):
        world = World(time.now_ns)
        world.line.publish("KEYPAD", KEY, [b"\x05\x00"], None, once=False)
        world.line.header(KEY, "BCM", pid=0x51)
        await asyncio.sleep(0.02)
        return world

    world = simulated(script)
    assert [e.what for e in world.events(ErrorSeen)] == ["parity"]
    assert world.heard == []


def test_two_nodes_that_answer_differently_collide():
    async def script(time):
        world = World(time.now_ns)
        world.line.publish("KEYPAD", KEY, [b"\x05\x00"], None, once=False)
        world.line.publish("OTHER", KEY, [b"\x06\x00"], None, once=False)
        world.line.header(KEY, "BCM")
        await asyncio.sleep(0.02)
        return world

    world = simulated(script)
    assert [e.what for e in world.events(ErrorSeen)] == ["collision"]
    assert world.heard == []


def test_the_masters_schedule_keeps_its_slots():
    async def script(time):
        world = World(time.now_ns)
        description = ldf.describe(DOOR)
        world.line.publish("KEYPAD", KEY, [b"\x0f\x00"], None, once=False)
        world.line.publish("BCM", BACKLIGHT, [b"\x00"], None, once=False)
        master = Master(world.line, "BCM", description.schedule(None, 19_200))
        master.start()
        await asyncio.sleep(0.1)
        master.sleep()
        await asyncio.sleep(0.1)
        return world, master.running

    world, running = simulated(script)
    keys = [t_ns for t_ns, data in world.heard if len(data) == 2]
    assert {b - a for a, b in itertools.pairwise(keys)} == {20_000_000}
    assert world.heard[-1][1] == GO_TO_SLEEP
    assert not running


def test_a_masters_late_header_waits_and_another_masters_collides():
    async def script(time):
        world = World(time.now_ns)
        world.line.publish("KEYPAD", KEY, [b"\x05\x00"], None, once=False)
        world.line.header(KEY, "BCM")
        await asyncio.sleep(0.003)
        world.line.header(KEY, "BCM")
        await asyncio.sleep(0.02)
        heard = len(world.heard)
        world.line.header(KEY, "BCM")
        world.line.header(KEY, "other")
        await asyncio.sleep(0.02)
        return heard, world

    heard, world = simulated(script)
    assert heard == len(world.heard) == 2
    assert [e.what for e in world.events(ErrorSeen)] == ["collision"]


def test_a_single_response_is_given_once():
    async def script(time):
        world = World(time.now_ns)
        world.line.port("KEYPAD").send(Frame(KEY, b"\x01\x00"), None)
        for _ in range(2):
            world.line.header(KEY, "BCM")
            await asyncio.sleep(0.02)
        return world

    world = simulated(script)
    assert len(world.heard) == 1
    assert [e.what for e in world.events(ErrorSeen)] == ["no_response"]


# ── LDF files ─────────────────────────────────────────────────────────────────────────────────


def changed(tmp_path: Path, old: str, new: str) -> Path:
    text = DOOR.read_text()
    assert old in text
    path = tmp_path / "door.ldf"
    path.write_text(text.replace(old, new))
    return path


def test_an_ldf_file_gives_roles_with_its_labels():
    roles = load_roles("lin-door.toml", [], DOOR.parent, ldf.messages)
    assert roles.role("keypad_key").labels["digit_7"] == ((7,),)
    assert ldf.describe(DOOR).classic == frozenset()


def test_frames_of_an_old_slave_have_the_classic_checksum(tmp_path):
    path = changed(
        tmp_path, '  KEYPAD {\n    LIN_protocol = "2.2"', '  KEYPAD {\n    LIN_protocol = "1.3"'
    )
    assert ldf.describe(path).classic == {KEY, BACKLIGHT}


def test_a_file_that_is_no_ldf_names_the_line(tmp_path):
    path = changed(tmp_path, "Slaves: KEYPAD;", "Slaves KEYPAD;")
    with pytest.raises(DatabaseRefused, match=r"door\.ldf: is no LDF file: line 9 "):
        ldf.describe(path)


def test_an_empty_file_is_refused(tmp_path):
    path = tmp_path / "door.ldf"
    path.write_text("")
    with pytest.raises(DatabaseRefused, match="LDF missing protocol version"):
        ldf.describe(path)


def test_a_signal_that_is_not_defined_is_refused(tmp_path):
    path = changed(tmp_path, "    KeypadKey, 0;", "    KeypadKay, 0;")
    with pytest.raises(DatabaseRefused, match="cannot be read as an LDF file"):
        ldf.describe(path)


def test_an_identifier_of_diagnosis_is_out_of_range_for_signals(tmp_path):
    path = changed(tmp_path, "KEYPAD_Key: 0x11", "KEYPAD_Key: 0x3C")
    with pytest.raises(DatabaseRefused, match="KEYPAD_Key: identifier 60 is out of range"):
        ldf.describe(path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('message = "KEYPAD_Key"', 'message = "KEYPAD_Kay"', 'did you mean "KEYPAD_Key"'),
        ('signal = "KeypadKey"', 'signal = "KeypadKeys"', 'did you mean "KeypadKey"'),
    ],
)
def test_a_role_that_names_what_the_ldf_lacks_is_told_the_nearest(tmp_path, old, new, message):
    (tmp_path / "roles.toml").write_text(
        (DOOR.parent / "lin-door.toml").read_text().replace(old, new)
    )
    with pytest.raises(RoleError, match=message):
        load_roles("roles.toml", [], tmp_path, ldf.messages)


def test_a_schedule_that_is_too_tight_or_missing_is_refused(tmp_path):
    path = changed(tmp_path, "KEYPAD_Key delay 10 ms", "KEYPAD_Key delay 4 ms")
    with pytest.raises(ConfigError, match=r"a slot of 4 ms is too short.*4\.67 ms"):
        ldf.describe(path).schedule(None, 19_200)
    with pytest.raises(ConfigError, match='did you mean "awake"'):
        ldf.describe(DOOR).schedule("awaken", 19_200)


def test_without_ldfparser_the_extra_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(__import__("sys").modules, "ldfparser", None)
    path = changed(tmp_path, "MIT, our own", "MIT, our own one")
    with pytest.raises(MissingExtra, match='needs the extra "lin"'):
        ldf.describe(path)


# ── sllin ─────────────────────────────────────────────────────────────────────────────────────


def test_the_convention_is_that_of_lin_bus_h():
    message = sllin.setup(0x10, b"\xa1\xb2", answers=True, enhanced=False, once=True)
    assert (message.arbitration_id, message.is_extended_id) == (0x150, True)  # sllin's own example
    assert sllin.setup(0x10, b"\xa1", answers=True, enhanced=True).arbitration_id == 0xD0
    assert sllin.header(0x10).is_remote_frame
    kinds = [sllin.kind_of(m) for m in (
        message, sllin.header(1), sllin.frame(1, b"\0"), sllin.error("checksum"),
        can.Message(arbitration_id=0x123, is_extended_id=False),
    )]  # fmt: skip
    assert kinds == ["setup", "header", "frame", "error", "foreign"]
    assert [sllin.error_of(sllin.error(w)) for w in ("no_response", "checksum", "framing")] == [
        "no_response", "checksum", "framing"
    ]  # fmt: skip


async def until(condition, within_s=2.0):
    async with asyncio.timeout(within_s):
        while not condition():
            await asyncio.sleep(0.005)


def over_the_driver(script, *, master):
    """Run a script in real time: wires, the driver's twin, a virtual channel, the interface."""

    async def run():
        loop = asyncio.get_running_loop()

        def now_ns():
            return int(loop.time() * 1e9)

        journal, failures = Journal(now_ns), []
        line = SimulatedLin("door", now_ns, None, bitrate=19_200)
        name = f"lin-{id(journal)}"
        twin = SllinTwin(
            line, can.Bus(interface="virtual", channel=name), now_ns, master=master,
            on_failure=failures.append,
        )  # fmt: skip
        side = LinInterface(
            "door", can.Bus(interface="virtual", channel=name), ldf.describe(DOOR), journal,
            bitrate=19_200,
        )  # fmt: skip
        try:
            await script(line, side, journal, name)
        finally:
            side.close()
            twin.close()
        assert failures == []

    asyncio.run(run())


def kinds(journal, kind):
    return [e.event for e in journal.entries if isinstance(e.event, kind)]


def test_the_bench_hears_a_slave_through_the_driver():
    async def script(line, side, journal, name):
        line.publish("KEYPAD", KEY, [b"\x05\x00"], None, once=False)
        line.header(KEY, "BCM")
        await until(lambda: kinds(journal, FrameSeen))
        assert [(e.bus, e.identifier, e.data) for e in kinds(journal, FrameSeen)] == [
            ("door", KEY, "0500")
        ]

    over_the_driver(script, master=False)


def test_the_bench_is_the_master_and_learns_of_errors():
    async def script(line, side, journal, name):
        line.publish("KEYPAD", KEY, [b"\x05\x00"], None, once=False)
        side.header(KEY)
        await until(lambda: kinds(journal, FrameSeen))
        line.disturb = lambda _id, response: response[:-1] + bytes([response[-1] ^ 1])
        side.header(KEY)
        await until(lambda: kinds(journal, ErrorSeen))
        side.header(BACKLIGHT)
        await until(lambda: len(kinds(journal, ErrorSeen)) == 2)
        assert [(e.identifier, e.what) for e in kinds(journal, ErrorSeen)] == [
            (KEY, "checksum"), (BACKLIGHT, "no_response")
        ]  # fmt: skip

    over_the_driver(script, master=True)


def test_errors_that_come_late_belong_to_the_oldest_header_that_is_open():
    async def script(line, side, journal, name):
        with can.Bus(interface="virtual", channel=name) as driver:
            side.header(BACKLIGHT)
            side.header(KEY)
            driver.send(sllin.error("no_response"))
            driver.send(sllin.error("checksum"))
            driver.send(sllin.error("framing"))
            await until(lambda: len(kinds(journal, ErrorSeen)) == 3)
        assert [(e.identifier, e.what) for e in kinds(journal, ErrorSeen)] == [
            (BACKLIGHT, "no_response"), (KEY, "checksum"), (-1, "framing")
        ]  # fmt: skip

    over_the_driver(script, master=False)


def test_the_bench_answers_in_place_of_a_slave_until_it_stops():
    async def script(line, side, journal, name):
        heard = []
        line.port("BCM").listen([KEY], lambda r: heard.append(r.frame.data), every=True)
        answer = side.port("bench").cyclic(
            Frame(KEY, b""), [b"\x03\x00"], period_s=0, offset_s=0, cause=None
        )
        await asyncio.sleep(0.1)
        line.header(KEY, "BCM")
        await until(lambda: kinds(journal, FrameSeen))
        assert heard == [b"\x03\x00"]
        assert [e.sender for e in kinds(journal, FrameSeen)] == ["bench"]
        answer.stop()
        await asyncio.sleep(0.1)
        line.header(KEY, "BCM")
        await asyncio.sleep(0.05)
        assert len(heard) == 1

    over_the_driver(script, master=False)


def test_a_header_without_a_response_is_noticed_where_the_driver_is_silent():
    async def script(line, side, journal, name):
        line.header(KEY, "BCM")
        await asyncio.sleep(0.05)
        line.header(BACKLIGHT, "BCM")
        await until(lambda: kinds(journal, ErrorSeen))
        assert kinds(journal, ErrorSeen)[0].identifier == KEY

    over_the_driver(script, master=False)


def test_a_can_bus_in_place_of_lin_is_the_benchs_fault():
    async def script(line, side, journal, name):
        with can.Bus(interface="virtual", channel=name) as other:
            other.send(can.Message(arbitration_id=0x123, is_extended_id=False, data=b"\0"))
            await until(lambda: [e for e in journal.entries if e.event.kind == "bench_fault"])
        (entry,) = [e for e in journal.entries if e.event.kind == "bench_fault"]
        assert "0x123 is no LIN identifier" in entry.event.reason

    over_the_driver(script, master=False)
