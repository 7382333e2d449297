"""The contract of relay boards: every model runs all of it."""

import itertools
from collections.abc import Iterator

import pytest
from contract_subjects import (
    NETS,
    Subject,
    everywhere,
    make,
    on_every_wire,
    opened,
    wire_names,
)

from bench.errors import InstrumentFault, ReadbackMismatch
from bench.wiring.nets import CLOSED_MV, OPEN_MV

CHANNEL_NAMES = list(NETS["relays"])
STATES = list(itertools.product((False, True), repeat=len(CHANNEL_NAMES)))


@pytest.fixture(params=everywhere("relays", reads_back=True))
def board(request: pytest.FixtureRequest) -> Iterator[Subject]:
    """Each model of relay board that reads back, open, over each transport."""
    yield from opened(*request.param)


@pytest.fixture(params=on_every_wire("relays", reads_back=True))
def wired(request: pytest.FixtureRequest) -> Iterator[Subject]:
    """Each of them that speaks to a device, open, its twin at the other end."""
    yield from opened(*request.param)


def states(board: Subject) -> dict[str, bool | None]:
    return {channel: board.device.state(channel) for channel in CHANNEL_NAMES}


@pytest.mark.parametrize("channel", CHANNEL_NAMES)
def test_a_relay_reads_back_what_it_was_told(board, channel):
    assert board.device.state(channel) is False
    assert board.device.set(channel, closed=True) is True
    assert board.device.state(channel) is True
    assert board.device.set(channel, closed=False) is False
    assert board.device.state(channel) is False


@pytest.mark.parametrize("channel", CHANNEL_NAMES)
def test_its_neighbours_do_not_move(board, channel):
    board.device.set(channel, closed=True)
    assert states(board) == {name: name == channel for name in CHANNEL_NAMES}
    for name in CHANNEL_NAMES:
        board.device.set(name, closed=True)
    board.device.set(channel, closed=False)
    assert states(board) == {name: name != channel for name in CHANNEL_NAMES}


@pytest.mark.parametrize("channel", CHANNEL_NAMES)
def test_the_net_follows_the_contact(board, channel):
    seen: list[int] = []
    net = board.wiring.net(board.device.setup.nets[channel])
    net.watch(lambda net, _cause: seen.append(net.mv))
    board.device.set(channel, closed=True)
    board.device.set(channel, closed=False)
    assert seen == [CLOSED_MV, OPEN_MV]
    assert [board.mv(name) for name in CHANNEL_NAMES] == [OPEN_MV] * len(CHANNEL_NAMES)


def test_the_net_changes_because_of_who_switches(board):
    causes: list[int | None] = []
    net = board.wiring.net("handle_driver")
    net.watch(lambda _net, cause: causes.append(cause))
    with board.wiring.because(41):
        board.device.set("handle_driver", closed=True)
    with board.wiring.because(42):
        board.device.safe()
    assert causes == [41, 42]


@pytest.mark.parametrize("pattern", STATES)
def test_safe_opens_everything_from_any_state(board, pattern):
    for channel, closed in zip(CHANNEL_NAMES, pattern, strict=True):
        board.device.set(channel, closed=closed)
    board.device.safe()
    board.device.safe()
    assert states(board) == dict.fromkeys(CHANNEL_NAMES, False)
    assert [board.mv(name) for name in CHANNEL_NAMES] == [OPEN_MV] * len(CHANNEL_NAMES)


def test_an_unknown_channel_is_refused_and_the_nearest_named(board):
    for call in (
        lambda: board.device.set("handle_drivr", closed=True),
        lambda: board.device.state("handle_drivr"),
    ):
        with pytest.raises(InstrumentFault, match=r'"handle_drivr".*"handle_driver"') as refused:
            call()
        assert "doors" in str(refused.value)
    assert states(board) == dict.fromkeys(CHANNEL_NAMES, False)


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


@pytest.mark.parametrize("stuck", CHANNEL_NAMES)
def test_safe_tries_every_channel_and_names_the_stuck_one(wired, stuck):
    for channel in CHANNEL_NAMES:
        wired.device.set(channel, closed=True)
    wired.twin.stuck.add(wired.number(stuck))
    with pytest.raises(InstrumentFault) as failed:
        wired.device.safe()
    assert [name for name in CHANNEL_NAMES if name in str(failed.value)] == [stuck]
    assert states(wired) == {name: name == stuck for name in CHANNEL_NAMES}
    assert {name: wired.mv(name) for name in CHANNEL_NAMES} == {
        name: CLOSED_MV if name == stuck else OPEN_MV for name in CHANNEL_NAMES
    }


def test_safe_names_all_that_are_stuck(wired):
    for channel in CHANNEL_NAMES:
        wired.device.set(channel, closed=True)
    wired.twin.stuck.update((wired.number("handle_driver"), wired.number("cylinder_unlock")))
    with pytest.raises(InstrumentFault, match=r"(?s)handle_driver.*cylinder_unlock"):
        wired.device.safe()
    assert wired.device.state("start_button") is False


@pytest.mark.parametrize("model", wire_names("relays"))
def test_a_channel_that_the_model_does_not_have_is_refused_before_anything_is_sent(model):
    wrong = make("relays", model, {"handle_driver": 1, "start_button": 99})
    with pytest.raises(InstrumentFault, match=r"doors: channel start_button = 99"):
        wrong.device.open()
