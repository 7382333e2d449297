"""The contract of relay boards: every model runs all of it, over every transport."""

import itertools
from collections.abc import Iterator
from dataclasses import replace

import pytest
from contract_subjects import (
    Subject,
    everywhere,
    gaps,
    make,
    model_of,
    on_every_wire,
    opened,
    plug_in_again,
    unopened,
    wire_names,
    written,
)

from bench.errors import InstrumentFault, InstrumentTimeout, ReadbackMismatch, WrongInstrument
from bench.instruments import usb_ports
from bench.instruments.pace import RealPace
from bench.wiring.nets import CLOSED_MV, OPEN_MV


@pytest.fixture(params=everywhere("relays", reads_back=True))
def board(request: pytest.FixtureRequest) -> Iterator[Subject]:
    """Each model of relay board that reads back, open, over each transport."""
    yield from opened(*request.param)


@pytest.fixture(params=on_every_wire("relays", reads_back=True))
def wired(request: pytest.FixtureRequest) -> Iterator[Subject]:
    """Each of them that speaks to a device, open, its twin at the other end."""
    yield from opened(*request.param)


@pytest.fixture(params=on_every_wire("relays", reads_back=False))
def silent(request: pytest.FixtureRequest) -> Iterator[Subject]:
    """Each model that cannot tell anything, open, over each transport."""
    yield from opened(*request.param)


def states(board: Subject) -> dict[str, bool | None]:
    return {channel: board.device.state(channel) for channel in board.channels}


def levels(board: Subject) -> dict[str, int]:
    return {channel: board.mv(channel) for channel in board.channels}


def test_a_relay_reads_back_what_it_was_told(board):
    for channel in board.channels:
        assert board.device.state(channel) is False
        assert board.device.set(channel, closed=True) is True
        assert board.device.state(channel) is True
        assert board.device.set(channel, closed=False) is False
        assert board.device.state(channel) is False


def test_its_neighbours_do_not_move(board):
    for channel in board.channels:
        board.device.set(channel, closed=True)
        assert states(board) == {name: name == channel for name in board.channels}
        for name in board.channels:
            board.device.set(name, closed=True)
        board.device.set(channel, closed=False)
        assert states(board) == {name: name != channel for name in board.channels}
        board.device.safe()


def test_the_net_follows_the_contact(board):
    for channel in board.channels:
        seen: list[int] = []
        net = board.wiring.net(board.device.setup.nets[channel])
        net.watch(lambda net, _cause, seen=seen: seen.append(net.mv))
        board.device.set(channel, closed=True)
        board.device.set(channel, closed=False)
        assert seen == [CLOSED_MV, OPEN_MV]
        assert levels(board) == dict.fromkeys(board.channels, OPEN_MV)


def test_the_net_changes_because_of_who_switches(board):
    causes: list[int | None] = []
    net = board.wiring.net("handle_driver")
    net.watch(lambda _net, cause: causes.append(cause))
    with board.wiring.because(41):
        board.device.set("handle_driver", closed=True)
    with board.wiring.because(42):
        board.device.safe()
    assert causes == [41, 42]


def test_safe_opens_everything_from_any_state(board):
    patterns = list(itertools.product((False, True), repeat=len(board.channels)))
    in_memory = board.plug is None or board.plug.visa == "@sim"
    for pattern in patterns if in_memory else patterns[-2:]:  # elsewhere they cost time
        for channel, closed in zip(board.channels, pattern, strict=True):
            board.device.set(channel, closed=closed)
        board.device.safe()
        board.device.safe()
        assert states(board) == dict.fromkeys(board.channels, False)
        assert levels(board) == dict.fromkeys(board.channels, OPEN_MV)


def test_an_unknown_channel_is_refused_and_the_nearest_named(board):
    for call in (
        lambda: board.device.set("handle_drivr", closed=True),
        lambda: board.device.state("handle_drivr"),
    ):
        with pytest.raises(InstrumentFault, match=r'"handle_drivr".*"handle_driver"') as refused:
            call()
        assert "doors" in str(refused.value)
    assert states(board) == dict.fromkeys(board.channels, False)


def test_closing_the_connection_leaves_the_relays_as_they_are(board):
    board.device.set("start_button", closed=True)
    board.device.close()
    assert board.mv("start_button") == CLOSED_MV
    board.device.open()
    assert board.device.state("start_button") is True


# ── with a device at the other end of a wire ──────────────────────────────────────────────


def test_a_relay_that_does_not_follow_is_a_mismatch(wired):
    wired.twin.stuck.add(wired.number("start_button"))
    with pytest.raises(ReadbackMismatch, match=r"doors.*start_button should be closed"):
        wired.device.set("start_button", closed=True)
    assert wired.device.set("handle_driver", closed=True) is True


def test_no_readback_can_tell_of_a_welded_contact(wired):
    """The board reads its register: verified is not the same as moved. The line shows it."""
    wired.device.set("start_button", closed=True)
    wired.twin.welded.add(wired.number("start_button"))
    assert wired.device.set("start_button", closed=False) is False
    wired.device.safe()
    assert wired.device.state("start_button") is False
    assert wired.mv("start_button") == CLOSED_MV


def test_safe_tries_every_channel_and_names_the_stuck_one(wired):
    for stuck in wired.channels:
        for channel in wired.channels:
            wired.device.set(channel, closed=True)
        wired.twin.stuck.add(wired.number(stuck))
        with pytest.raises(InstrumentFault) as failed:
            wired.device.safe()
        assert [name for name in wired.channels if name in str(failed.value)] == [stuck]
        assert states(wired) == {name: name == stuck for name in wired.channels}
        assert levels(wired) == {
            name: CLOSED_MV if name == stuck else OPEN_MV for name in wired.channels
        }
        wired.twin.stuck.clear()


def test_safe_names_all_that_are_stuck(wired):
    for channel in wired.channels:
        wired.device.set(channel, closed=True)
    stuck = {wired.channels[0], wired.channels[-1]}
    wired.twin.stuck.update(wired.number(channel) for channel in stuck)
    with pytest.raises(InstrumentFault) as failed:
        wired.device.safe()
    assert {name for name in wired.channels if name in str(failed.value)} == stuck
    assert states(wired) == {name: name in stuck for name in wired.channels}


@pytest.mark.parametrize("model", wire_names("relays"))
def test_safe_opens_every_relay_before_it_reads_the_first_back(model):
    """The last of many relays opens in half the time then, which is what counts after a crash."""
    for board in unopened("relays", model, "memory"):
        board.device.open()
        pace = board.device.setup.pace
        opened_s: list[float] = []
        for channel in board.channels:
            board.device.set(channel, closed=True)
            board.wiring.net(board.device.setup.nets[channel]).watch(
                lambda _net, _cause, seen=opened_s, pace=pace: seen.append(pace.now_s())
            )
        began_s = pace.now_s()
        board.device.safe()
        assert len(opened_s) == len(board.channels)
        told = (len(board.channels) + 1) * board.device.gap_s  # one may wait for what was before
        assert max(opened_s) - began_s <= told + 1e-9


@pytest.mark.parametrize(
    "model", [m for m in wire_names("relays") if model_of("relays", m).all_off]
)
def test_a_board_of_which_every_relay_is_used_opens_them_by_one_command(model):
    numbers = model_of("relays", model).numbers
    for board in unopened("relays", model, "memory", channels={f"c{n}": n for n in numbers}):
        board.device.open()
        for channel in board.channels:
            board.device.set(channel, closed=True)
        board.twin.stuck.add(numbers[-1])
        heard: list[bytes] = []
        execute = board.twin.execute
        board.twin.execute = lambda command, heard=heard, execute=execute: (
            heard.append(command) or execute(command)
        )
        said = board.device.release(board.channels)
        *free, stuck = board.channels
        assert [said[channel] for channel in free] == [False] * len(free)
        assert isinstance(said[stuck], ReadbackMismatch)
        assert len(heard) == 4, "all off, read back, the stuck one by itself, read back"


def test_a_board_that_never_answers_leaves_time_to_open_its_relays_within_a_second():
    silent = model_of("relays", "lcus_silent")
    assert silent.timeout_s + (len(silent.numbers) + 2) * silent.gap_s < 1.0


def test_after_a_loss_of_power_a_relay_is_as_its_model_says(wired):
    wired.device.set("start_button", closed=True)
    wired.plug.unplug()
    wired.twin.lose_power()
    wired.plug.replug()
    wired.device.open()
    assert wired.device.state("start_button") is type(wired.device).latching


@pytest.mark.parametrize("model", wire_names("relays"))
def test_a_channel_that_the_model_does_not_have_is_refused_before_anything_is_sent(model):
    wrong = make("relays", model)
    first = wrong.number("handle_driver")
    heard: list[bytes] = []
    wrong.twin.receive = lambda data: heard.append(data) or b""
    device = type(wrong.device)(
        replace(wrong.device.setup, channels={"handle_driver": first, "start_button": 99})
    )
    with pytest.raises(InstrumentFault, match=r"doors: channel start_button = 99"):
        device.open()
    assert heard == []


@pytest.mark.parametrize("model", ["keysight_34970a", "keysight_34980a"])
def test_a_slot_without_relays_is_refused_by_what_is_in_it(model):
    slot = {"keysight_34970a": 301, "keysight_34980a": 3001}[model]
    wrong = make("relays", model, {"handle_driver": slot})
    with pytest.raises(WrongInstrument, match=r"doors.*slot 3 holds no card of relays"):
        wrong.device.open()


def test_more_relays_than_a_card_has_are_refused():
    wrong = make("relays", "keysight_34980a", {"handle_driver": 2021})
    with pytest.raises(InstrumentFault, match=r"handle_driver = 2021: the 34938A in slot 2 has 20"):
        wrong.device.open()


# ── with a device that cannot tell ────────────────────────────────────────────────────────


def test_a_board_that_cannot_tell_is_commanded_and_never_verified(silent):
    for channel in silent.channels:
        assert silent.device.set(channel, closed=True) is None
        assert silent.device.state(channel) is None
        assert silent.reaches({channel: CLOSED_MV})
        silent.twin.stuck.add(silent.number(channel))
        assert silent.device.set(channel, closed=False) is None
    assert levels(silent) == dict.fromkeys(silent.channels, CLOSED_MV)


def test_a_board_that_cannot_tell_is_made_safe_all_the_same(silent):
    for channel in silent.channels:
        silent.device.set(channel, closed=True)
    silent.device.safe()
    assert silent.reaches(dict.fromkeys(silent.channels, OPEN_MV))


def test_a_board_that_should_answer_and_does_not_is_told_what_one_that_never_does_is_called():
    for subject in unopened("relays", "lcus", "memory"):
        subject.twin.mute = True
        with subject.impatient(), pytest.raises(InstrumentTimeout, match="model is lcus_silent"):
            subject.device.open()
        subject.twin.mute = False
        subject.device.open()
        subject.twin.mute = True
        with subject.impatient(), pytest.raises(InstrumentTimeout) as late:
            subject.device.set("handle_driver", closed=True)
        assert "lcus_silent" not in str(late.value)


def test_a_board_that_cannot_tell_refuses_one_that_can():
    for subject in unopened("relays", "lcus_silent", "memory"):
        plug_in_again(subject, "lcus")
        with pytest.raises(WrongInstrument, match="or its model is lcus; this one says"):
            subject.device.open()


def test_in_real_time_a_board_that_cannot_tell_is_given_the_time_to_hear_every_command(monkeypatch):
    """It is looked at where it is sent: a twin's thread sees when it is let run."""
    for subject in unopened("relays", "lcus_silent", "pty", pace=RealPace()):
        needs_s, subject.twin.needs_s = subject.twin.needs_s, 0.0
        subject.device.open()
        with written(subject, monkeypatch) as times:
            for closed in (True, False, True):
                for channel in subject.channels:
                    subject.device.set(channel, closed=closed)
        assert subject.reaches(dict.fromkeys(subject.channels, CLOSED_MV))
        assert len(times) == 3 * len(subject.channels)
        assert min(gaps(times)) >= needs_s > 0


# ── before anything is sent ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize("model", wire_names("relays"))
def test_another_familys_board_is_refused_by_its_usb_identifiers(model, monkeypatch):
    """The "e" of Numato's "ver" would close relay 1 of a Devantech board."""
    own = model_of("relays", model).usb_family
    for usb_id, family in (("04d8:ffee", "Devantech"), ("2a19:0c01", "Numato")):
        subject = make("relays", model)
        heard: list[bytes] = []
        receive = subject.twin.receive
        subject.twin.receive = lambda data, receive=receive, heard=heard: (
            heard.append(data) or receive(data)
        )
        monkeypatch.setattr("bench.instruments.driver.usb_id", lambda _resource, i=usb_id: i)
        if own == family:
            subject.device.open()
            subject.device.close()
            assert heard
        else:
            with pytest.raises(WrongInstrument, match=f"is a {family} device .*nothing was sent"):
                subject.device.open()
            assert heard == []


def test_the_usb_identifiers_of_a_port_are_found_by_any_of_its_names(tmp_path, monkeypatch):
    port = tmp_path / "ttyACM0"
    port.touch()
    link = tmp_path / "pci-0000:00:14.0-usb-0:1:1.0"
    link.symlink_to(port)

    class Info:
        device, vid, pid = str(port), 0x04D8, 0xFFEE

    monkeypatch.setattr("serial.tools.list_ports.comports", lambda: [Info])
    for name in (port, link):
        assert usb_ports.usb_id(f"ASRL{name}::INSTR") == "04d8:ffee"
    assert usb_ports.usb_id(f"ASRL{tmp_path}/ttyACM1::INSTR") == ""
    assert usb_ports.usb_id("TCPIP0::192.0.2.1::5025::SOCKET") == ""
