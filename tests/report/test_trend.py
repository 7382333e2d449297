"""`bench trend`: a folder of runs as one page."""

import json
import re
import shutil
from pathlib import Path

import pytest
from reading import SMUGGLED, Read
from verdicts import verdict

from bench.cli.main import main
from bench.evidence.runs_folder import read_runs
from bench.judge.history import history
from bench.judge.verdict import Verdict
from bench.report.trend import series
from bench.report.trend_chart import counts_chart, times_chart
from bench.report.trend_page import make_trend, write_trend

# day of the month, verdicts in turn, of how many that were planned, seconds that each takes
DAYS = [(1, "PPP", 3, 0.2), (2, "PFP", 3, 0.2), (3, "PF", 3, 0.2), (4, "PPP", 3, 0.2),
        (14, "PI", 2, 0.4)]  # fmt: skip
WORDS = {"P": "pass", "F": "fail", "I": "inconclusive"}


def scenario(number: int) -> str:
    return f"phone_only.ble_key.unlock.fault_{number}"


def write_run(folder: Path, day: int, words: str, planned: int, took_s: float, **info) -> Path:
    """Write a run: `words` has a letter for each scenario that was reached."""
    run = folder / f"day_{day:02d}"
    run.mkdir(parents=True)
    told = {
        "what": "campaign", "car": "sound", "stamp": "simulated", "seed": 1, "versions": {"x": "1"},
        "configuration": {}, "began": f"2026-01-{day:02d}T09:00:00+00:00",
        "planned": [scenario(n) for n in range(planned)],
    }  # fmt: skip
    (run / "run.json").write_text(json.dumps(told | info))
    lines = [
        {"scenario": scenario(n), "path": "ble_key", "intent": "unlock", "outage": f"fault_{n}",
         "phase": "down", "owner": "phone_only", "verdict": WORDS[letter], "outcome": "acted",
         "oracle": "independence", "reason": "because", "measured_s": took_s + n / 10,
         "limit_s": 0.5, "judgements": [], "helpless": []}
        for n, letter in enumerate(words)
    ]  # fmt: skip
    (run / "verdicts.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    (run / "ended.json").write_text("{}")
    return run


@pytest.fixture(scope="module")
def runs(tmp_path_factory) -> Path:
    """Five runs of one thing, of which one was cut off and the last comes late; and two others."""
    folder = tmp_path_factory.mktemp("trend") / "runs"
    for day, words, planned, took_s in DAYS:
        write_run(folder, day, words, planned, took_s)
    other = write_run(folder, 5, "FFF", 3, 0.2, car=SMUGGLED, seed=SMUGGLED)
    (other / "ended.json").unlink()
    named = write_run(folder, 6, "FFF", 3, 0.2, car=SMUGGLED)
    verdicts = named / "verdicts.jsonl"
    verdicts.write_text(verdicts.read_text().replace('"because"', json.dumps(SMUGGLED)))
    named.rename(folder / "<img src=x onerror=run(1)>'\"")
    (folder / "no run").mkdir()
    (folder / "undated").mkdir()
    (folder / "undated" / "verdicts.jsonl").write_text("")
    return folder


@pytest.fixture(scope="module")
def sound(runs):
    return series(read_runs(runs, 100).runs)[0]


def test_runs_are_in_the_order_in_which_they_began_one_series_for_each_car(runs):
    found = series(read_runs(runs, 100).runs)
    assert [each.title for each in found] == [
        "campaign on sound, simulated", f"campaign on {SMUGGLED}, simulated",
    ]  # fmt: skip
    assert [p.name for p in found[0].points] == [f"day_{day:02d}" for day, *_ in DAYS]


def test_what_fails_newly_and_what_has_healed_is_against_the_last_known(sound):
    assert [p.newly for p in sound.points] == [
        (), (scenario(1),), (), (), (scenario(1),),
    ]  # fmt: skip
    assert [p.healed for p in sound.points] == [(), (), (), (scenario(1),), ()]
    assert [p.doubt for p in sound.points] == [0, 0, 0, 0, 0.5]


def test_a_run_that_was_cut_off_a_gap_and_what_is_missing_are_told(sound):
    assert [p.cut for p in sound.points] == [
        "", "", "cut off: 1 of 3 planned scenarios have no verdict", "", "",
    ]  # fmt: skip
    assert [p.gap for p in sound.points] == ["", "", "", "", "nothing for 10 days before it"]
    assert [p.missing for p in sound.points] == [0, 0, 0, 0, 1]


def test_nothing_is_noted_of_runs_whose_set_up_did_not_change(sound):
    assert [p.notes for p in sound.points] == [()] * len(DAYS)


def test_a_run_that_has_not_said_that_it_ended_is_told(runs):
    points = series(read_runs(runs, 100).runs)[1].points
    assert points[0].cut.startswith("has not said that it ended: nobody writes it any more")
    assert points[1].notes == (f"the seed was {SMUGGLED}, and is 1",)


def test_times_are_spreads_of_what_was_measured(sound):
    [times] = sound.times
    assert (times.path, times.intent, times.limit_s) == ("ble_key", "unlock", 0.5)
    assert [s.count for s in times.spreads] == [3, 3, 2, 3, 2]
    first = times.spreads[0]
    assert [first.least_s, first.median_s, first.most_s] == pytest.approx([0.2, 0.3, 0.4])


def test_bars_are_as_high_as_their_counts_and_boxes_as_their_times(sound):
    chart = counts_chart(sound.points)
    second = [b for b in chart.bars if b.says.startswith("day_02")]
    assert {b.word: b.text for b in second} == {"pass": "2", "fail": "1"}
    high = {b.word: b.high for b in second}
    assert high["pass"] == pytest.approx(2 * high["fail"], abs=0.2)
    assert [cut.says for cut in chart.cuts] == [p.cut for p in sound.points if p.cut]
    assert len(chart.gaps) == 1
    times = times_chart(sound.times[0], sound.points)
    assert times.boxes[-1].median < times.boxes[0].median  # up is slower
    assert times.limit is not None
    assert times.limit == times.boxes[-1].most < times.boxes[0].most  # 0.5 s, and the limit of it


def named(name: str, word: str) -> Verdict:
    return verdict(word=word, scenario=name)


def test_what_fails_is_known_since_when_also_over_a_run_that_left_it_out():
    found = history([[named("a", "pass"), named("b", "fail")], [named("a", "inconclusive")],
                     [named("b", "fail")], [named("a", "fail")]])  # fmt: skip
    assert [(x.verdict.scenario, x.first, x.count) for x in found.lasting] == [
        ("b", 0, 2), ("a", 1, 2),
    ]  # fmt: skip
    assert [[c.how for c in each] for each in found.changes] == [[], ["doubtful"], [], ["broken"]]


def test_no_smuggled_text_becomes_an_element_and_no_script_is_allowed(runs):
    page = make_trend(read_runs(runs, 100), links=True)
    read = Read(page)
    assert not read.named("img")
    assert not read.named("script")
    assert len(read.named("style")) == 1
    assert not any(name.startswith("on") for _, found in read.elements for name in found)
    [policy] = [m["content"] for m in read.named("meta") if "http-equiv" in m]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert " ".join(SMUGGLED.split()) in read.text


def test_links_lead_to_reports_beside_the_page_and_nowhere_else(runs, tmp_path):
    copied = Path(shutil.copytree(runs, tmp_path / "runs"))
    strange = next(p for p in copied.iterdir() if p.name.startswith("<img"))
    for run in (strange, copied / "day_01"):
        (run / "report.html").write_text("")
    page = write_trend(copied).read_text()
    links = [a["href"] for a in Read(page).named("a") if not str(a["href"]).startswith("#")]
    assert sorted(map(str, links)) == [
        "./%3Cimg%20src%3Dx%20onerror%3Drun%281%29%3E%27%22/report.html", "./day_01/report.html",
    ]  # fmt: skip
    write_trend(copied, tmp_path / "elsewhere.html")
    assert "report.html" not in (tmp_path / "elsewhere.html").read_text()


def test_the_command_says_where_the_page_is(runs, capsys, tmp_path):
    out = tmp_path / "t.html"
    assert main(["trend", str(runs), "--out", str(out), "--last", "3"]) == 0
    assert capsys.readouterr().out == f"trend: {out}\n"
    text = Read(out.read_text()).text
    assert "3 runs, the latest; 4 earlier are not shown" in text
    assert "Not shown, as nothing says when they began: undated." in text


@pytest.mark.parametrize("folder", ["none", "runs/no run"])
def test_a_folder_without_runs_is_one_clear_error(runs, capsys, folder):
    assert main(["trend", str(runs.parent / folder)]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert "holds no runs: name the folder that holds their folders" in line


def test_the_page_is_the_same_for_the_same_runs(runs):
    first, second = (make_trend(read_runs(runs, 100)) for _ in range(2))
    assert first == second
    assert re.search(r"<title>runs – access-bench trend</title>", first)
