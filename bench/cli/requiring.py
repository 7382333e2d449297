"""Requirements on the command line: checked before a run, kept with it, handed to JUnit."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from bench.access.choosing.campaign_phase import phases
from bench.access.incident import Incident, incident_names
from bench.access.intent import INTENTS
from bench.access.path import paths
from bench.cli.ending import say
from bench.config.bench_file import StationFile, load_bench
from bench.config.requirements_section import RequirementsSection
from bench.errors import ConfigError
from bench.evidence.run_folder import RunFolder
from bench.evidence.stored_run import StoredRun, read_stored_run
from bench.faults.injector import faults, parse_fault
from bench.judge.asking import oracles
from bench.judge.verdict import TEST, Verdict
from bench.owner.cast import OWNERS
from bench.requirements.coverage import coverage
from bench.requirements.loading import load_requirements, station_requirements
from bench.requirements.outage_check import KnownOutages, unknown_outages
from bench.requirements.pattern import unknown_values
from bench.requirements.requirement import RequirementList
from bench.requirements.snapshot import write_snapshot


def checked_requirements(file: StationFile, played: Incident | None) -> RequirementList | None:
    """Return the list that a bench file names, if it names one.

    Raises:
        ConfigError: the list is wrong, covers what does not exist, or lacks an incident's id.
    """
    listed = station_requirements(file)
    if listed is None:
        return None
    named = [played.name] if played is not None else []
    _check_values(listed, file, _known_outages([file.base], named))
    if played is not None:
        listed.check(played.file.requirements, source=f"{played.name}: requirements")
    return listed


def _known_outages(bases: Iterable[Path], named: Iterable[str]) -> KnownOutages:
    """Return what outages there can be; one's own files lie beside a bench file, or below it."""
    own = [each.stem for base in bases for each in (*base.glob("*.toml"), *base.glob("*/*.toml"))]
    return KnownOutages(
        faults().names(), [*incident_names(), *own, *named], phases().names(),
        lambda fault, where: parse_fault(fault, source=where),
    )  # fmt: skip


def _check_values(listed: RequirementList, file: StationFile, outages: KnownOutages) -> None:
    """Refuse patterns that nothing can ever fit."""
    if wrong := list(_unfitting(listed, _known_values(), outages)):
        raise ConfigError("\n".join(f"{file.path}: requirements: {each}" for each in wrong))


def _known_values() -> dict[str, list[str]]:
    """Return, per key of a pattern, the names that there are."""
    return {
        "path": [*paths().names(), TEST],
        "intent": [*INTENTS, TEST],
        "owner": list(OWNERS),
        "oracle": oracles().names(),
    }


def _unfitting(
    listed: RequirementList, known: Mapping[str, Collection[str]], outages: KnownOutages
) -> Iterator[str]:
    """Yield a sentence for each value of a pattern that nothing can ever fit."""
    for each in listed.requirements:
        for pattern in each.covered_by:
            wrong = (*unknown_values(pattern, known), *unknown_outages(pattern, outages))
            yield from (f"{each.id}: covered_by {sentence}" for sentence in wrong)


def named_requirements(list_file: Path, bench_file: Path | None) -> RequirementList:
    """Return the list that `--requirements` names, its columns as a bench file says.

    Raises:
        ConfigError: the list, or the bench file, is wrong.
    """
    section = load_bench(bench_file).content.requirements
    own = section.model_copy(update={"file": str(list_file)}) if section is not None else None
    return load_requirements(own or RequirementsSection(file=str(list_file)), Path())


def tell_unknown(run: Path, listed: RequirementList, bench_file: Path | None) -> None:
    """Say on the terminal what a run and a list do not know of each other.

    Ids that the run's verdicts name and the list does not hold, and patterns of the list that fit
    nothing of the run and nothing that there is: no error, since the run may be of another place.
    """
    stored = read_stored_run(run)
    for id_ in dict.fromkeys(id_ for v in stored.verdicts for id_ in v.requirements):
        if id_ not in listed.ids:
            say(listed.unknown(id_))
    known = {key: {*names, *_seen(stored, key)} for key, names in _known_values().items()}
    bases = [load_bench(bench_file).base, Path(str(stored.info.get("configuration_file"))).parent]
    outages = _known_outages(bases, _seen(stored, "outage"))
    for sentence in _unfitting(listed, known, outages):
        say(f"{listed.source}: {sentence}")


def _seen(stored: StoredRun, key: str) -> set[str]:
    """Return the values of a pattern's key that a run's verdicts have."""
    return {value for verdict in stored.verdicts if (value := getattr(verdict, key)) is not None}


def keep_requirements(folder: RunFolder, listed: RequirementList | None) -> None:
    """Keep the list in the run's folder: reports of that run need nothing else."""
    if listed is not None:
        write_snapshot(folder.path, listed)


def naming(verdict: Verdict, ids: Sequence[str]) -> Verdict:
    """Return a verdict that names the requirements of its outage; a baseline names none."""
    if verdict.outage is None or not ids:
        return verdict
    return replace(verdict, requirements=tuple(ids))


def covering(
    verdicts: Sequence[Verdict], listed: RequirementList | None
) -> Callable[[Verdict], Sequence[str]]:
    """Return what says, for each of some verdicts, which requirements it speaks for."""
    found = coverage(verdicts, listed)
    ids: dict[str, list[str]] = {v.scenario: list(v.requirements) for v in verdicts}
    for number, places in found.of.items():
        mine = ids[verdicts[number].scenario]
        mine += [id_ for place in places if (id_ := found.rows[place].requirement.id) not in mine]
    return lambda verdict: ids[verdict.scenario]
