"""A bus that goes on while the contact that shorts it is said to be closed."""

from bench.events import CutOff, FrameSeen, WireDisturbed
from bench.journal import Entry
from bench.judge.away import cleared_ns_of
from bench.recording import Recording
from bench.units import counted, to_ns

CLOSES_NS = to_ns(0.5)  # assumed: a board's slowest relay, and what time stamps are off by


def goes_on(recording: Recording) -> str | None:
    """Return that real units' frames came through a short, or None.

    A readback is a register: a contact that does not conduct, or a line of which the bus can do
    without, leaves nothing taken away. An open line may leave units on the bench's side of it, and
    is not looked at.
    """
    for entry, cut in recording.of(CutOff):
        if not _is_short(recording, entry, cut.bus):
            continue
        from_ns, until_ns = entry.t_ns + CLOSES_NS, cleared_ns_of(recording, entry)
        # who is simulated has a name; on an interface its frames only show that they were taken
        through = sum(
            event.bus == cut.bus and not event.sender and from_ns <= each.t_ns < until_ns
            for each, event in recording.of(FrameSeen)
        )
        if through:
            return (
                f"{counted(through, 'frame')} came on {cut.bus} while its lines were shorted: does "
                "the contact conduct, and does this short silence the bus?"
            )
    return None


def _is_short(recording: Recording, entry: Entry, bus: str) -> bool:
    return any(
        disturbed.wire in {f"can_{bus}_h", f"can_{bus}_l"} and disturbed.how.startswith("to_")
        for each, disturbed in recording.of(WireDisturbed)
        if each.cause == entry.cause
    )
