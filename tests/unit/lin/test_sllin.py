"""The bench at a LIN bus of Linux's driver, played by its twin."""

import asyncio

import can
from lin_door import BACKLIGHT, DOOR, KEY

from bench.can.frame import Frame
from bench.events import ErrorSeen, FrameSeen
from bench.journal import Journal
from bench.lin import ldf, sllin
from bench.lin.interface import LinInterface
from bench.lin.simulated import SimulatedLin
from bench.lin.twin import SllinTwin


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


def test_a_frame_that_is_on_the_wires_as_the_driver_goes_goes_nowhere():
    async def run():
        loop, mistakes = asyncio.get_running_loop(), []
        loop.set_exception_handler(lambda _loop, context: mistakes.append(context))

        def now_ns():
            return int(loop.time() * 1e9)

        line = SimulatedLin("door", now_ns, None, bitrate=19_200)
        twin = SllinTwin(
            line, can.Bus(interface="virtual", channel="lin-goes"), now_ns, master=True,
            on_failure=mistakes.append,
        )  # fmt: skip
        line.publish("KEYPAD", KEY, [b"\x05\x00"], None, once=False)
        heard = []
        line.port("BCM").listen(None, heard.append, every=True)
        line.header(KEY, "BCM")
        twin.close()
        await until(lambda: heard)
        await asyncio.sleep(0)
        assert mistakes == []

    asyncio.run(run())
