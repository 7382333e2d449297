"""A recording told: what was injected, who did what when, and the frames around it."""

from collections.abc import Iterator

from bench import events as e
from bench.journal import Entry
from bench.presentation.printable import printable
from bench.presentation.whose import of_the_witness
from bench.presentation.words import say
from bench.recording import Recording

MOST_LINES = 80
FRAMES_AROUND_NS = 1_000_000_000
# counts, measurements and traffic that says nothing of what an owner did and got
LEFT_OUT = frozenset((
    e.Control, e.WitnessProbed, e.End, e.InstrumentFound, e.JitterMeasured, e.LineLevel,
    e.WireDisturbed, e.SupplySet, e.SupplyLimited, e.SupplyCurrent, e.CyclicSegment,
    e.BusCounted, e.ErrorSeen, e.BusStateChanged, e.CutOff, e.FramePassed, e.FrameSpoiled,
    e.UnitIdentified,
    e.ConnectionOpened, e.ConnectionClosed, e.LinkCounted, e.RequestServed, e.ToldToWait,
    e.CloudLoad, e.ChannelOpened, e.EntitlementGranted,
))  # fmt: skip
_FRAMES = (e.FrameSeen,)
_SWITCHED = (e.RelaySwitched, e.SupplySwitched)
_FED = frozenset({"car", "wiring", "telematics"})  # what stands still or moves by them


def tell(recording: Recording, most: int = MOST_LINES, *, until: int | None = None) -> str:
    """Return a recording's story, a line per event; frames only around what was done.

    That is what owners do, and what a test switches.

    Args:
        recording: what happened.
        most: how many lines, at most.
        until: tell only so many entries, up to a failure, with the frames before it: what
            follows is the bench being put away.
    """
    told = recording.entries[:until]
    acts = list(_acts(told))
    if until is not None and told:
        acts.append(told[-1].t_ns - FRAMES_AROUND_NS)
    entries = _causes_first([entry for entry in told if _belongs(entry, acts)])
    lines = [
        printable(f"{x.t_ns / 1e9:10.3f} s  {x.event.lane:10}  {say(x.event)}") for x in entries
    ]
    if len(lines) > most:
        left_out = len(lines) - most
        lines = [*lines[: most // 4], f"… {left_out} lines …", *lines[-(most - most // 4) :]]
    return "\n".join(lines)


def _acts(entries: list[Entry]) -> Iterator[int]:
    """Yield when owners and the test did something; what brings a bench up is not of it."""
    began = False
    for entry in entries:
        began = began or isinstance(entry.event, e.StateChecked)
        if isinstance(entry.event, e.ActSensed) or (began and isinstance(entry.event, _SWITCHED)):
            yield entry.t_ns


def _causes_first(entries: list[Entry]) -> list[Entry]:
    """Return entries with each switching before what came of it at the same instant.

    It is written down when it has been read back, and the car is quicker than that.
    """
    ordered: list[Entry] = []
    for entry in entries:
        place = len(ordered)
        if isinstance(entry.event, _SWITCHED):
            while place and _came_of(ordered[place - 1], entry):
                place -= 1
        ordered.insert(place, entry)
    return ordered


def _came_of(before: Entry, switched: Entry) -> bool:
    same = (before.t_ns, before.cause) == (switched.t_ns, switched.cause)
    return same and before.event.lane in _FED


def _belongs(entry: Entry, acts: list[int]) -> bool:
    """Whether an entry is part of the story: the witness's traffic is not, its fate is."""
    event = entry.event
    if type(event) in LEFT_OUT:
        return False
    if isinstance(event, _FRAMES):
        return any(0 <= entry.t_ns - act <= FRAMES_AROUND_NS for act in acts)
    return isinstance(event, e.FaultMet) or not of_the_witness(e.payload(event))
