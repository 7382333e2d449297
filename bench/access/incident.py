"""Incidents: outages that happened, as files with their sources."""

from dataclasses import dataclass
from os import fspath
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, Field, ValidationInfo, field_validator

from bench.access.outage import PHASES, Outage, Phase
from bench.config.toml_file import read_toml
from bench.config.validation import Section, check
from bench.errors import ConfigError, UnknownName, nearest
from bench.faults.injector import parse_fault
from bench.file_name import FileName, beside
from bench.registry import ROOT, registry
from bench.units import S_PER_DAY

FOLDER = ROOT / "incidents"
MOST_DAYS, MOST_TRIES = 31, 10_000  # an hour of a car's life takes about a second


class PhaseSection(Section):
    """`[[phases]]`."""

    name: str
    duration_s: float = Field(gt=0, allow_inf_nan=False)
    faults: list[str] = Field(default_factory=list)
    basis: Literal["measured", "reported", "assumed"]
    note: str = ""


class SourceSection(Section):
    """`[[sources]]`."""

    name: str
    where: str
    says: str


class AccountSection(Section):
    """`[[accounts]]`: what somebody else said, and the file does not play."""

    text: str
    source: str


class IncidentFile(Section):
    """An incident file as a whole.

    `kept_working` are paths; a replay says whether they do so here, too. `requirements` are ids
    that a replay covers; they become properties in JUnit.
    """

    title: str
    epoch: AwareDatetime
    car: str
    every_s: float = Field(default=60.0, ge=1, allow_inf_nan=False)
    kept_working: list[str] = Field(default_factory=list)
    assumed: list[str] = Field(default_factory=list)
    requirements: list[str] = Field(default_factory=list)
    phases: list[PhaseSection] = Field(min_length=1)
    accounts: list[AccountSection] = Field(default_factory=list)
    sources: list[SourceSection] = Field(min_length=1)

    @field_validator("phases")
    @classmethod
    def _can_be_played(cls, phases: list[PhaseSection], info: ValidationInfo) -> list[PhaseSection]:
        """Refuse an outage in which nothing fails, or that nobody would live to see the end of."""
        whole_s, every_s = sum(phase.duration_s for phase in phases), info.data.get("every_s", 60.0)
        if not any(phase.faults for phase in phases):
            raise ValueError("nothing fails in any of them: faults are missing")
        if whole_s > MOST_DAYS * S_PER_DAY:
            raise ValueError(
                f"they last {whole_s:g} s together, at most {MOST_DAYS} days can be played: "
                "play the first hours"
            )
        if whole_s / every_s > MOST_TRIES:
            raise ValueError(
                f"every {every_s:g} s are {whole_s / every_s:.0f} tries, at most {MOST_TRIES} can "
                f"be made: every_s = {whole_s / MOST_TRIES:.0f} or more"
            )
        return phases


@dataclass(frozen=True)
class Incident:
    """An incident that has been read.

    Attributes:
        name: its file's name.
        path: its file.
        file: what it says.
    """

    name: str
    path: Path
    file: IncidentFile

    @property
    def outage(self) -> Outage:
        """Its outage."""
        phases = tuple(Phase(p.name, p.duration_s, tuple(p.faults)) for p in self.file.phases)
        return Outage(self.name, phases, source=str(self.path))


def incident_names() -> list[str]:
    """Return the names of the incidents that are shipped."""
    return sorted(file.stem for file in FOLDER.glob("*.toml"))


def load_incident(name: FileName, base: FileName) -> Incident:
    """Return a shipped incident by name, or one from a file of the user's (`….toml`).

    Raises:
        UnknownName: no such incident; ConfigError: its file is wrong.
    """
    name, base = fspath(name), Path(base)
    path = base / name if name.endswith(".toml") else FOLDER / f"{name}.toml"
    if not name.endswith(".toml") and not path.is_file():
        raise UnknownName("incident", name, [*incident_names(), *beside(name, base)])
    file = check(IncidentFile, read_toml(path), source=str(path))
    for kept in file.kept_working:
        known = registry("path", "access/paths").names()
        if kept not in known:
            raise UnknownName("path", kept, known, f"{path}: kept_working")
    for number, phase in enumerate(file.phases):
        if phase.name not in PHASES:
            hint = nearest(phase.name, PHASES)
            raise ConfigError(f'{path}: phases.{number}.name: no phase "{phase.name}": {hint}')
        for spec in phase.faults:
            parse_fault(spec, source=f"{path}: phases.{number}.faults")
    incident = Incident(path.stem, path, file)
    incident.outage.check_times(str(path))
    return incident
