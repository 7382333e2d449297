"""From a folder of runs to one HTML file: no script, no network."""

from pathlib import Path
from urllib.parse import quote

from bench.evidence.runs_folder import RunsFolder, read_runs
from bench.evidence.whole_file import keep_whole
from bench.file_name import FileName
from bench.report import page
from bench.report.embedding import source_hash
from bench.report.moments import moment
from bench.report.templates import shipped, template
from bench.report.trend import series
from bench.report.trend_chart import LEFT, RIGHT, WIDE, counts_chart, times_chart

NAME = "trend.html"
TEMPLATE, STYLE = "trend.html.jinja", "trend.css"
LAST = 100
MOST_NAMED = 5


def write_trend(folder: FileName, out: FileName | None = None, last: int = LAST) -> Path:
    """Make the trend page of a folder of runs, and return where it is.

    Args:
        folder: it holds run folders.
        out: the file; by default `trend.html` in that folder, with links to the runs' reports.
        last: how many runs are shown, the latest.

    Raises:
        RunFolderError: there is no run in it, or the file cannot be written.
    """
    folder, out = Path(folder), None if out is None else Path(out)
    text = make_trend(read_runs(folder, last), links=out is None)
    file = folder / NAME if out is None else out
    keep_whole(file, text.encode("utf-8", errors="replace"))
    return file


def make_trend(runs: RunsFolder, *, links: bool = False) -> str:
    """Return the trend page of a folder of runs."""
    style = shipped(page.STYLE) + shipped(STYLE)
    shown = series(runs.runs)
    return template(TEMPLATE, moment=moment).render(
        title=runs.path.resolve().name or "runs",
        style=style,
        style_hash=source_hash(style),
        runs=runs,
        all_series=[
            (
                each,
                counts_chart(each.points),
                [(t, times_chart(t, each.points)) for t in each.times],
            )
            for each in shown
        ],
        reports=_reports(runs) if links else {},
        most_named=MOST_NAMED,
        wide=WIDE,
        left=LEFT,
        right=RIGHT,
    )


def _reports(runs: RunsFolder) -> dict[str, str]:
    """Return per run the address of its report, from the trend page's own place."""
    return {
        run.path.name: f"./{quote(run.path.name)}/{page.NAME}"
        for run in runs.runs
        if (run.path / page.NAME).is_file()
    }
