"""Instruments that keep the bench's loop waiting for longer than their model takes."""

from collections.abc import Iterator
from contextlib import contextmanager

from bench.events import InstrumentSlow
from bench.instruments.kinds import Instrument
from bench.journal import Journal
from bench.units import to_ns

ONE_DEVICE_S = 15.0  # opening a device or making it safe: one that does not answer takes seconds
MORE_S = 1.0  # until a late answer is believed not to come, and an error is made
ANSWER_S = 0.05  # assumed: what a command and its answer take, beside the pause after it


def given_up_s(instrument: Instrument, sharing: int) -> float:
    """Return how long a command may keep the loop waiting until its device has failed.

    It may first have to wait for those who ask the device in vain, one after another: each of those
    that share it, and the watch on it. Then it asks in vain itself.

    Args:
        instrument: its driver.
        sharing: how many instruments are at the same device, this one among them.
    """
    return (sharing + 2) * float(getattr(instrument, "timeout_s", ONE_DEVICE_S)) + MORE_S


@contextmanager
def timed(
    journal: Journal, name: str, instrument: Instrument, doing: str, *, commands: int = 2
) -> Iterator[None]:
    """Write down if an instrument takes much longer inside the block than its model says.

    On simulated time nothing takes any.

    Args:
        journal: where it is written.
        name: the instrument as the bench file has it ("relays.doors").
        instrument: its driver.
        doing: what it is asked to do ("switch handle_driver").
        commands: how many it takes.
    """
    _slowest_answer_s(instrument)  # that was somebody else's
    began_ns = journal.now_ns()
    try:
        yield
    finally:
        took_ns = journal.now_ns() - began_ns
        pause_s = getattr(instrument, "gap_s", 0.0) + getattr(instrument, "settle_s", 0.0)
        if took_ns > to_ns(commands * (ANSWER_S + pause_s)):
            answer_ns = to_ns(_slowest_answer_s(instrument))
            journal.write(InstrumentSlow(name, doing, took_ns, answer_ns, to_ns(pause_s)))


def _slowest_answer_s(instrument: Instrument) -> float:
    """Return the slowest answer since this was last asked (0: it does not tell)."""
    slowest = getattr(instrument, "slowest_answer_s", None)
    return 0.0 if slowest is None else float(slowest())
