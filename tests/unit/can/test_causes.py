"""Who sent frames, and why, between the two sides of one process."""

import sys
import threading

from bench.can.frame import EXTENDED, Frame
from bench.can.interface.causes import MOST_ALIKE, MOST_LEFT, Causes, Echoes


def frame(number, identifier=0x123):
    return Frame(identifier, number.to_bytes(4))


def why(causes, identity, data):
    """Return whether a frame of a message is from this process, and why it was sent."""
    found = causes.find(identity, data)
    return (False, None) if found is None else (True, found.cause)


def test_frames_that_are_alike_are_found_in_the_order_of_their_sending():
    causes = Causes()
    for cause in (7, None, 9):
        causes.leave("DKM", frame(1), cause)
    data = frame(1).data
    assert [why(causes, 0x123, data) for _ in range(4)] == [
        (True, 7), (True, None), (True, 9), (False, None)
    ]  # fmt: skip
    assert causes.ours == {0x123}


def test_frames_that_are_alike_are_found_by_who_has_sent_them():
    causes = Causes()
    for sender in ("DKM", "DKM", "PEPS"):
        causes.leave(sender, frame(1), 7)
    causes.stand("BCM", frame(1), 7)
    found = [causes.find(0x123, frame(1).data).sender for _ in range(4)]
    assert found == ["DKM", "DKM", "PEPS", "BCM"]


def test_what_was_found_does_not_stay():
    causes = Causes()
    for number in range(10):
        causes.leave("DKM", frame(number), number)
        assert why(causes, 0x123, frame(number).data) == (True, number)
    assert causes.left == {}


def test_an_identifier_of_29_bits_is_another_message_than_the_same_number_of_11():
    causes, echoes = Causes(), Echoes()
    extended = Frame(0x123, frame(1).data, extended=True)
    causes.leave("DKM", frame(1), 7)
    causes.leave("DKM", extended, 8)
    echoes.expect(frame(1))
    assert causes.ours == {0x123, 0x123 | EXTENDED}
    assert why(causes, 0x123 | EXTENDED, extended.data) == (True, 8)
    assert why(causes, 0x123 | EXTENDED, extended.data) == (False, None)
    assert why(causes, 0x123, extended.data) == (True, 7)
    assert not echoes.is_one(extended.message())
    assert echoes.is_one(frame(1).message())


def test_what_nobody_finds_does_not_grow_for_ever():
    """Frames to a real unit, signed one by one: it sends no two that are alike."""
    causes = Causes()
    for number in range(MOST_LEFT + 500):
        causes.leave("DKM", frame(number), number)
    for cause in range(MOST_ALIKE + 10):
        causes.leave("DKM", frame(MOST_LEFT), cause)
    assert len(causes.left) == MOST_LEFT
    assert len(causes.left[0x123, frame(MOST_LEFT).data]) == MOST_ALIKE
    last = MOST_LEFT + 499
    assert why(causes, 0x123, frame(last).data) == (True, last)
    assert why(causes, 0x123, frame(0).data) == (False, None)


def test_a_flood_of_frames_that_are_alike_is_found_to_the_last():
    """They are in the interface's buffers, while the loop has something else to do."""
    causes, echoes, flood = Causes(), Echoes(), 20_000
    for _ in range(flood):
        causes.leave("DKM", frame(1), 7)
        echoes.expect(frame(1))
    causes.leave("DKM", frame(1), 8)
    assert all(why(causes, 0x123, frame(1).data) == (True, 7) for _ in range(flood))
    assert all(echoes.is_one(frame(1).message()) for _ in range(flood))
    assert why(causes, 0x123, frame(1).data) == (True, 8)
    assert why(causes, 0x123, frame(1).data) == (False, None)
    assert not echoes.is_one(frame(1).message())


def test_what_was_not_sent_after_all_leaves_nothing_for_a_frame_that_is_like_it():
    causes = Causes()
    causes.leave("DKM", frame(1), 7)
    causes.leave("DKM", frame(1), 8)
    causes.take_back(frame(1))
    assert [why(causes, 0x123, frame(1).data) for _ in range(2)] == [(True, 7), (False, None)]
    causes.take_back(frame(1))
    assert causes.left == {}


def test_none_is_lost_between_threads():
    causes, echoes, rounds = Causes(), Echoes(), 20_000
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)

    def leave():
        for _ in range(rounds):
            echoes.expect(frame(1))
            causes.leave("DKM", frame(1), 5)
            left.release()
            taken.acquire(timeout=10)

    left, taken = threading.Semaphore(0), threading.Semaphore(50)
    threads = [threading.Thread(target=leave) for _ in range(2)]
    try:
        for thread in threads:
            thread.start()
        found = 0
        message = frame(1).message()
        for _ in range(2 * rounds):
            assert left.acquire(timeout=10)
            found += why(causes, 0x123, frame(1).data) == (True, 5) and echoes.is_one(message)
            taken.release()
    finally:
        for thread in threads:
            thread.join(timeout=20)
        sys.setswitchinterval(before)
    assert found == 2 * rounds
    assert causes.left == {}


def test_echoes_that_do_not_come_do_not_grow_for_ever():
    echoes = Echoes()
    for number in range(3 * MOST_LEFT):
        echoes.expect(frame(number))
    assert len(echoes._sent) <= MOST_LEFT
    assert echoes.is_one(frame(3 * MOST_LEFT - 1).message())


def test_an_echo_that_was_not_sent_is_not_expected():
    echoes = Echoes()
    echoes.expect(frame(1))
    echoes.forget(frame(1))
    assert not echoes.is_one(frame(1).message())
