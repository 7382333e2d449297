"""Making a report on the command line: at the end of a run, and of any run."""

from pathlib import Path

from bench.cli.ending import say
from bench.errors import RunFolderError


def make_report(
    run: Path,
    out: Path | None,
    *,
    since: Path | None,
    requirements: Path | None,
    bench: Path | None,
) -> Path:
    """Make a run's report, and return where it is.

    Raises:
        RunFolderError: a folder holds no run; ConfigError: the list of requirements is wrong.
    """
    from bench.evidence import since as since_
    from bench.report.page import write_report

    changed = since_.since(since, run) if since is not None else None
    listed = None
    if requirements is not None:
        from bench.cli.requiring import named_requirements, tell_unknown

        listed = named_requirements(requirements, bench)
        tell_unknown(run, listed, bench)
    return write_report(run, out, listed=listed, since=changed)


def report_at_the_end(run: Path, *, report: bool) -> None:
    """Say what a run has changed, and make its report; it stays what it is if that fails."""
    from bench.evidence.since import keep_since

    try:
        keep_since(run)
        if report:
            from bench.report.page import write_report

            write_report(run)
    except RunFolderError as error:
        say(f"no report: {error}")
