"""A recording as numbers: when what happened because of what."""

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import sub
from typing import Any

from bench.evidence.recording_lines import Lines, read_lines
from bench.file_name import FileName
from bench.judge.run_again import run_again
from bench.report.payloads import Payload, Payloads
from bench.units import NS_PER_S

# so many single frames of a recording are shown in any case; a bus that somebody watches frame by
# frame, or on which something is wrong, has a hundred times as many
MOST_FRAMES = 2000
AROUND_NS = 2 * NS_PER_S
FRAME = "frame_seen"
_MOMENTS = frozenset(("act_sensed", "fault_armed", "fault_cleared", "phase_began", "claim"))
_HEADER = (
    "limits", "starting_state", "seed", "stamp", "start_ends", "bit_rates", "fitted", "movements",
)  # fmt: skip
_SCENARIO = ("car", "epoch", "compress", "defects", "repetition", "needs_cloud", "phases")


@dataclass(frozen=True)
class Timeline:
    """A recording, ready to be embedded.

    Attributes:
        header: what of its header is shown.
        names: per "bus identifier" the message's name.
        t_ns, seqs, causes, payloads: of each entry; a cause of -1 is none.
        left_out: single frames that are not in it, per bus.
        wrong: what is wrong with the recording ("": nothing).
    """

    header: dict[str, Any]
    names: dict[str, str]
    t_ns: Sequence[int] = field(repr=False)
    seqs: Sequence[int] = field(repr=False)
    causes: Sequence[int] = field(repr=False)
    payloads: Sequence[int] = field(repr=False)
    left_out: dict[str, int]
    wrong: str

    def packed(self, payloads: list[Payload], shared: dict[int, int]) -> dict[str, Any]:
        """Return it as the page's script takes it: times by steps, shared payloads by place."""
        own: dict[int, int] = {}
        places = [
            shared[n] if n in shared else -1 - own.setdefault(n, len(own)) for n in self.payloads
        ]
        return {
            "h": self.header,
            "t": _steps(self.t_ns),
            "s": _steps(self.seqs),
            "c": [s - c if c >= 0 else 0 for s, c in zip(self.seqs, self.causes, strict=True)],
            "p": places,
            "x": [payloads[number].row() for number in own],
            "left": self.left_out,
            "wrong": self.wrong,
        }


def read_timeline(path: FileName, payloads: Payloads) -> Timeline:
    """Return what can be read of a recording, thinned where it holds very many frames."""
    lines = read_lines(path)
    left_out: Counter[str] = Counter()
    if lines.kinds.count(FRAME) > MOST_FRAMES:
        left_out = _thin(lines)
    numbers = payloads.numbers(lines.kinds, lines.fields)
    payloads.count(numbers)
    return Timeline(
        _shown(lines.header), _message_names(lines.header), _dense(lines.t_ns),
        _dense(lines.seqs), _dense(lines.causes), _dense(numbers),
        dict(sorted(left_out.items())), lines.wrong,
    )  # fmt: skip


def _dense(values: list[int]) -> Sequence[int]:
    """Return whole numbers in a fifth of the room: all the timelines of a run are there at once."""
    try:
        return array("q", values)
    except OverflowError:  # a damaged recording may say anything
        return values


def _steps(values: Sequence[int]) -> list[int]:
    """Return the first value and each one's distance from the one before."""
    return list(map(sub, values, [0, *values[:-1]]))


def _thin(lines: Lines) -> Counter[str]:
    """Leave out single frames, in place; return how many per bus.

    Only such as nothing led to and that led to nothing. Of these stay the ones near what owners
    and faults did, and of those, where they are still too many, only some, evenly chosen.
    """
    causing = set(lines.causes)
    free = [
        n for n, kind in enumerate(lines.kinds)
        if kind == FRAME and lines.causes[n] < 0 and lines.seqs[n] not in causing
    ]  # fmt: skip
    room = max(1, MOST_FRAMES - (lines.kinds.count(FRAME) - len(free)))
    near = _near(lines, free)
    kept = set(near[:: -(-len(near) // room)] if near else ())
    gone = [n for n in free if n not in kept]
    left_out = Counter(_bus(lines.fields[n]) for n in gone)
    _drop(lines, set(gone))
    return left_out


def _near(lines: Lines, places: list[int]) -> list[int]:
    """Return the places whose entries are near a moment that matters."""
    slots = {
        lines.t_ns[n] // AROUND_NS + off
        for n, kind in enumerate(lines.kinds)
        if kind in _MOMENTS
        for off in (0, 1)
    }
    return [n for n in places if lines.t_ns[n] // AROUND_NS in slots]


def _bus(fields: str) -> str:
    return fields.partition('"bus":"')[2].partition('"')[0]


def _drop(lines: Lines, gone: set[int]) -> None:
    stay = [n for n in range(len(lines.seqs)) if n not in gone]
    lines.t_ns = [lines.t_ns[n] for n in stay]
    lines.seqs = [lines.seqs[n] for n in stay]
    lines.kinds = [lines.kinds[n] for n in stay]
    lines.causes = [lines.causes[n] for n in stay]
    lines.fields = [lines.fields[n] for n in stay]


def _shown(header: dict[str, Any]) -> dict[str, Any]:
    scenario = header.get("scenario")
    shown = {key: header[key] for key in _HEADER if key in header}
    if isinstance(scenario, dict):
        shown |= {key: scenario[key] for key in _SCENARIO if key in scenario}
        shown["again"] = run_again(scenario, seed=header.get("seed"), stamp=header.get("stamp"))
    return shown


def _message_names(header: dict[str, Any]) -> dict[str, str]:
    """Return per "bus identifier" the message that a header's roles name."""
    roles = header.get("roles")
    names = {}
    for key, role in roles.items() if isinstance(roles, dict) else ():
        if isinstance(role, dict) and isinstance(role.get("message"), str):
            names[f"{key.partition('.')[0]} {role.get('identifier')}"] = role["message"]
    return names
