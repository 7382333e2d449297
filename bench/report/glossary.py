"""What the names in a report mean: the sentence that each has in its code or its file."""

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from bench.judge.verdict import Verdict
from bench.owner.cast import OWNERS
from bench.presentation.layers import PHASE_MARK
from bench.registry import ROOT, registry
from bench.requirements.outage_names import fault_names

Names = list[tuple[str, str]]
INCIDENTS, CARS = ROOT / "incidents", ROOT / "cars"
STAMPS = {
    "simulated": "car, cloud and instruments are programs, on simulated time",
    "virtual": "car, cloud and instruments are programs, in real time",
    "hardware": "a bus, an instrument or a unit of the car, at least, is real",
}


def about(info: Mapping[str, object]) -> str:
    """Return what a run's outage, car and stamp are: a reader may know none of the names.

    Args:
        info: what `run.json` holds. An own incident or car says nothing here, and is left out.
    """
    kinds = (
        ("outage", "what", _incident),
        ("car", "car", lambda name: _said(CARS, name, "summary")),
        ("stamp", "stamp", lambda name: STAMPS.get(name, "")),
    )  # fmt: skip
    told = ((kind, str(info.get(key)), sentence) for kind, key, sentence in kinds)
    said = ((kind, name, sentence(name)) for kind, name, sentence in told)
    return " ".join(f"The {kind} {name}: {means}." for kind, name, means in said if means)


def glossary(verdicts: Sequence[Verdict], defects: Iterable[str] = ()) -> list[tuple[str, Names]]:
    """Return, per kind of thing, the names that stand in a run's verdicts, with a sentence each.

    A name that says nothing here (an own incident's, another distribution's) is left out.

    Args:
        verdicts: a run's.
        defects: those that were switched on in it.
    """
    asked = [v for v in verdicts if v.tells_of_its_path]
    outages = list(dict.fromkeys(v.outage for v in verdicts if v.outage))
    failed = [name for each in outages for name in fault_names(each.partition(PHASE_MARK)[0])]
    judged = [each.oracle for v in verdicts for each in v.judgements]
    path, fault = registry("path", "access/paths"), registry("fault", "faults/*")
    phase, oracle = registry("phase", "access/phases"), registry("oracle", "judge/oracles")
    kinds = [
        ("ways in", _told((v.path for v in asked), path.sentence_of)),
        ("owners", _told((v.owner for v in asked), _owner)),
        ("failures", _told(failed, fault.sentence_of) + _told(outages, _incident)),
        ("phases of an outage", _told((v.phase or "" for v in asked), phase.sentence_of)),
        ("defects switched on", _told(defects, registry("defect", "*/defects").sentence_of)),
        ("oracles, which judge", _told(judged, oracle.sentence_of)),
    ]
    return [(kind, names) for kind, names in kinds if names]


def _told(names: Iterable[str], sentence: Callable[[str], str]) -> Names:
    listed = ((name, sentence(name)) for name in dict.fromkeys(names))
    return [(name, said) for name, said in listed if said]


def _owner(name: str) -> str:
    return OWNERS[name].summary if name in OWNERS else ""


def _incident(name: str) -> str:
    return _said(INCIDENTS, name, "title")


def _said(folder: Path, name: str, key: str) -> str:
    file = next((each for each in folder.glob("*.toml") if each.stem == name), None)
    return str(tomllib.loads(file.read_text(encoding="utf-8"))[key]) if file else ""
