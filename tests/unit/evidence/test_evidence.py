"""Recordings and run folders on disk."""

import gzip
import json
from dataclasses import fields, replace
from pathlib import Path

import pytest
from verdicts import verdict

from bench.access.outage import single
from bench.access.runner import run_scenario
from bench.access.scenario import Scenario
from bench.access.timeline import short_timeline
from bench.can.segments import expand
from bench.car.model import load_car
from bench.config.bench_file import DEFAULT, load_bench
from bench.errors import RecordingDamaged, RunFolderError
from bench.events import (
    KINDS,
    ChannelOpened,
    CyclicSegment,
    FrameSeen,
    PhaseBegan,
    payload,
    rebuild,
)
from bench.evidence.junit import write_junit
from bench.evidence.recording_file import RecordingWriter, read_recording
from bench.evidence.run_folder import RunFolder
from bench.evidence.stored_recordings import unfinished
from bench.evidence.stored_run import read_stored_run
from bench.journal import Journal
from bench.judge.judge import judge
from bench.recording import Header


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A recording as it was in memory, its verdict, and its file."""
    folder = tmp_path_factory.mktemp("recordings")
    writer = RecordingWriter(folder, "one")
    scenario = Scenario(
        "sound", "phone_only", "ble_key", "unlock", single("http_status", 120), short_timeline(120)
    )
    recording = run_scenario(load_bench(DEFAULT), load_car("sound", Path()), scenario, writer.sink)
    verdict = judge(recording)
    return recording, verdict, writer.finish(verdict)


def test_what_is_read_is_what_was_recorded(kept):
    recording, verdict, file = kept
    read, read_verdict = read_recording(file)
    assert read.entries == recording.entries
    assert read.header == recording.header
    assert read_verdict == verdict
    assert judge(read) == verdict


def test_a_recording_holds_every_frame_that_its_end_mark_counts(kept):
    recording, _, _ = kept
    frames = sum(1 for _ in recording.of(FrameSeen))
    frames += sum(len(list(expand(segment))) for _, segment in recording.of(CyclicSegment))
    assert recording.entries[-1].event.frames == frames


def test_every_cause_is_an_earlier_entry(kept):
    recording, _, _ = kept
    assert all(entry.cause is None or entry.cause < entry.seq for entry in recording.entries)


def test_the_first_line_is_the_header_and_the_last_the_verdict(kept):
    lines = gzip.decompress(kept[2].read_bytes()).decode().splitlines()
    assert json.loads(lines[0])["header"]["schema"] == 1
    assert json.loads(lines[-1])["verdict"]["scenario"] == kept[1].scenario
    assert json.loads(lines[-2])["kind"] == "end"


def test_nothing_in_a_recording_is_from_this_computer(kept):
    text = gzip.decompress(kept[2].read_bytes()).decode()
    for word in (str(Path.home()), str(Path(__file__).parents[3]), "site-packages"):
        assert word not in text


def test_a_recording_that_was_cut_off_is_read_as_far_as_it_goes(kept, tmp_path):
    raw = gzip.decompress(kept[2].read_bytes())
    half = tmp_path / "half.jsonl"
    half.write_bytes(raw[: len(raw) // 2])
    recording, verdict = read_recording(half)
    assert recording.entries
    assert not recording.complete
    assert verdict is None
    assert judge(recording).verdict == "inconclusive"


def test_a_file_that_is_no_recording_is_refused(tmp_path):
    file = tmp_path / "x.jsonl"
    file.write_text('{"hello": 1}\n')
    with pytest.raises(RecordingDamaged, match="is not a recording"):
        read_recording(file)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_event_survives_the_disk(kind):
    cls = KINDS[kind]
    values = {"str": "a\n\u2603", "int": 3, "bool": True, "float": 0.5}
    made = {}
    for field in fields(cls):
        kind_of = str(field.type).removeprefix("<class '").removesuffix("'>")
        plain = kind_of.partition(" | ")[0]
        made[field.name] = values.get(plain, ((1, 2), (3, 4)))
    event = cls(**made)
    assert rebuild(event.kind, json.loads(json.dumps(payload(event)))) == event


VERDICT = verdict(word="fail", scenario="s", reason="it <b>did</b> not & \x00 \u2603")


def test_a_verdict_is_on_disk_as_soon_as_it_is_added(tmp_path):
    folder = RunFolder(tmp_path / "run")
    folder.add(VERDICT)
    assert list(read_stored_run(tmp_path / "run").verdicts) == [VERDICT]
    folder.close()


# a byte of a header that is no UTF-8, as aiohttp hands it on; half of a pair in a JSON body
UNPAIRED = "access-bench t\udcff \ud800!"


@pytest.mark.parametrize("live", [True, False])
def test_text_that_is_no_utf_8_is_read_as_it_was_recorded(tmp_path, live):
    journal = Journal(lambda: 0)
    writer = RecordingWriter(tmp_path, "unlock", live=live)
    done = writer.sink(Header({"id": UNPAIRED}, {}, (), {}, {}, 1, "virtual"), journal)
    journal.write(ChannelOpened(UNPAIRED))
    journal.write(PhaseBegan("down \u2603 \U0001f511"))
    done()
    verdict = replace(VERDICT, reason=UNPAIRED)
    recording, read_verdict = read_recording(writer.finish(verdict))
    assert [entry.event for entry in recording.entries] == [
        ChannelOpened(UNPAIRED), PhaseBegan("down \u2603 \U0001f511"),
    ]  # fmt: skip
    assert recording.header.scenario == {"id": UNPAIRED}
    assert read_verdict == verdict


def test_a_verdict_on_text_that_is_no_utf_8_is_read_as_it_was_reached(tmp_path):
    verdict = replace(VERDICT, reason=UNPAIRED)
    folder = RunFolder(tmp_path / "run")
    folder.add(verdict)
    folder.close()
    assert list(read_stored_run(tmp_path / "run").verdicts) == [verdict]


def test_half_a_line_of_a_killed_run_is_passed_over(tmp_path):
    folder = RunFolder(tmp_path / "run")
    folder.add(VERDICT)
    folder.close()
    with (tmp_path / "run" / "verdicts.jsonl").open("a") as file:
        file.write('{"scenario": "half')
    assert list(read_stored_run(tmp_path / "run").verdicts) == [VERDICT]


def test_a_verdict_that_is_missing_in_the_list_is_recovered_from_its_recording(kept, tmp_path):
    folder = RunFolder(tmp_path / "run")
    folder.close()
    name = kept[1].scenario
    (folder.recordings / f"{name}.jsonl.gz").write_bytes(kept[2].read_bytes())
    (folder.recordings / "begun.jsonl").write_text("")
    assert list(read_stored_run(tmp_path / "run").verdicts) == [kept[1]]
    assert unfinished(tmp_path / "run") == ["begun"]


def test_a_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(RunFolderError, match="holds no run"):
        list(read_stored_run(tmp_path).verdicts)


def test_junit_is_well_formed_whatever_a_reason_holds(tmp_path):
    import xml.etree.ElementTree as ET

    file = tmp_path / "junit.xml"
    write_junit(file, "suite", [VERDICT], requirements=["ACC-1"])
    suite = ET.parse(file).getroot()
    assert suite.get("failures") == "1"
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert failure.get("message") == "it <b>did</b> not & ? \u2603"
    assert [p.get("value") for p in suite.findall("properties/property")] == ["ACC-1"]


@pytest.mark.parametrize("text", ["\ufffe", "\uffff", "\ud800", "\x0b", "\x1f"])
def test_junit_holds_no_letter_that_xml_does_not_have(tmp_path, text):
    import xml.etree.ElementTree as ET

    file = tmp_path / "junit.xml"
    verdict = replace(VERDICT, reason=f"{text}\t\U0001f511\ufffd", scenario=f"s{text}")
    write_junit(file, f"suite {text}", [verdict], requirements=[f"ACC-{text}"])
    suite = ET.parse(file).getroot()
    assert suite.get("name") == "suite ?"
    case, failure = suite.find("testcase"), suite.find("testcase/failure")
    assert case is not None
    assert failure is not None
    assert case.get("name") == "s?"
    assert failure.get("message") == "?\t\U0001f511\ufffd"


@pytest.mark.parametrize("live", [True, False])
def test_a_live_recording_is_on_the_disk_while_it_is_made(tmp_path, live):
    journal = Journal(lambda: 0)
    writer = RecordingWriter(tmp_path, "unlock", live=live)
    done = writer.sink(Header({}, {}, (), {}, {}, 1, "virtual"), journal)
    journal.write(PhaseBegan("down"))
    path = tmp_path / "unlock.jsonl"
    assert ("phase_began" in path.read_text(encoding="utf-8")) is live
    done()
    assert "phase_began" in path.read_text(encoding="utf-8")
    assert writer.finish(verdict(scenario="unlock")) == tmp_path / "unlock.jsonl.gz"
