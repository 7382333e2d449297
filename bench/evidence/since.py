"""What a run changed, against the run before it in the same folder of runs.

It is worked out when a run ends and kept in its folder: its report stays what it is wherever the
folder goes, and when the earlier run is gone.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench.evidence.recording_lines import parse
from bench.evidence.run_folder import RUN
from bench.evidence.stored_run import StoredRun, read_run, read_stored_run, repeat_of
from bench.evidence.whole_file import keep_whole
from bench.file_name import FileName
from bench.judge.comparison import Comparison, compare
from bench.units import some

NAME = "since.json"
# of two runs that are to be compared, as it is said of them
SAME = {"what": "what was run", "car": "the car", "stamp": "the stamp"}
MOST_KEYS = 5
# of a configuration, what does not change what a verdict means
_ASIDE = frozenset(("requirements", "bench.name", "bench.seed"))


@dataclass(frozen=True)
class Since:
    """What changed since an earlier run.

    Attributes:
        before: the earlier run's folder, by name; "" where there is none.
        began: when it began.
        why_not: why the two are not compared; empty: they are.
        also: what else was different, a sentence each.
        changed: (how, scenario, sentence) of every scenario that both have, and that is not as it
            was. What only one of the runs has is no change, but said in `also`.
        slower: paths that take longer, a sentence each.
        same: how many scenarios are as they were.
        worse: whether a verdict or a path's time got worse.
    """

    before: str = ""
    began: str = ""
    why_not: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    changed: tuple[tuple[str, str, str], ...] = ()
    slower: tuple[str, ...] = ()
    same: int = 0
    worse: bool = False

    @property
    def compared(self) -> bool:
        """Whether there was an earlier run that can be compared."""
        return bool(self.before) and not self.why_not


@dataclass(frozen=True)
class _Earlier:
    path: Path
    info: dict[str, Any] = field(repr=False)


def find_since(run: FileName) -> Since:
    """Return what a run changed against the last one before it that can be compared.

    Where none can be, the last one is named, with the reason.
    """
    run = Path(run)
    own = read_run(run)
    earlier = sorted(_earlier(run, own), key=lambda e: (str(e.info["began"]), e.path.name))
    if not earlier:
        return Since()
    comparable = [each for each in earlier if not differences(each.info, own)]
    if not comparable:
        last = earlier[-1]
        reasons = tuple(differences(last.info, own))
        return Since(last.path.name, str(last.info["began"]), reasons)
    found = comparable[-1]
    skipped = [e.path.name for e in earlier[earlier.index(found) + 1 :]]
    also = [f"not compared, as other things were run: {', '.join(skipped[-MOST_KEYS:])}"]
    return since(found.path, run, also if skipped else [])


def _earlier(run: Path, own: dict[str, Any]) -> Iterator[_Earlier]:
    """Yield the runs beside this one that began before it."""
    began = str(own.get("began", ""))
    for file in run.resolve().parent.glob(f"*/{RUN}"):
        if file.parent == run.resolve():
            continue
        info = read_run(file.parent)
        at = info.get("began")
        # two of one second: the folders' names are in the order in which they were made
        if isinstance(at, str) and (at, file.parent.name) < (began, run.resolve().name):
            yield _Earlier(file.parent, info)


def since(before: FileName, run: FileName, also: list[str] | None = None) -> Since:
    """Return what a run changed against a named one; raises RunFolderError if that is no run."""
    before, run = Path(before), Path(run)
    old, new = read_stored_run(before), read_stored_run(run)
    name, began = before.resolve().name, str(old.info.get("began", ""))
    reasons = differences(old.info, new.info)
    if reasons:
        return Since(name, began, tuple(reasons))
    now = {v.scenario for v in new.verdicts}
    then = {v.scenario for v in old.verdicts}
    if not now & then:
        return Since(name, began, ("the two have no scenario in common",))
    found = compare(
        [v for v in old.verdicts if v.scenario in now],
        [v for v in new.verdicts if v.scenario in then],
    )
    told = [*(also or []), *_also(old, new)]
    return Since(
        name, began, (), tuple(told), tuple(_changed(found)), tuple(_slower(found)), found.same,
        found.worse,
    )  # fmt: skip


def differences(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Return what makes two runs incomparable, a sentence each: what was run, on what."""
    told = [
        f"{SAME[key]} was {old.get(key, '?')}, and is {new.get(key, '?')}"
        for key in SAME
        if old.get(key) != new.get(key)
    ]
    before, after = dict(_flat(old.get("configuration"))), dict(_flat(new.get("configuration")))
    keys = sorted(k for k in {**before, **after} if before.get(k) != after.get(k))
    if keys:
        told.append(f"the configuration differs: {some(keys, MOST_KEYS)}")
    return told


def _flat(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every key of a configuration, dotted, with its value."""
    if key in _ASIDE:
        return
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(inner, f"{key}.{name}" if key else str(name))
    elif value is not None:
        yield key, value


def _also(old: StoredRun, new: StoredRun) -> Iterator[str]:
    """Yield what else was different between two runs that are compared."""
    if old.info.get("seed") != new.info.get("seed"):
        yield f"the seed was {old.info.get('seed', '?')}, and is {new.info.get('seed', '?')}"
    yield from repeat_change(old, new)
    yield from version_changes(old.info.get("versions"), new.info.get("versions"))
    before, after = ({v.scenario for v in run.verdicts} for run in (old, new))
    gone, added = sorted(before - after - set(new.left)), sorted(after - before)
    cut = sorted(before & set(new.left))
    for names, says in (
        (cut, "of the earlier run's scenarios were planned and not reached"),
        (gone, "of the earlier run's scenarios were not run this time"),
        (added, "scenarios of this run have no verdict in the earlier one"),
    ):
        if names:
            yield f"{len(names)} {says}: {some(names, MOST_KEYS)}"


def repeat_change(old: StoredRun, new: StoredRun) -> Iterator[str]:
    """Yield that scenarios were run more or less often: fewer tries see fewer failures."""
    was, now = (repeat_of(run.info) for run in (old, new))
    if was != now:
        yield f"each scenario was run {was}×, and is run {now}×"


def version_changes(then: Any, now: Any) -> Iterator[str]:
    """Yield what of two runs' versions differs, a sentence each."""
    if not isinstance(then, dict) or not isinstance(now, dict):
        return
    for name in sorted({**then, **now}):
        if then.get(name) != now.get(name):
            yield f"{name} was {then.get(name, 'not there')}, and is {now.get(name, 'not there')}"


def _changed(found: Comparison) -> Iterator[tuple[str, str, str]]:
    for each in found.changed:
        verdict = each.after or each.before
        reason = f"{verdict.oracle}: {verdict.reason}" if verdict is not None else ""
        yield each.how, each.scenario, reason


def _slower(found: Comparison) -> Iterator[str]:
    for pace in found.paces:
        if pace.slower:
            yield (
                f"{pace.path} {pace.intent} takes {pace.ratio:.2f} times as long "
                f"(median of {pace.after.count}: {pace.before.median_s:.3f} s, "
                f"now {pace.after.median_s:.3f} s)"
            )


def keep_since(run: FileName) -> None:
    """Work out what a run changed, and keep it in its folder.

    Raises:
        RunFolderError: it cannot be written.
    """
    run = Path(run)
    text = json.dumps({"schema": 1} | asdict(find_since(run)), indent=1, ensure_ascii=False)
    keep_whole(run / NAME, (text + "\n").encode("utf-8", errors="replace"))


def read_since(run: FileName) -> Since | None:
    """Return what a run has kept; None where it kept nothing that can be read."""
    run = Path(run)
    try:
        kept = parse((run / NAME).read_text(encoding="utf-8"))
        changed = tuple((str(h), str(s), str(r)) for h, s, r in kept["changed"])
        texts = {key: tuple(map(str, kept[key])) for key in ("why_not", "also", "slower")}
        return Since(
            str(kept["before"]), str(kept["began"]), changed=changed, same=int(kept["same"]),
            worse=bool(kept["worse"]), **texts,
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError):
        return None
