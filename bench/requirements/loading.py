"""From a file that a bench file, or an option, names to a list of requirements."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from bench.config.bench_file import StationFile
from bench.config.requirements_section import RequirementsSection
from bench.errors import ConfigError, nearest
from bench.file_name import FileName
from bench.requirements import csv_list, reqif_list
from bench.requirements.pattern import parse_pattern, parse_patterns
from bench.requirements.requirement import Requirement, RequirementList
from bench.requirements.row import Row

# per file name's ending: what reads it, and where ids, texts and patterns stand if nobody says so
FORMATS = {
    ".csv": (csv_list.read_csv, csv_list.ID, csv_list.TEXT, csv_list.COVERED_BY),
    ".reqif": (reqif_list.read_reqif, reqif_list.ID, reqif_list.TEXT, reqif_list.COVERED_BY),
    ".reqifz": (reqif_list.read_reqifz, reqif_list.ID, reqif_list.TEXT, reqif_list.COVERED_BY),
}
_COLUMNS = ("id_column", "text_column", "covered_by_column")


def station_requirements(file: StationFile) -> RequirementList | None:
    """Return the list that a bench file names; None where it names none. Raises ConfigError."""
    section = file.content.requirements
    if section is None:
        return None
    return load_requirements(section, file.base, source=str(file.path))


def load_requirements(
    section: RequirementsSection, base: FileName, *, source: str = "--requirements"
) -> RequirementList:
    """Return a list of requirements.

    Args:
        section: which file, and what stands where in it.
        base: the folder that its name is relative to.
        source: the file (or option) that names it, for errors.

    Raises:
        ConfigError: it names the list, the place in it, and the nearest valid thing.
    """
    base = Path(base)
    path = base / section.file
    raw = _raw(path, source)
    if path.suffix.lower() not in FORMATS:
        known = ", ".join(FORMATS)
        raise ConfigError(f"{source}: requirements: {path.name}: known are {known}")
    read, ids, texts, patterns = FORMATS[path.suffix.lower()]
    name = path.name
    everything = read(raw, str(path))
    columns = list(dict.fromkeys(column for row in everything for column in row.fields))
    _check_columns(section, columns, str(path))
    rows = [row for row in everything if _wanted(row, section.only)]
    chosen = _chosen(section.id_column, ids, columns)
    if not chosen and columns:
        hint = nearest(ids[0], columns)
        raise ConfigError(f'{path}: no column "{ids[0]}": {hint} (id_column names another)')
    found = _requirements(
        rows,
        chosen,
        _chosen(section.text_column, texts, columns),
        _chosen(section.covered_by_column, patterns, columns),
        str(path),
    )
    listed = RequirementList(name, hashlib.sha256(raw).hexdigest(), tuple(found.values()))
    return _with_patterns(listed, section, source)


def _raw(path: Path, source: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        why = f"cannot be read: {error.strerror}"
        raise ConfigError(f"{source}: requirements: {path}: {why}") from None


def _wanted(row: Row, only: dict[str, list[str]]) -> bool:
    folded = {name.casefold(): text for name, text in row.fields.items()}
    return all(folded.get(column.casefold(), "") in values for column, values in only.items())


def _check_columns(section: RequirementsSection, columns: list[str], path: str) -> None:
    """Refuse columns that were asked for and are not there."""
    asked = {key: getattr(section, key) for key in _COLUMNS} | {
        f"only.{column}": column for column in section.only
    }
    for key, wanted in asked.items():
        if wanted is not None and columns and not _chosen(wanted, (), columns):
            raise ConfigError(f'{path}: {key}: no column "{wanted}": {nearest(wanted, columns)}')


def _chosen(wanted: str | None, usual: Sequence[str], columns: list[str]) -> list[str]:
    """Return the columns to look into, in turn, whatever case they are written in."""
    folded = {column.casefold(): column for column in reversed(columns)}
    names = (wanted,) if wanted is not None else usual
    return [folded[name.casefold()] for name in names if name.casefold() in folded]


def _requirements(
    rows: list[Row], ids: list[str], texts: list[str], patterns: list[str], path: str
) -> dict[str, Requirement]:
    found: dict[str, Requirement] = {}
    places: dict[str, str] = {}
    for row in rows:
        id_ = row.fields.get(ids[0], "")
        if not id_ and path.lower().endswith(".csv"):
            raise ConfigError(f"{path}: {row.place}: has no id")
        if not id_:
            continue  # a heading, or a picture: such objects of a specification have no id
        if id_ in found:
            raise ConfigError(f'{path}: {row.place}: "{id_}" stands in {places[id_]} already')
        where = f"{path}: {row.place}"
        text = next((row.fields[t] for t in texts if row.fields.get(t)), "")
        cells = [row.fields.get(column, "") for column in patterns]
        covers = tuple(p for cell in cells for p in parse_patterns(cell, source=where))
        found[id_], places[id_] = Requirement(id_, text, covers), row.place
    if not found:
        raise ConfigError(f"{path}: holds no requirement")
    return found


def _with_patterns(
    listed: RequirementList, section: RequirementsSection, source: str
) -> RequirementList:
    """Return a list with the patterns that the bench file adds to it."""
    key = f"{source}: requirements.covered_by"
    listed.check(section.covered_by, source=key)
    more = {
        id_: tuple(parse_pattern(text, source=f"{key}.{id_}") for text in texts)
        for id_, texts in section.covered_by.items()
    }
    requirements = tuple(
        Requirement(each.id, each.text, each.covered_by + more.get(each.id, ()))
        for each in listed.requirements
    )
    return RequirementList(listed.source, listed.digest, requirements)
