"""UDS in simulated time: our server after the standard, the bench's client worded by udsoncan."""

import asyncio

import pytest

from bench.can.simulated.medium import Medium
from bench.diagnosis.address import UnitAddress
from bench.diagnosis.client import UdsClient
from bench.diagnosis.iso_tp import IsoTp
from bench.diagnosis.server import UdsServer
from bench.diagnosis.trouble_codes import AVAILABLE, TroubleCodes, code_bytes, code_text
from bench.errors import DiagnosisError

ADDRESS = UnitAddress(bus="body", request=0x726, response=0x72E)
ALL = tuple(f"U0{n:03X}-87" for n in range(40))


class World:
    """A tester and a unit with a few codes."""

    def __init__(self, time, *, answers: bool = True) -> None:
        self.time = time
        self.medium = Medium("body", time.loop, None)
        self.client = UdsClient(self.medium.port("tester"), "BCM", ADDRESS, time.now_ns)
        self.codes = TroubleCodes(ALL)
        self.resets = 0
        self.frames: list[tuple[int, bytes]] = []
        self.medium.port("spy").listen(
            None, lambda r: self.frames.append((r.t_ns, r.frame.data)), every=True
        )
        if answers:
            self._serve()

    def _serve(self) -> None:
        def on_message(request: bytes, cause) -> None:
            self.server.request(request, cause)

        transport = IsoTp(
            self.medium.port("ECU"), 0x72E, 0x726, on_message, now_ns=self.time.now_ns
        )
        data = {0xF190: lambda: b"BENCH000000000001", 0x0611: lambda: bytes([2])}
        self.server = UdsServer(
            self.codes, data, self._reset, transport.send, asyncio.ensure_future
        )

    def _reset(self, _cause) -> None:
        self.resets += 1

    async def raw(self, request: str) -> str:
        """Return the unit's answer to a request, both in hex: no udsoncan in between."""
        answers: list[bytes] = []
        tester = IsoTp(
            self.medium.port("raw"), 0x726, 0x72E, lambda m, _s: answers.append(m),
            now_ns=self.time.now_ns,
        )  # fmt: skip
        tester.send(bytes.fromhex(request), None)
        await asyncio.sleep(1)
        tester.close()
        return " ".join(answer.hex() for answer in answers)


def play(time, script, **how):
    """Run a script over a world."""

    async def run():
        return await script(World(time, **how))

    return time.run(run())


@pytest.mark.parametrize(
    ("request_", "answer"),
    # the examples' layout of ISO 14229-1: positive answers, then the negative ones it demands
    [
        ("1003", "5003003201f4"),  # P2 50 ms, P2* 5000 ms in units of 10 ms
        ("3e00", "7e00"),
        ("3e80", ""),
        ("1101", "5101"),
        ("1902ff", f"5902{AVAILABLE:02x}"),
        ("14ffffff", "7f1478 54"),
        ("220611", "62061102"),
        ("22f190", "62f190" + b"BENCH000000000001".hex()),
        ("1055", "7f1012"),
        ("22ffff", "7f2231"),
        ("22f1", "7f2213"),
        ("10", "7f1013"),
        ("2701", "7f2711"),
        ("1901", "7f1912"),
        ("14000001", "7f1478 7f1431"),
        ("3e01", "7f3e12"),
    ],
)
def test_the_unit_answers_as_the_standard_says(time, request_, answer):
    assert play(time, lambda world: world.raw(request_)) == answer


def test_an_answer_comes_within_p2(time):
    async def script(world: World):
        await world.client.read(0x0611)
        return world.frames

    (asked_ns, _), (answered_ns, _) = play(time, script)
    assert 0 < answered_ns - asked_ns <= 50_000_000


def test_a_slow_service_says_pending_within_p2_and_then_does_it(time):
    async def script(world: World):
        world.codes.fail("U0198-87")
        await world.client.clear()
        return world.frames, world.codes.status

    frames, status = play(time, script)
    assert [data[1:4].hex() for _, data in frames] == ["14ffff", "7f1478", "54cccc"]
    assert frames[1][0] - frames[0][0] <= 50_000_000 < frames[2][0] - frames[0][0]
    assert status == {}


def test_codes_come_with_their_status_and_the_mask_selects(time):
    async def script(world: World):
        world.codes.fail("U0001-87")
        world.codes.fail("U0002-87")
        world.codes.heal("U0002-87")
        return await world.client.codes(), await world.client.codes(0x01)

    stored, failing = play(time, script)
    assert stored == (("U0001-87", 0x2F), ("U0002-87", 0x2E))
    assert failing == (("U0001-87", 0x2F),)


def test_every_supported_code_comes_over_many_frames(time):
    async def script(world: World):
        return await world.client.supported_codes()

    assert tuple(code for code, _ in play(time, script)) == ALL


def test_a_reset_takes_the_unit_away_for_a_moment(time):
    async def script(world: World):
        await world.client.session(3)
        await world.client.reset()
        with pytest.raises(
            DiagnosisError, match=r"BCM: ReadDataByIdentifier: no answer within 250 ms"
        ):
            await world.client.read(0x0611)
        await asyncio.sleep(1)
        return await world.client.read(0x0611), world.resets, world.server.session

    assert play(time, script) == (b"\x02", 1, 1)


def test_a_refusal_names_unit_service_and_reason(time):
    async def script(world: World):
        await world.client.read(0x1234)

    with pytest.raises(
        DiagnosisError, match="BCM: ReadDataByIdentifier: refused: RequestOutOfRange"
    ):
        play(time, script)


def test_a_unit_that_is_not_there_is_given_up(time):
    async def script(world: World):
        await world.client.codes()

    with pytest.raises(DiagnosisError, match="BCM: ReadDTCInformation: no answer within 250 ms"):
        play(time, script, answers=False)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("6201", "ReadDataByIdentifier: "),
        ("59020f", "no answer within 250 ms but one to another question: 59020f"),
        ("62f18931", "no answer within 250 ms but one to another question: 62f18931"),
        ("7f1931", "no answer within 250 ms but one to another question: 7f1931"),
        ("ff00", "not a known service"),
        ("7f22", "Response code missing"),
    ],
)
def test_an_answer_that_makes_no_sense_is_said_so(time, answer, said):
    async def script(world: World):
        transport = IsoTp(
            world.medium.port("odd"), 0x72E, 0x726,
            lambda _m, _s: transport.send(bytes.fromhex(answer), None), now_ns=world.time.now_ns,
        )  # fmt: skip
        await world.client.read(0xF190)

    with pytest.raises(DiagnosisError, match=said):
        play(time, script, answers=False)


@pytest.fixture
def played(time):
    """Asks a unit for 0xF189 that answers by a script of (delay, hex), and then to each repeat."""

    def play_it(*scripts, st_min=0):
        async def script(world: World):
            asked = iter(scripts)

            async def answer():
                for after_s, text in next(asked):
                    await asyncio.sleep(after_s)
                    transport.send(bytes.fromhex(text), None)

            transport = IsoTp(
                world.medium.port("odd"), 0x72E, 0x726,
                lambda _m, _s: tasks.append(asyncio.ensure_future(answer())),
                now_ns=world.time.now_ns,
            )  # fmt: skip
            tasks: list = []
            world.client._transport._logic.params.stmin = st_min
            return await world.client.read(0xF189)

        return play(time, script, answers=False)

    return play_it


def test_an_answer_to_an_earlier_question_is_passed_over(played):
    """It comes late, where unit or bench is busy, and the answer to this one follows it."""
    late = [(0.01, "62f190aa"), (0.01, "7f1978"), (0.01, "59020f"), (0.01, "62f1893130")]
    assert played(late) == b"10"


def test_a_unit_may_say_pending_as_often_as_it_likes_within_a_minute(played):
    assert played([*[(0.2, "7f2278")] * 50, (0.2, "62f18931")]) == b"1"


def test_a_busy_unit_is_asked_again(played):
    assert played([(0.01, "7f2221")], [(0.01, "7f2221")], [(0.01, "62f18931")]) == b"1"
    with pytest.raises(DiagnosisError, match="refused: BusyRepeatRequest"):
        played(*[[(0.01, "7f2221")]] * 20)


def test_a_long_answer_has_to_begin_in_time_and_may_then_take_longer(played):
    """14 frames, 100 ms apart as the tester has asked for."""
    assert played([(0.01, "62f189" + "31" * 95)], st_min=100) == b"1" * 95


def test_a_unit_that_is_for_ever_pending_is_given_up(time):
    async def script(world: World):
        async def pend():
            while True:
                transport.send(bytes.fromhex("7f1478"), None)
                await asyncio.sleep(1)

        transport = IsoTp(
            world.medium.port("odd"), 0x72E, 0x726, lambda _m, _s: None, now_ns=world.time.now_ns
        )
        task = asyncio.ensure_future(pend())
        try:
            await world.client.clear()
        finally:
            task.cancel()

    with pytest.raises(DiagnosisError, match="only ever says that the answer is pending"):
        play(time, script, answers=False)


@pytest.mark.parametrize("code", ["P0420-00", "C1234-1F", "B1A20-00", "U0198-87", "U3FFF-FF"])
def test_a_code_is_the_same_in_bytes_and_in_words(code):
    assert code_text(code_bytes(code)) == code


def test_an_answer_about_another_identifier_is_not_taken_for_the_one_asked_for():
    from bench.diagnosis.codec import data_record

    assert data_record(0x0610, bytes.fromhex("62061042")) == b"\x42"
    with pytest.raises(ValueError, match="0x0610"):
        data_record(0xF190, bytes.fromhex("62061042"))
