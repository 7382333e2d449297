"""From a recording to numbers: lanes, words, and what is thinned out and said to be."""

import gzip
import json

import pytest
from reading import Read, entries, pack

from bench import events as e
from bench.evidence.entry_line import encode_entry
from bench.evidence.recording_lines import read_lines
from bench.evidence.stored_run import read_stored_run
from bench.journal import Entry
from bench.presentation.lanes import ORDER, lane_of
from bench.presentation.words import WORDS, say
from bench.report import timeline
from bench.report.page import make_report
from bench.report.payloads import TABLE_SHOWN, Payloads, read_payload
from bench.report.timeline import read_timeline

S = 1_000_000_000
HEADER = {"header": {"scenario": {}, "roles": {"body.door": {"message": "Doors", "identifier": 5}}}}


def write(file, *said: tuple[int, e.Event, int | None]):
    """Write a recording by hand: (seconds, event, cause)."""
    lines = [json.dumps(HEADER)]
    lines += [
        encode_entry(Entry(int(t * S), n, cause, event)) for n, (t, event, cause) in enumerate(said)
    ]
    end = encode_entry(Entry(S * 1000, len(said), None, e.End(len(said), 0)))
    file.write_bytes(gzip.compress("\n".join([*lines, end, ""]).encode()))
    return file


def made(cls: type[e.Event]) -> e.Event:
    """Return an event of a kind, with something of the right type in each field."""
    from dataclasses import fields

    values = {"str": "word", "int": 3, "bool": True, "float": 0.5}
    named = {f.name: str(f.type).partition(" | ")[0] for f in fields(cls)}
    named = {n: k.removeprefix("<class '").removesuffix("'>") for n, k in named.items()}
    return cls(**{name: values.get(kind, ((1, 2), (3, 4))) for name, kind in named.items()})


@pytest.mark.parametrize("kind", sorted(set(e.KINDS) - {"event"}))
def test_every_kind_of_event_has_a_lane_that_is_drawn_and_words(kind):
    event = made(e.KINDS[kind])
    assert lane_of(event).split(" ")[0] in ORDER
    assert type(event) in WORDS
    assert say(event)
    payload = read_payload(kind, json.dumps(e.payload(event))[1:-1])
    assert payload.words == say(event)
    assert payload.lane == lane_of(event)


@pytest.mark.parametrize("cls", sorted(WORDS, key=lambda cls: cls.kind))
def test_an_event_with_fields_of_other_types_is_told_by_its_kind_at_least(cls):
    from dataclasses import fields

    event = cls(**{field.name: None for field in fields(cls)})
    assert say(event)


def test_each_bus_has_a_lane_of_its_own(run):
    page = make_report(read_stored_run(run))
    lanes = {event["lane"] for event in entries(page, 1)}
    assert {"can body", "can telematics", "diagnosis"} <= lanes


def test_frames_know_their_messages_names(tmp_path):
    file = write(tmp_path / "a.jsonl.gz", (1, e.FrameSeen("body", 5, "", "00", "BCM"), None))
    assert read_timeline(file, Payloads()).names == {"body 5": "Doors"}


def test_the_witness_is_told_apart(run):
    page = make_report(read_stored_run(run))
    for event in entries(page, 1):
        says_so = "witness" in json.dumps(event["fields"]).lower()
        assert bool(event["witness"]) <= says_so
    assert any(event["witness"] for event in entries(page, 1))


def test_a_cyclic_segment_keeps_its_rule_and_counts_its_exceptions():
    table = tuple(f"{n:02x}" for n in range(40))
    segment = e.CyclicSegment(
        "body", 5, "", "BCM", 100, 7, 900, 0, table, (1,) * 40, ((3, 50), (9, 70))
    )
    fields = read_payload("cyclic_segment", json.dumps(e.payload(segment))[1:-1]).fields
    assert fields["count"] == 900
    assert (fields["first_ns"], fields["period_ns"]) == (7, 100)
    assert (fields["frames_that_waited"], fields["worst_wait_ns"]) == (2, 70)
    assert len(fields["payloads"]) == TABLE_SHOWN
    assert fields["payloads_in_all"] == 40
    assert "late" not in fields


def many_frames(tmp_path, frames: int):
    """Write a recording of very many frames, some of which matter."""
    said = [(n / 100, e.FrameSeen("body", 5, "", f"{n:04x}", "BCM"), None) for n in range(frames)]
    act = len(said)
    said += [
        (50, e.ActSensed("act-1", "handle"), None),
        (50.1, e.FrameSeen("body", 6, "", "ff", "PEPS"), act),
        (50.2, e.RoleChanged("body", "door", "open", ("open",), (1,)), 3),
    ]
    return write(tmp_path / "many.jsonl.gz", *said)


def test_a_recording_of_very_many_frames_is_thinned_and_says_so(tmp_path):
    frames = timeline.MOST_FRAMES * 3
    thinned = read_timeline(many_frames(tmp_path, frames), Payloads())
    kept = len(thinned.seqs) - 3  # the act, the role and the end mark
    assert kept <= timeline.MOST_FRAMES
    assert kept + thinned.left_out["body"] == frames + 1
    assert {3, frames, frames + 1} <= set(thinned.seqs)  # what led to something, and the act's
    near = [t for t in thinned.t_ns if 50 * S <= t <= 51 * S]
    assert len(near) >= 100  # all around the act
    assert list(thinned.seqs) == sorted(thinned.seqs)


def test_too_many_frames_around_what_matters_are_thinned_evenly(tmp_path, monkeypatch):
    monkeypatch.setattr(timeline, "MOST_FRAMES", 50)
    thinned = read_timeline(many_frames(tmp_path, 6000), Payloads())
    assert 25 <= len(thinned.seqs) - 3 <= 50
    assert {3, 6000, 6001} <= set(thinned.seqs)


def test_a_recording_of_fewer_frames_is_whole(tmp_path):
    whole = read_timeline(many_frames(tmp_path, timeline.MOST_FRAMES - 2), Payloads())
    assert whole.left_out == {}
    assert len(whole.seqs) == timeline.MOST_FRAMES + 2


def test_what_is_left_out_is_said_in_the_page(copy):
    verdict = read_stored_run(copy).verdicts[0]
    frames = timeline.MOST_FRAMES + 500
    file = many_frames(copy, frames)
    file.replace(copy / verdict.recording)
    page = make_report(read_stored_run(copy))
    left = pack(page, 1)["timeline"]["left"]["body"]
    assert left > 0
    assert f"{left} single frames are left out" in Read(page).text
    assert entries(page, 1)[-1]["seq"] == frames + 3  # numbers stay those of the recording


def test_lines_are_what_the_recording_says(tmp_path):
    file = write(tmp_path / "a.jsonl.gz", (1, e.PhaseBegan("down"), None), (2, e.BusWoke("b"), 0))
    lines = read_lines(file)
    assert (lines.t_ns, lines.seqs) == ([S, 2 * S, 1000 * S], [0, 1, 2])
    assert lines.causes == [-1, 0, -1]
    assert lines.kinds == ["phase_began", "bus_woke", "end"]
    assert lines.fields[0] == '"phase":"down"'
    assert lines.wrong == ""
