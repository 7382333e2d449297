"""The recordings in a run's folder, and the verdicts that only they hold."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from bench.evidence.recording_file import OPEN_SUFFIX, SUFFIX
from bench.evidence.recording_lines import read_lines
from bench.evidence.run_folder import RECORDINGS
from bench.evidence.stored_verdict import sound_verdict
from bench.file_name import FileName
from bench.judge.repetition import cut_short
from bench.judge.verdict import Verdict

_REPETITION = re.compile(r"\.r(\d+)$")  # no scenario's id ends so: outages have no dots in theirs


def scenario_and_repetition(name: str) -> tuple[str, int]:
    """Return the scenario that a recording's name says, and which of its repetitions it is.

    >>> scenario_and_repetition("phone_only.ble_key.unlock.baseline.r2")
    ('phone_only.ble_key.unlock.baseline', 2)
    """
    again = _REPETITION.search(name)
    return _REPETITION.sub("", name), int(again[1]) if again else 1


def recordings(path: FileName) -> dict[str, Path]:
    """Return a run's recordings by name; a compressed one counts before one that was left open."""
    path = Path(path)
    found = {
        file.name.removesuffix(suffix): file
        for suffix in (OPEN_SUFFIX, SUFFIX)
        for file in (path / RECORDINGS).glob(f"*{suffix}")
    }
    return dict(sorted(found.items()))


def unfinished(path: FileName) -> list[str]:
    """Return the scenarios that a killed run had begun and not finished."""
    path = Path(path)
    found = recordings(path)
    return [name for name, file in found.items() if file.name.endswith(OPEN_SUFFIX)]


def recovered(path: FileName, known: set[str], repeat: int = 1) -> Iterator[Verdict]:
    """Yield the verdicts that only recordings hold; repetitions of a scenario are combined.

    Also those that end a recording for which there was no room, or no time, to be compressed, and
    those of recordings that are damaged.

    Args:
        path: the run's folder.
        known: the scenarios whose verdict is known.
        repeat: how often each was to be run.
    """
    path = Path(path)
    runs: dict[str, list[tuple[int, Verdict]]] = defaultdict(list)
    for name, file in recordings(path).items():
        scenario, number = scenario_and_repetition(name)
        if scenario not in known:
            verdict = sound_verdict(read_lines(file).verdict)
            if verdict is not None:
                runs[verdict.scenario].append((number, verdict))
    for numbered in runs.values():
        verdicts = [verdict for _, verdict in sorted(numbered, key=lambda each: each[0])]
        yield cut_short(verdicts, repeat)
