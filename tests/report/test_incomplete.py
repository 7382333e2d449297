"""A run that was cut short or damaged: the report is made, and says what is missing."""

import gzip
import json
import re

import pytest
from reading import Read, entries, pack

from bench.errors import RunFolderError
from bench.evidence.being_made import hold
from bench.evidence.stored_run import read_stored_run
from bench.report.page import make_report, write_report


def text_of(folder) -> str:
    return Read(make_report(read_stored_run(folder))).text


def test_without_a_run_file(copy):
    (copy / "run.json").unlink()
    text = text_of(copy)
    assert "This report is not complete" in text
    assert "run.json is not there" in text
    assert "9 verdicts" in text


@pytest.mark.parametrize("content", ['{"what": "camp', "[1, 2]", "", '"<b>"', "[" * 100_000])
def test_with_a_run_file_that_cannot_be_read(copy, content):
    (copy / "run.json").write_text(content)
    assert "run.json cannot be read" in text_of(copy)


def test_with_a_run_file_of_other_things_than_it_should_hold(copy):
    strange = {"what": 3, "car": ["x"], "versions": "none", "configuration": [1], "planned": {"a": 1},
               "host": 5, "command": "bench run", "seed": None,
               "ways": {"phone_only": {"unlock": [{"a": 1}, 3, []], "start": 5}, "x": 5},
               "kept_working": [1, {"b": 2}, "<b>no_path</b>"]}  # fmt: skip
    (copy / "run.json").write_text(json.dumps(strange))
    text = text_of(copy)
    assert "9 verdicts" in text
    assert "<b>no_path</b>: not known here" in text


def test_a_run_that_goes_on_is_told_from_one_that_nobody_writes_any_more(copy):
    (copy / "ended.json").unlink()
    said = "the run has not said that it ended: "
    with (copy / "verdicts.jsonl").open("ab") as writing:
        hold(writing.fileno())
        assert f"{said}it still goes on" in read_stored_run(copy).missing
    dead = f"{said}nobody writes it any more: it was killed, or its disk was full"
    assert dead in read_stored_run(copy).missing
    (copy / "verdicts.jsonl").unlink()
    assert f"{said}it was killed, or it still goes on" in read_stored_run(copy).missing


def test_a_folder_whose_parts_were_never_put_together_names_them(copy):
    """Two Ctrl-C in a row end pytest-xdist before it could."""
    for worker in ("gw1", "gw0"):
        (copy.parent / "session" / worker / "recordings").mkdir(parents=True)
    with pytest.raises(
        RunFolderError, match=r"session: holds no run itself: name one of its folders gw0, gw1$"
    ):
        read_stored_run(copy.parent / "session")


def test_with_a_list_that_is_cut_off_in_its_last_line(copy):
    file = copy / "verdicts.jsonl"
    file.write_text(file.read_text()[:-200])
    text = text_of(copy)
    assert "verdicts.jsonl is cut off in its last line, 9" in text
    assert "1 verdict in no list, recovered from recordings" in text
    assert "9 verdicts" in text


def test_with_a_line_whose_fields_are_not_what_they_should_be(copy):
    file = copy / "verdicts.jsonl"
    lines = file.read_text().splitlines()
    fields = json.loads(lines[3])
    lines[3] = json.dumps(fields | {"measured_s": "<b>fast</b>", "reason": 5})
    file.write_text("\n".join(lines) + "\n")
    text = text_of(copy)
    assert "verdicts.jsonl: line 4 cannot be read" in text
    assert "9 verdicts" in text  # its recording has it


def test_without_a_list(copy):
    (copy / "verdicts.jsonl").unlink()
    text = text_of(copy)
    assert "verdicts.jsonl is not there" in text
    assert "9 verdicts in no list, recovered from recordings" in text


def test_without_a_recording(copy):
    verdict = read_stored_run(copy).verdicts[0]
    (copy / verdict.recording).unlink()
    page = make_report(read_stored_run(copy))
    assert f"{verdict.scenario}: its recording" in Read(page).text
    assert pack(page, 1)["timeline"] is None
    assert pack(page, 2)["timeline"] is not None


def test_with_a_recording_that_was_cut_off_while_it_was_compressed(copy):
    verdict = read_stored_run(copy).verdicts[0]
    file = copy / verdict.recording
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    page = make_report(read_stored_run(copy))
    assert "was cut off" in Read(page).text
    shown = entries(page, 1)
    assert len(shown) > 50  # as far as it goes


def test_with_a_time_that_no_clock_could_tell(copy):
    file = copy / read_stored_run(copy).verdicts[0].recording
    header, first, *rest = gzip.decompress(file.read_bytes()).decode().splitlines()
    first = re.sub(r'"t_ns":\d+', f'"t_ns":{10**30}', first)
    file.write_bytes(gzip.compress("\n".join([header, first, *rest]).encode()))
    shown = entries(make_report(read_stored_run(copy)), 1)
    assert shown[0]["t_ns"] == 10**30
    assert shown[1]["t_ns"] < 10**15


def test_with_a_recording_that_is_damaged_in_the_middle(copy):
    verdict = read_stored_run(copy).verdicts[0]
    file = copy / verdict.recording
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2 : len(raw) // 2 + 40] = b"\xff" * 40
    file.write_bytes(bytes(raw))
    assert f"{file.name} is damaged" in text_of(copy)


def test_with_a_recording_that_is_something_else(copy):
    verdict = read_stored_run(copy).verdicts[0]
    (copy / verdict.recording).write_bytes(gzip.compress(b'hello\n{"a": 1}\n[]\n'))
    assert "has no header" in text_of(copy)


def test_with_events_of_kinds_and_fields_that_this_version_does_not_know(copy):
    verdict = read_stored_run(copy).verdicts[0]
    file = copy / verdict.recording
    recorded = gzip.decompress(file.read_bytes()).decode()
    recorded = recorded.replace('"kind":"bus_woke"', '"kind":"bus_yawned"')
    recorded = recorded.replace(
        '"kind":"act_sensed","cause":', '"kind":"act_sensed","mood":1,"cause":'
    )
    recorded = recorded.replace('"volts":', '"volts_":').replace('"met":', '"met_":')
    file.write_bytes(gzip.compress(recorded.encode()))
    page = make_report(read_stored_run(copy))
    kinds = {e["kind"]: e for e in entries(page, 1)}
    assert kinds["bus_yawned"]["words"] == "bus yawned"


def test_a_run_that_was_cut_short_names_what_it_did_not_come_to(copy):
    file = copy / "verdicts.jsonl"
    stored = read_stored_run(copy)
    gone = stored.verdicts[-2:]
    file.write_text("".join(file.read_text().splitlines(keepends=True)[:7]))
    for verdict in gone:
        (copy / verdict.recording).unlink()
    (copy / "recordings" / "begun.jsonl").write_text("")
    text = text_of(copy)
    assert "2 of 9 planned scenarios have no verdict" in text
    assert gone[0].scenario in text
    assert "begun and not finished (.jsonl in recordings): begun" in text


def test_nothing_but_a_run_file(copy):
    import shutil

    shutil.rmtree(copy / "recordings")
    (copy / "verdicts.jsonl").unlink()
    text = text_of(copy)
    assert "9 of 9 planned scenarios have no verdict" in text
    assert "nothing was judged" in text


def test_a_folder_that_is_no_run_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(RunFolderError, match="holds no run"):
        read_stored_run(tmp_path)
    with pytest.raises(RunFolderError, match="is no folder"):
        read_stored_run(tmp_path / "notes.txt")


def test_numbers_that_json_does_not_have_and_half_a_surrogate_pair_do_no_harm(copy, tmp_path):
    verdict = read_stored_run(copy).verdicts[0]
    file = copy / verdict.recording
    recorded = gzip.decompress(file.read_bytes()).decode()
    recorded = recorded.replace('"worst_ns":0', '"worst_ns":1e999')
    file.write_bytes(gzip.compress(recorded.encode()))
    verdicts = copy / "verdicts.jsonl"
    verdicts.write_text(verdicts.read_text().replace('"reason":"', '"reason":"\\ud800 '))
    page = write_report(copy, tmp_path / "report.html").read_text(encoding="utf-8")
    jitter = [e for e in entries(page, 1) if e["kind"] == "jitter_measured"]
    assert jitter[0]["fields"]["worst_ns"] == "inf"
    assert "? " in page


def test_a_recording_nested_too_deeply_is_read_around(copy):
    verdict = read_stored_run(copy).verdicts[0]
    file = copy / verdict.recording
    lines = gzip.decompress(file.read_bytes()).decode().splitlines()
    deep = "[" * 100_000 + "]" * 100_000
    lines[5] = lines[5].removesuffix("}") + f',"deep":{deep}}}'
    file.write_bytes(gzip.compress("\n".join(lines).encode()))
    shown = entries(make_report(read_stored_run(copy)), 1)
    assert shown[4]["words"].endswith("cannot be read")
    assert len(shown) > 50
