"""The trace event format of Chrome, which Perfetto opens."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from bench.events import (
    AttemptSettled,
    CyclicSegment,
    FaultArmed,
    FaultCleared,
    IntentBegan,
    RequestSent,
    ResponseReceived,
    payload,
)
from bench.file_name import FileName
from bench.journal import Entry
from bench.presentation.lanes import lane_of, place_of
from bench.recording import Recording
from bench.trace.frames import epoch_s
from bench.units import NS_PER_US

Began = dict[tuple[str, str], Entry]
Lanes = dict[str, int]


class Perfetto:
    """The whole recording as a timeline in lanes, with arrows from cause to effect."""

    suffix: ClassVar[str] = ".perfetto.json"
    opened_by: ClassVar[str] = "ui.perfetto.dev, chrome://tracing"

    def write(self, recording: Recording, path: FileName) -> int:
        """Write every entry; return how many."""
        path = Path(path)
        document = {
            "displayTimeUnit": "ns",
            "otherData": {
                "scenario": str(recording.header.scenario.get("id", "")),
                "seed": recording.header.seed,
                "stamp": recording.header.stamp,
                "epoch_s": epoch_s(recording),
            },
            "traceEvents": list(_events(recording)),
        }
        path.write_text(json.dumps(document, separators=(",", ":")), encoding="utf-8")
        return len(recording.entries)


def _events(recording: Recording) -> Iterator[dict[str, Any]]:
    yield {"ph": "M", "pid": 1, "name": "process_name",
           "args": {"name": str(recording.header.scenario.get("id", "scenario"))}}  # fmt: skip
    lanes = _numbered(recording)
    for lane, number in lanes.items():
        yield {"ph": "M", "pid": 1, "tid": number, "name": "thread_name", "args": {"name": lane}}
        yield {"ph": "M", "pid": 1, "tid": number, "name": "thread_sort_index",
               "args": {"sort_index": number}}  # fmt: skip
    began: Began = {}
    for entry in recording.entries:
        yield from _of(entry, began, lanes)
        yield from _arrow(recording, entry, lanes)


def _numbered(recording: Recording) -> Lanes:
    """Return the number of each lane that the recording has events in, in the order of lanes."""
    used = {lane_of(entry.event) for entry in recording.entries}
    return {lane: number for number, lane in enumerate(sorted(used, key=place_of))}


def _of(entry: Entry, began: Began, lanes: Lanes) -> Iterator[dict[str, Any]]:
    """Yield what an entry is in a timeline: a mark, a stretch, or the end of a stretch."""
    if isinstance(entry.event, CyclicSegment):
        yield _segment(entry, lanes)
        return
    key = _stretch(entry, ended=False)
    if key is not None:
        began[key] = entry
    key = _stretch(entry, ended=True)
    if key is not None and key in began:
        first = began.pop(key)
        yield {
            **_mark(first, lanes), "ph": "X", "dur": (entry.t_ns - first.t_ns) / NS_PER_US,
            "name": key[1],
        }  # fmt: skip
    yield _mark(entry, lanes)


def _stretch(entry: Entry, *, ended: bool) -> tuple[str, str] | None:
    """Return which stretch an entry begins (or ends), and None if it does neither."""
    event = entry.event
    if isinstance(event, AttemptSettled if ended else IntentBegan):
        return "attempt", event.attempt
    if isinstance(event, FaultCleared if ended else FaultArmed):
        return "fault", event.fault
    if isinstance(event, ResponseReceived if ended else RequestSent):
        return "exchange", event.exchange
    return None


def _mark(entry: Entry, lanes: Lanes) -> dict[str, Any]:
    event = entry.event
    return {
        "ph": "i", "s": "t", "pid": 1, "tid": lanes[lane_of(event)], "ts": entry.t_ns / NS_PER_US,
        "name": event.kind, "args": {"seq": entry.seq, "cause": entry.cause, **payload(event)},
    }  # fmt: skip


def _segment(entry: Entry, lanes: Lanes) -> dict[str, Any]:
    event = entry.event
    if not isinstance(event, CyclicSegment):
        raise TypeError(event.kind)
    length_ns = max(0, event.count - 1) * event.period_ns + max(event.duration_ns, default=0)
    return {
        "ph": "X", "pid": 1, "tid": lanes[lane_of(event)], "ts": event.first_ns / NS_PER_US,
        "dur": length_ns / NS_PER_US, "name": f"{event.bus} 0x{event.identifier:X} x {event.count}",
        "args": {"seq": entry.seq, "sender": event.sender, "period_ns": event.period_ns,
                 "payloads": list(event.table)},
    }  # fmt: skip


def _arrow(recording: Recording, entry: Entry, lanes: Lanes) -> Iterator[dict[str, Any]]:
    """Yield the arrow from the entry that led to this one, where lanes differ."""
    if entry.cause is None:
        return
    cause = recording.entries[entry.cause]
    begins, ends = lanes[lane_of(cause.event)], lanes[lane_of(entry.event)]
    if begins == ends:
        return
    common = {"cat": "cause", "name": "cause", "id": entry.seq, "pid": 1}
    yield {**common, "ph": "s", "tid": begins, "ts": cause.t_ns / NS_PER_US}
    yield {**common, "ph": "f", "bp": "e", "tid": ends, "ts": entry.t_ns / NS_PER_US}
