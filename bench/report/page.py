"""From a run folder to one HTML file."""

import gc
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.evidence.since import Since, read_since
from bench.evidence.stored_run import StoredRun, read_stored_run
from bench.evidence.whole_file import keep_whole
from bench.file_name import FileName
from bench.judge.cells import cells, column_of, failures
from bench.judge.kept_working import kept_working
from bench.judge.troubles import lost, troubles
from bench.judge.verdict import Verdict
from bench.judge.worst import LEGEND, ORDER, letter
from bench.presentation import lanes
from bench.report import matrix
from bench.report.changes import shown_changes
from bench.report.choices import choices, file_of_test, path_of
from bench.report.embedding import embedded, source_hash
from bench.report.environment import environment, in_words, pairs, switched_on
from bench.report.glossary import about, glossary
from bench.report.measured import measured
from bench.report.packs import TOGETHER, Evidence, packs
from bench.report.payloads import TABLE_SHOWN, Payloads
from bench.report.stranding import who_is_stranded
from bench.report.templates import shipped, template
from bench.report.timeline import MOST_FRAMES, Timeline, read_timeline
from bench.report.traceability import MOST_NAMED, Traceability, packed, places, traceability
from bench.requirements.requirement import RequirementList
from bench.units import duration

NAME = "report.html"
TEMPLATE, STYLE, SCRIPT = "page.html.jinja", "page.css", "page.js"
# that the template cuts by, or speaks of
NUMBERS = {
    "most_named": MOST_NAMED, "most_missing": 20, "most_frames": MOST_FRAMES,
    "table_shown": TABLE_SHOWN, "together": TOGETHER,
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A verdict in the page's table."""

    verdict: Verdict
    word: str
    path: str
    file: str
    column: str
    measured: str
    limit: str
    requirements: str


def write_report(
    run: FileName,
    out: FileName | None = None,
    *,
    listed: RequirementList | None = None,
    since: Since | None = None,
) -> Path:
    """Make a run's report, and return where it is.

    Args:
        run: the run's folder.
        out: the file; by default `report.html` in that folder.
        listed: the requirements to read it against; by default those that the run has kept.
        since: what changed since an earlier run; by default what the run has kept.

    Raises:
        RunFolderError: there is no run here, or the file cannot be written.
    """
    run, out = Path(run), None if out is None else Path(out)
    with _without_collecting():
        text = make_report(read_stored_run(run), listed, since)
    file = run / NAME if out is None else out
    keep_whole(file, text.encode("utf-8", errors="replace"))  # half a surrogate pair is "?"
    return file


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Leave the cycle collector off: it walks half a million entries to find none (a tenth)."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


def make_report(
    run: StoredRun, listed: RequirementList | None = None, since: Since | None = None
) -> str:
    """Return a run's report: the same folder, the same bytes."""
    return template(TEMPLATE).render(context(run, listed, since))


def context(run: StoredRun, listed: RequirementList | None, since: Since | None) -> dict[str, Any]:
    """Return everything that the template fills in."""
    payloads = Payloads()
    timelines, missing = _timelines(run, payloads)
    traced, unread = traceability(run, listed)
    read, shared = payloads.read(), payloads.shared()
    beside = [_beside(run, traced, number) for number in range(len(run.verdicts))]
    defects = switched_on(timeline.header for timeline in timelines.values())
    common = {
        "payloads": [read[number].row() for number in shared],
        "names": dict(pair for each in timelines.values() for pair in each.names.items()),
        "lanes": lanes.ORDER,
        "titles": lanes.TITLES,
        "together": TOGETHER,
        "requirements": traced.common() if traced else None,
    }
    return {
        **_sources(),
        **_summary(run.verdicts),
        **NUMBERS,
        "stranded": who_is_stranded(run.verdicts, run.ways, complete=run.ended and not run.left),
        "out_of_reach": _left_out(run.info),
        "kept": kept_working(run.kept_working, run.verdicts),
        "title": _title(run.info),
        "environment": environment(
            run.info, read, _compress(run.info), in_words(defects, len(timelines))
        ),
        "about": about(run.info),
        "glossary": glossary(run.verdicts, defects),
        "missing": [*run.missing, *unread, *missing],
        "traced": traced,
        "changes": shown_changes(since or read_since(run.path)),
        "left_out": sum(sum(t.left_out.values()) for t in timelines.values()),
        "rows": [_row(verdict, places(traced, n)) for n, verdict in enumerate(run.verdicts)],
        "packs": packs(run.verdicts, Evidence(timelines, read, shared, beside)),
        "choices": choices(run.verdicts),
        "common": embedded(common),
    }


def _timelines(run: StoredRun, payloads: Payloads) -> tuple[dict[str, Timeline], list[str]]:
    """Return what there is of each verdict's recording, and what is missing of them."""
    timelines, missing = {}, []
    for verdict in run.verdicts:
        path = run.recording(verdict)
        if path is None:
            continue
        if not path.is_file():
            missing.append(f"{verdict.scenario}: its recording {path.name} is not there")
            continue
        timeline = timelines[verdict.scenario] = read_timeline(path, payloads)
        if timeline.wrong:
            missing.append(f"{verdict.scenario}: its recording {path.name} {timeline.wrong}")
    return timelines, missing


def _beside(run: StoredRun, traced: Traceability | None, number: int) -> dict[str, Any]:
    """Return what the page holds of a verdict beside its fields and its timeline."""
    capture = run.capture(run.verdicts[number])
    return {"requirements": packed(traced, number)} | ({"capture": capture} if capture else {})


def _row(verdict: Verdict, requirements: str) -> Row:
    told = [duration(s) if s is not None else "" for s in (verdict.measured_s, verdict.limit_s)]
    honest = letter([verdict]) == "H"
    word = "honest" if honest else verdict.verdict
    filtered = path_of(verdict), file_of_test(verdict), column_of(verdict)
    return Row(verdict, word, *filtered, told[0], told[1], requirements)


def _summary(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Return what a manager wants to know."""
    counts: Counter[str] = Counter(v.verdict for v in verdicts)
    found = cells(verdicts)
    return {
        "ways": list(dict.fromkeys(v.path for v in verdicts if v.tells_of_its_path)),
        "tests": sum(v.is_test for v in verdicts),
        "asked_owners": len({v.owner for v in verdicts if v.tells_of_its_path}),
        "failures": failures(verdicts),
        "counts": [(word, counts[word]) for word in ORDER if counts[word]],
        "troubles": troubles(verdicts),
        "numbers": {v.scenario: number for number, v in enumerate(verdicts, 1)},
        "lost": lost(verdicts),
        "matrix": matrix.parts(found),
        "measured": measured(verdicts),
        "legend": [
            ("honest" if mark == "H" else word, mark, meaning) for word, mark, meaning in LEGEND
        ],
    }


def _left_out(info: dict[str, Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what the bench could not do, of each kind: what it is called, and why."""
    kinds = (("path", "paths_left_out"), ("fault", "faults_left_out"))
    return [(kind, found) for kind, key in kinds if (found := pairs(info.get(key)))]


def _title(info: dict[str, Any]) -> str:
    what, car = info.get("what"), info.get("car")
    return f"{what} on {car}" if what and car else "a run of which nothing else is known"


def _compress(info: dict[str, Any]) -> str:
    configuration = info.get("configuration")
    bench = configuration.get("bench") if isinstance(configuration, dict) else None
    factor = bench.get("compress", 1.0) if isinstance(bench, dict) else 1.0
    if factor in (1.0, None):
        return ""
    return f"{factor} times shorter than declared; stranded minutes as in full"


def _sources() -> dict[str, str]:
    """Return style and script with the hashes by which the page lets them and nothing else run."""
    style, script = shipped(STYLE), shipped(SCRIPT)
    return {
        "style": style,
        "script": script,
        "style_hash": source_hash(style),
        "script_hash": source_hash(script),
    }
