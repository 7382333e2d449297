"""ISO-TP on simulated time, frame by frame against the standard's layout, and by its timers.

The state machine is can-isotp's; what is ours, and tested here, is the clock and the stepping.
"""

import asyncio

import pytest

from bench.can.simulated.medium import Medium
from bench.diagnosis.iso_tp import N_BS_MS, N_CR_MS, IsoTp

REQUEST, RESPONSE = 0x726, 0x72E


class Pair:
    """A tester and a unit on one simulated bus, and every frame between them."""

    def __init__(self, time, journal, **unit) -> None:
        self.medium = Medium("body", time.loop, journal)
        self.frames: list[tuple[int, int, bytes]] = []
        self.errors: list[str] = []
        self.to_unit: list[bytes] = []
        self.to_tester: list[bytes] = []
        self.medium.port("spy").listen(
            None,
            lambda r: self.frames.append((r.t_ns, r.frame.identifier, r.frame.data)),
            every=True,
        )
        both = {key: unit[key] for key in ("fd", "extended") if key in unit}
        self.tester = IsoTp(
            self.medium.port("tester"), REQUEST, RESPONSE,
            lambda m, _s: self.to_tester.append(m), now_ns=time.now_ns,
            on_error=self.errors.append, **both,
        )  # fmt: skip
        self.unit = IsoTp(
            self.medium.port("ECU"), RESPONSE, REQUEST, lambda m, _s: self.to_unit.append(m),
            now_ns=time.now_ns, **unit,
        )  # fmt: skip

    def data(self) -> list[str]:
        return [data.hex() for _, _, data in self.frames]


def play(time, make, then):
    """Make something inside the loop, do something with it, and give it ten seconds."""

    async def script():
        made = make()
        await then(made)
        await asyncio.sleep(10)
        return made

    return time.run(script())


async def send(pair: Pair, message: bytes) -> None:
    pair.tester.send(message, None)


def test_a_short_message_is_one_padded_single_frame(time, journal):
    pair = play(time, lambda: Pair(time, journal), lambda p: send(p, bytes.fromhex("22f190")))
    assert pair.data() == ["0322f190cccccccc"]
    assert pair.to_unit == [bytes.fromhex("22f190")]


def test_a_long_message_is_first_frame_flow_control_and_consecutive_frames(time, journal):
    message = bytes(range(20))
    pair = play(time, lambda: Pair(time, journal), lambda p: send(p, message))
    assert pair.data() == [
        "1014000102030405",  # first frame: 20 bytes, six of them here
        "300000cccccccccc",  # flow control: go on, all at once, no pause
        "21060708090a0b0c",
        "220d0e0f10111213",
    ]
    assert [identifier for _, identifier, _ in pair.frames] == [REQUEST, RESPONSE, REQUEST, REQUEST]
    assert pair.to_unit == [message]


@pytest.mark.parametrize("size", [1, 7, 8, 62, 4095, 4096, 5000])
def test_every_length_arrives_whole(time, journal, size):
    message = bytes(n & 0xFF for n in range(size))
    pair = play(time, lambda: Pair(time, journal), lambda p: send(p, message))
    assert pair.to_unit == ([message] if size <= 4095 else [])
    if size > 4095:
        assert pair.data()[0].startswith("1000" + f"{size:08x}"), "escape sequence for long lengths"
        assert pair.data()[1].startswith("32"), "a unit without room says overflow"


@pytest.mark.parametrize("size", [7, 8, 62, 63, 500])
def test_fd_frames_carry_up_to_64_bytes(time, journal, size):
    message = bytes(n & 0xFF for n in range(size))
    pair = play(time, lambda: Pair(time, journal, fd=True), lambda p: send(p, message))
    assert pair.to_unit == [message]
    first = pair.frames[0][2]
    if size == 62:
        assert first[:2] == bytes([0x00, 62]), "single frame with its length in the second byte"
        assert len(first) == 64
    if size == 63:
        assert first[:2] == bytes([0x10, 63])


def test_29_bit_identifiers_work_alike(time, journal):
    pair = play(time, lambda: Pair(time, journal, extended=True), lambda p: send(p, bytes(20)))
    assert pair.to_unit == [bytes(20)]


def test_the_receivers_pause_and_block_size_are_kept_in_simulated_time(time, journal):
    pair = play(
        time,
        lambda: Pair(time, journal, st_min=20, block_size=2),
        lambda p: send(p, bytes(6 + 4 * 7)),
    )
    kinds = [data[0] >> 4 for _, _, data in pair.frames]
    assert kinds == [1, 3, 2, 2, 3, 2, 2]
    times = [t_ns / 1e6 for t_ns, _, _ in pair.frames]
    gaps = [times[3] - times[2], times[6] - times[5]]
    assert all(20.0 <= gap < 20.5 for gap in gaps), gaps
    assert pair.to_unit == [bytes(34)]


def test_a_silent_receiver_ends_the_transmission_after_n_bs(time, journal):
    def alone() -> Pair:
        pair = Pair(time, journal)
        pair.unit.close()
        return pair

    async def watch(pair: Pair) -> None:
        pair.tester.send(bytes(20), None)
        await asyncio.sleep(N_BS_MS / 1000 - 0.01)
        assert pair.errors == []
        await asyncio.sleep(0.02)
        assert len(pair.errors) == 1

    pair = play(time, alone, watch)
    assert "FlowControl timed out" in pair.errors[0]


def test_a_sender_that_stops_in_the_middle_is_given_up_after_n_cr(time, journal):
    from bench.can.frame import Frame

    async def watch(pair: Pair) -> None:
        port = pair.medium.port("half a unit")
        port.send(Frame(RESPONSE, bytes.fromhex("1014000102030405")), None)
        await asyncio.sleep(N_CR_MS / 1000 - 0.01)
        assert pair.errors == []
        await asyncio.sleep(0.02)
        assert len(pair.errors) == 1

    pair = play(time, lambda: Pair(time, journal), watch)
    assert "CONSECUTIVE_FRAME timed out" in pair.errors[0]
    assert pair.to_tester == []


def test_a_wrong_sequence_number_is_an_error_and_no_message(time, journal):
    from bench.can.frame import Frame

    async def watch(pair: Pair) -> None:
        port = pair.medium.port("a broken unit")
        for data in ("1014000102030405", "22060708090a0b0c"):
            port.send(Frame(RESPONSE, bytes.fromhex(data)), None)
            await asyncio.sleep(0.01)

    pair = play(time, lambda: Pair(time, journal), watch)
    assert any("wrong SequenceNumber" in error for error in pair.errors)
    assert pair.to_tester == []


def test_two_runs_give_the_same_frames_at_the_same_nanoseconds(journal):
    from bench.clock.simulated import SimulatedTime

    def once() -> list:
        base = SimulatedTime()
        try:
            return play(
                base, lambda: Pair(base, None, st_min=5), lambda p: send(p, bytes(90))
            ).frames
        finally:
            base.close()

    assert once() == once()
