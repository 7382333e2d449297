"""Incidents: outages that happened, as files with their sources."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import Field

from bench.access.outage import PHASES, Outage, Phase
from bench.config.toml_file import read_toml
from bench.config.validation import Section, check
from bench.errors import ConfigError, UnknownName, nearest
from bench.registry import ROOT

FOLDER = ROOT / "incidents"


class PhaseSection(Section):
    """`[[phases]]`."""

    name: str
    duration_s: float = Field(gt=0)
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

    `requirements` are ids that a replay covers; they become properties in JUnit.
    """

    title: str
    epoch: datetime
    car: str
    every_s: float = Field(default=60.0, gt=0)
    kept_working: list[str] = Field(default_factory=list)
    assumed: list[str] = Field(default_factory=list)
    requirements: list[str] = Field(default_factory=list)
    phases: list[PhaseSection] = Field(min_length=1)
    accounts: list[AccountSection] = Field(default_factory=list)
    sources: list[SourceSection] = Field(min_length=1)


@dataclass(frozen=True)
class Incident:
    """An incident that has been read.

    Attributes:
        name: its file's name.
        file: what it says.
    """

    name: str
    file: IncidentFile

    @property
    def outage(self) -> Outage:
        """Its outage."""
        phases = tuple(Phase(p.name, p.duration_s, tuple(p.faults)) for p in self.file.phases)
        return Outage(self.name, phases)


def incident_names() -> list[str]:
    """Return the names of the incidents that are shipped."""
    return sorted(file.stem for file in FOLDER.glob("*.toml"))


def load_incident(name: str, base: Path) -> Incident:
    """Return a shipped incident by name, or one from a file of the user's (`….toml`).

    Raises:
        UnknownName: no such incident; ConfigError: its file is wrong.
    """
    path = base / name if name.endswith(".toml") else FOLDER / f"{name}.toml"
    if not name.endswith(".toml") and not path.is_file():
        raise UnknownName("incident", name, incident_names())
    file = check(IncidentFile, read_toml(path), source=str(path))
    for number, phase in enumerate(file.phases):
        if phase.name not in PHASES:
            hint = nearest(phase.name, PHASES)
            raise ConfigError(f'{path}: phases.{number}.name: no phase "{phase.name}": {hint}')
    incident = Incident(path.stem, file)
    incident.outage.check(str(path))
    return incident
