"""A run as it lies on disk, also one that was killed or damaged, and what of it is missing."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from bench.errors import RunFolderError
from bench.evidence.recording_file import OPEN_SUFFIX, SUFFIX, decode_verdict
from bench.evidence.recording_lines import parse, read_lines
from bench.evidence.run_folder import ENDED, RECORDINGS, RUN, VERDICTS, recover, unfinished
from bench.judge.verdict import Measurement, Verdict

MOST_NAMED = 8
_TEXTS = ("scenario", "path", "intent", "owner", "verdict", "outcome", "oracle", "reason")
_NUMBERS = ("measured_s", "limit_s", "baseline_s")


@dataclass(frozen=True)
class StoredRun:
    """A run that is over, however it ended.

    Attributes:
        path: its folder.
        info: what `run.json` holds; empty where that is missing.
        verdicts: in the order in which they were planned.
        missing: what is not there or cannot be read, a sentence each.
        left: the planned scenarios that have no verdict.
        ended: whether it has said that it ended.
    """

    path: Path
    info: dict[str, Any]
    verdicts: tuple[Verdict, ...]
    missing: tuple[str, ...]
    left: tuple[str, ...] = ()
    ended: bool = True

    def recording(self, verdict: Verdict) -> Path | None:
        """Return where a verdict's recording should be; None where it never had one."""
        if not verdict.recording:
            return None
        # by name only: a verdict's line may not lead out of the run's folder
        file = self.path / RECORDINGS / PurePosixPath(verdict.recording).name
        left_open = file.with_name(file.name.removesuffix(SUFFIX) + OPEN_SUFFIX)
        return left_open if left_open.exists() and not file.exists() else file


def read_stored_run(path: Path) -> StoredRun:
    """Return a stored run.

    Raises:
        RunFolderError: there is no run here.
    """
    if not any((path / name).exists() for name in (RUN, VERDICTS, RECORDINGS)):
        what = "holds no run" if path.is_dir() else "is no folder"
        raise RunFolderError(f"{path}: {what}: name the folder that `bench run` has written")
    missing: list[str] = []
    info = _info(path / RUN, missing)
    verdicts = {v.scenario: v for v in _listed(path / VERDICTS, missing)}
    recovered = {v.scenario: v for v in _recovered(path, set(verdicts))}
    if recovered:
        missing.append(
            f"{_many(len(recovered), 'verdict')} in no list, recovered from recordings: "
            f"{_named(sorted(recovered))}"
        )
    verdicts |= recovered
    planned = [name for name in _list(info.get("planned")) if isinstance(name, str)]
    ended = (path / ENDED).exists()
    if not ended:
        missing.append("the run has not said that it ended: it was killed, or it still goes on")
    left = tuple(name for name in planned if name not in verdicts)
    missing.extend(_never_reached(path, planned, left))
    place = {name: number for number, name in enumerate(planned)}
    ordered = sorted(verdicts.values(), key=lambda v: place.get(v.scenario, len(place)))
    return StoredRun(path, info, tuple(ordered), tuple(missing), left, ended)


def _info(path: Path, missing: list[str]) -> dict[str, Any]:
    try:
        info = parse(path.read_text(encoding="utf-8"))
    except OSError:
        missing.append(f"{RUN} is not there: nothing is known of versions, seed and configuration")
        return {}
    except ValueError:
        info = None
    if not isinstance(info, dict):
        missing.append(f"{RUN} cannot be read: nothing is known of versions and configuration")
        return {}
    return info


def _listed(path: Path, missing: list[str]) -> Iterator[Verdict]:
    """Yield the verdicts of the list; say which of its lines cannot be read."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        missing.append(f"{VERDICTS} is not there")
        return
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        if not line:
            continue
        verdict = _verdict(line)
        if verdict is not None:
            yield verdict
        elif number == len(lines):
            missing.append(f"{VERDICTS} is cut off in its last line, {number}")
        else:
            missing.append(f"{VERDICTS}: line {number} cannot be read")


def _verdict(line: str) -> Verdict | None:
    """Return the verdict of a line, or None where its fields are not what they should be."""
    try:
        verdict = decode_verdict(parse(line))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return verdict if is_sound(verdict) else None


def is_sound(verdict: Verdict) -> bool:
    """Whether a decoded verdict's fields are of the kinds that they are declared to be."""
    fields: dict[str, Any] = vars(verdict)
    kinds = dict.fromkeys((*_TEXTS, "recording"), str)
    judged = [text for j in verdict.judgements for text in (j.oracle, j.verdict, j.reason)]
    measured = [m for j in verdict.judgements for m in j.measurements]
    moments = [moment for stretch in verdict.helpless for moment in stretch]
    return (
        all(isinstance(fields[name], kind) for name, kind in kinds.items())
        and all(isinstance(fields[name], int | float | None) for name in _NUMBERS)
        and all(isinstance(fields[name], str | None) for name in ("outage", "phase"))
        and isinstance(fields["faults_met"], dict)
        and all(map(_is_text, (*judged, *verdict.requirements)))
        and all(map(_is_measured, measured))
        and all(map(_is_whole, moments))
    )


def _is_measured(measurement: Measurement) -> bool:
    fields: dict[str, Any] = vars(measurement)
    numbers = fields["limit"], 0 if fields["value"] is None else fields["value"]
    texts = (text for name, text in fields.items() if name not in {"limit", "value"})
    return all(isinstance(each, int | float) for each in numbers) and all(map(_is_text, texts))


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_whole(value: object) -> bool:
    return isinstance(value, int)


def _recovered(path: Path, known: set[str]) -> Iterator[Verdict]:
    """Yield the verdicts that only recordings hold, also where some of these are damaged."""

    def of_file(file: Path) -> Verdict | None:
        fields = read_lines(file).verdict
        return _verdict(json.dumps(fields)) if fields is not None else None

    yield from recover(path, known, of_file)


def _never_reached(path: Path, planned: Sequence[str], left: Sequence[str]) -> Iterator[str]:
    """Yield what a run that was cut short did not come to."""
    if left:
        yield (
            f"the run was cut short: {len(left)} of {len(planned)} planned scenarios have no "
            f"verdict: {_named(left)}"
        )
    begun = unfinished(path)
    if begun:
        yield f"begun and not finished ({OPEN_SUFFIX} in {RECORDINGS}): {_named(begun)}"


def _named(names: Sequence[str]) -> str:
    """Return a few of some names, and how many more there are."""
    said = ", ".join(names[:MOST_NAMED])
    return f"{said} and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else said


def _many(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
