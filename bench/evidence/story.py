"""A recording told: what was injected, who did what when, and the frames around it."""

from bench import events as e
from bench.journal import Entry
from bench.presentation.whose import of_the_witness
from bench.presentation.words import say
from bench.recording import Recording

MOST_LINES = 80
FRAMES_AROUND_NS = 1_000_000_000
# counts, measurements and traffic that says nothing of what an owner did and got
LEFT_OUT = frozenset((
    e.Control, e.WitnessProbed, e.End, e.InstrumentFound, e.JitterMeasured, e.LineLevel,
    e.WireDisturbed, e.SupplySet, e.SupplyLimited, e.SupplyCurrent, e.CyclicSegment,
    e.BusCounted, e.ErrorSeen, e.BusStateChanged, e.CutOff, e.FrameSpoiled, e.UnitIdentified,
    e.ConnectionOpened, e.ConnectionClosed, e.LinkCounted, e.RequestServed, e.ToldToWait,
    e.CloudLoad, e.ChannelOpened, e.EntitlementGranted,
))  # fmt: skip
_FRAMES = (e.FrameSeen,)


def tell(recording: Recording, most: int = MOST_LINES) -> str:
    """Return a recording's story, a line per event; frames only around what owners did."""
    acts = [entry.t_ns for entry in recording.entries if isinstance(entry.event, e.ActSensed)]
    entries = [entry for entry in recording.entries if _belongs(entry, acts)]
    lines = [f"{x.t_ns / 1e9:10.3f} s  {x.event.lane:10}  {say(x.event)}" for x in entries]
    if len(lines) > most:
        left_out = len(lines) - most
        lines = [*lines[: most // 4], f"… {left_out} lines …", *lines[-(most - most // 4) :]]
    return "\n".join(lines)


def _belongs(entry: Entry, acts: list[int]) -> bool:
    """Whether an entry is part of the story: the witness's traffic is not, its fate is."""
    event = entry.event
    if type(event) in LEFT_OUT:
        return False
    if isinstance(event, _FRAMES):
        return any(0 <= entry.t_ns - act <= FRAMES_AROUND_NS for act in acts)
    return isinstance(event, e.FaultMet) or not of_the_witness(e.payload(event))
