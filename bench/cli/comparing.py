"""Showing what has changed between two runs."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from bench.cli.status import FAILED, INCONCLUSIVE
from bench.errors import ConfigError
from bench.evidence.since import SAME
from bench.evidence.stored_recordings import unfinished
from bench.evidence.stored_run import StoredRun, read_stored_run, repeat_of
from bench.judge.comparison import CHANGES, Changed, Comparison, Pace, compare
from bench.judge.verdict import Verdict
from bench.presentation.lines import write_json, write_lines
from bench.units import duration

REPEAT = "repeat"
SETUP = {**SAME, "seed": "the seed", REPEAT: "how often each scenario was run"}
WORDS = {
    "broken": "fails now",
    "doubtful": "inconclusive now",
    "missing": "not run any more",
    "healed": "failed, and passes now",
    "cleared": "was inconclusive, and passes now",
    "added": "not run before",
}
ONE_RUN = {"missing", "added"}  # scenarios with one verdict: there is nothing to tell of a change
MOST_NAMED = 20  # of these


def show_comparison(before: Path, after: Path, tolerance: float, *, as_json: bool) -> int:
    """Print what has changed; return 1 if anything got worse, 3 if that is not known, else 0.

    Raises:
        RunFolderError: a folder holds no run.
        ConfigError: the tolerance makes no sense.
    """
    if not 0 <= tolerance < 10:
        raise ConfigError(f"--tolerance: {tolerance:g} is not a share between 0 and 10")
    old, new = read_stored_run(before), read_stored_run(after)
    found = compare(old.verdicts, new.verdicts, tolerance)
    cut_off, setup = unfinished(after), _setup(old, new)
    if as_json:
        document = _document(before, after, found, cut_off) | {
            "setup": setup, "complete": _complete(new),
        }  # fmt: skip
        write_json(document)
    else:
        told = [f"{SETUP[key]} was {was}, and is {now}" for key, (was, now) in setup.items()]
        write_lines(*told, *_lines(found, cut_off, new))
    return FAILED if found.worse else 0 if _complete(new) else INCONCLUSIVE


def _complete(run: StoredRun) -> bool:
    """Whether a run came to its end: what it has not judged may have got worse."""
    return run.ended and not run.left


def _setup(before: StoredRun, after: StoredRun) -> dict[str, tuple[str, str]]:
    """Return what else was different: a comparison of two cars is not one of two versions."""
    old, new = (run.info | {REPEAT: repeat_of(run.info)} for run in (before, after))
    named = ((key, str(old.get(key, "?")), str(new.get(key, "?"))) for key in SETUP)
    return {key: (was, now) for key, was, now in named if was != now}


def _lines(found: Comparison, cut_off: list[str], after: StoredRun) -> list[str]:
    lines = []
    for how in CHANGES:
        mine = [each for each in found.changed if each.how == how]
        if mine:
            lines += [f"{WORDS[how]}: {len(mine)}", *_named(how, mine)]
    for pace in found.paces:
        if pace.slower:
            lines.append(f"slower: {_pace(pace)}")
    if cut_off:
        lines.append(f"begun in the later run, and not finished: {len(cut_off)}")
    lines.append(f"{found.same} as before")
    if found.worse:
        return [*lines, "worse than before"]
    if not _complete(after):
        why = f"{len(after.left)} scenarios were not judged" if after.left else "it never ended"
        return [*lines, f"the later run is not complete ({why}): whether it got worse is not known"]
    lines.append("nothing got worse")
    return lines


def _named(how: str, changed: list[Changed]) -> Iterator[str]:
    """Yield what has changed in one way; of what only one run has, the first ones, by name."""
    if how not in ONE_RUN:
        yield from (f"  {_line(each)}" for each in changed)
        return
    yield from (f"  {each.scenario}" for each in changed[:MOST_NAMED])
    if len(changed) > MOST_NAMED:
        yield f"  and {len(changed) - MOST_NAMED} more: --json names all"


def _line(each: Changed) -> str:
    verdict = each.after or each.before
    reason = f": {verdict.oracle}: {verdict.reason}" if verdict and verdict.reason else ""
    return f"{each.scenario}{reason}"


def _pace(pace: Pace) -> str:
    low_high = pace.interval
    sure = f" ({low_high.low:.2f} to {low_high.high:.2f})" if low_high else ""
    return (
        f"{pace.path} {pace.intent}: {duration(pace.before.median_s)} to "
        f"{duration(pace.after.median_s)}, {pace.ratio:.2f} times{sure} over {pace.after.count}"
    )


def _document(
    before: Path, after: Path, found: Comparison, cut_off: list[str]
) -> dict[str, object]:
    return {
        "schema": 1,
        "before": str(before),
        "after": str(after),
        "worse": found.worse,
        "same": found.same,
        "changed": [
            {"scenario": c.scenario, "how": c.how, "before": _short(c.before),
             "after": _short(c.after)}
            for c in found.changed
        ],
        "paces": [asdict(pace) for pace in found.paces],
        "unfinished": cut_off,
    }  # fmt: skip


def _short(verdict: Verdict | None) -> dict[str, str] | None:
    if verdict is None:
        return None
    return {"verdict": verdict.verdict, "oracle": verdict.oracle, "reason": verdict.reason}
