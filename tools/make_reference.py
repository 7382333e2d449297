"""Write docs/reference.md from the code, or check that it is what the code says (`--check`)."""

import sys
from collections.abc import Iterator
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

from docstrings import attributes, body
from reference_of_tests import in_hands, in_pytest

from bench.access.advice import advices
from bench.access.choosing.campaign_phase import get_phase, phases
from bench.access.incident import incident_names, load_incident
from bench.access.path import get_path, paths
from bench.access.recipe import recipes
from bench.can.roles import load_roles
from bench.capacity.crowd import Crowd
from bench.capacity.limits import Limits
from bench.car.model import car_names, load_car
from bench.cloud.policy import CloudPolicy
from bench.config.bench_file import BatterySection, StartSection
from bench.config.emergency_call_section import EmergencyCallSection
from bench.config.limits_section import BOUNDS
from bench.config.lin_section import LinSection
from bench.config.network_section import NetworkSection
from bench.config.owner_section import CardSection, FobSection
from bench.config.requirements_section import RequirementsSection
from bench.config.validation import Section
from bench.events import KINDS, field_names
from bench.faults.fault import Fault
from bench.faults.injector import faults
from bench.instruments.facts import facts
from bench.instruments.models import KINDS as INSTRUMENTS
from bench.instruments.models import models
from bench.judge.asking import oracles
from bench.owner.app_policy import AppPolicy
from bench.owner.cast import OWNERS
from bench.registry import Registry, summary
from bench.station.defects import defects
from bench.telematics.policy import TelematicsPolicy

FILE = Path(__file__).parent.parent / "docs" / "reference.md"
HEAD = """# Reference

Written by `tools/make_reference.py` from the code itself; do not edit it by hand.
"""


IN_EVERY_FAULT = {field.name for field in fields(Fault)}
OF_FAULTS = """Every fault also takes `from_s` (it begins so long after it was armed) and `for_s`
(so long after its beginning it ends, as if it were cleared then). [faults.md](faults.md) says what
chooses among what a fault meets.
"""


def parameters(thing: Any) -> Iterator[str]:
    """Yield a table of a dataclass's fields."""
    said: dict[str, str] = {}
    for part in reversed(thing.__mro__):  # what is inherited is said where it stands
        said |= attributes(part) if part is not object else {}
    listed = [field for field in fields(thing) if field.name not in IN_EVERY_FAULT]
    if not listed:
        return
    yield "| parameter | default | meaning |"
    yield "|---|---|---|"
    for field in listed:
        made = field.default_factory
        usual = field.default if made is MISSING else made()
        default = "required" if usual is MISSING else f"`{usual}`"
        yield f"| `{field.name}` | {default} | {said.get(field.name, '').strip()} |"
    yield ""


def section_keys(model: type[Section]) -> Iterator[str]:
    """Yield a table of a section's keys."""
    said = attributes(model)
    yield "| key | default | meaning |"
    yield "|---|---|---|"
    for name, key in model.model_fields.items():
        usual = (
            "required" if key.is_required() else f"`{key.get_default(call_default_factory=True)}`"
        )
        yield f"| `{name}` | {usual} | {said.get(name, '').strip()} |"
    yield ""


def things(title: str, registry: Registry, level: str = "##") -> Iterator[str]:
    """Yield a section about everything in a registry."""
    yield f"{level} {title}\n"
    if registry.kind == "fault":
        yield OF_FAULTS
    for name in registry.names():
        thing = registry.get(name)
        yield f"### `{name}`\n"
        yield body(thing) + "\n"
        words = {"must": "A robust car must", "shown_by": "Seen", "caught_by": "Caught by",
                 "push": "Only where the cloud reaches the unit over"}  # fmt: skip
        for label, said in words.items():
            if getattr(thing, label, ""):
                yield f"- {said}: {getattr(thing, label)}"
        if hasattr(thing, "must") or hasattr(thing, "shown_by"):
            yield ""
        if hasattr(thing, "__dataclass_fields__"):
            yield from parameters(thing)
        known = facts(thing)
        yield from (f"- {what}: {says}" for what, says in known.items())
        if known:
            yield ""


def path_section() -> Iterator[str]:
    """Yield the section about paths."""
    yield "## Paths\n"
    for name in paths().names():
        path = get_path(name)
        yield f"### `{name}`\n"
        yield body(type(path)) + "\n"
        yield f"- needs: {', '.join(sorted(path.needs))}"
        yield f"- serves: {', '.join(path.serves)}"
        yield f"- needs the cloud by nature for: {', '.join(path.cloud) or 'nothing'}"
        for intent, limit in path.limits.items():
            yield f"- {intent} within {limit.value_s:g} s ({limit.source})"
        yield ""


def phase_section() -> Iterator[str]:
    """Yield the section about the phases that a campaign asks about."""
    yield "## Phases\n"
    for name in phases().names():
        phase = get_phase(name)
        yield f"### `{name}`\n"
        yield body(type(phase)) + "\n"
        yield f"- of: {phase.of}"
        if phase.cut is not None:
            yield f"- the fault begins when the command is {phase.cut.after}, "
            yield f"  and before it is {phase.cut.before}"
        yield f"- a robust car must: {phase.must}"
        if phase.down_h:
            yield "- only run when it is named"
        elif name != "down":
            yield f"- in the default campaign with: {', '.join(phase.chosen)}"
        yield ""


def data_sections() -> Iterator[str]:
    """Yield the sections about cars, incidents and owners."""
    yield "## Cars\n"
    for name in car_names():
        file = load_car(name, Path()).file
        yield f"- `{name}`: {file.summary}. Paths: {', '.join(file.paths)}."
    yield "\n## Incidents\n"
    for name in incident_names():
        incident = load_incident(name, Path()).file
        yield f"### `{name}`\n\n{incident.title}\n"
        for phase in incident.phases:
            what = f"{', '.join(phase.faults)} ({phase.basis})"
            yield f"- {phase.name}: {phase.duration_s:g} s, {what}"
        yield "- kept working: " + "; ".join(incident.kept_working or ["nothing reported"])
        yield "- assumed: " + "; ".join(incident.assumed)
        yield "- sources: " + "; ".join(f"{s.name} ({s.where})" for s in incident.sources)
        yield ""
    yield "## Owners\n"
    for name, owner in OWNERS.items():
        yield f"- `{name}`: {owner.summary}"
    yield ""


def policies() -> Iterator[str]:
    """Yield the sections about what a bench file can set."""
    yield "## A real unit or phone in `bench.toml`\n"
    for section, model in (("network", NetworkSection), ("emergency_call", EmergencyCallSection)):
        yield f"### `[{section}]`\n\n{body(model)}\n"
        yield from section_keys(model)
    yield f"## A start on a bench without an engine\n\n### `[car.start]`\n\n{body(StartSection)}\n"
    yield from section_keys(StartSection)
    yield "## The owner's real things in `bench.toml`\n"
    for section, model in (("owner.fob", FobSection), ("owner.card", CardSection)):
        yield f"### `[{section}]`\n\n{body(model)}\n"
        yield from section_keys(model)
    yield f"## LIN in `bench.toml`\n\n### `[lin.<bus>]`\n\n{body(LinSection)}\n"
    yield from section_keys(LinSection)
    yield "## Requirements in `bench.toml`\n\n### `[requirements]`\n\n"
    yield f"{body(RequirementsSection)}\n"
    yield from section_keys(RequirementsSection)
    yield f"## The telematics unit's limits\n\n### `[battery]`\n\n{body(BatterySection)}\n"
    yield from section_keys(BatterySection)
    yield "### `[limits.telematics_discipline]`\n"
    yield "| measure | limit | meaning | source |"
    yield "|---|---|---|---|"
    for name, bound in BOUNDS.items():
        limit = f"{bound.bound} {bound.value:g} {bound.unit}".strip()
        yield f"| `{name}` | {limit} | {bound.means} | {bound.source} |"
    yield ""
    yield "## Policies in `bench.toml`\n"
    for section, policy in (
        ("telematics", TelematicsPolicy), ("cloud", CloudPolicy),
        ("cloud.capacity.<endpoint>", Limits), ("cloud.population.<name>", Crowd),
        ("app", AppPolicy),
    ):  # fmt: skip
        yield f"### `[{section}]`\n\n{body(policy)}\n"
        yield from parameters(policy)


def roles() -> Iterator[str]:
    """Yield the section about the roles that the bench asks for or sends."""
    yield "## Roles\n"
    yield "What the simulated cars carry; [roles.md](roles.md) maps them to a database of yours.\n"
    yield "| role | bus | labels | fields |"
    yield "|---|---|---|---|"
    for bus in ("body", "telematics"):
        for name, role in sorted(load_roles(f"{bus}.toml", [], Path()).roles.items()):
            labels = ", ".join(role.labels) or role.shape
            yield f"| `{name}` | {bus} | {labels} | {', '.join(role.fields)} |"
    yield ""


def events() -> Iterator[str]:
    """Yield the section about what a recording holds."""
    yield "## Events in a recording\n"
    yield "| kind | lane | fields | meaning |"
    yield "|---|---|---|---|"
    for kind, cls in sorted(KINDS.items()):
        names = ", ".join(f"`{name}`" for name in field_names(cls))
        yield f"| `{kind}` | {cls.lane} | {names} | {summary(cls)} |"
    yield ""


def reference() -> str:
    """Return the whole reference."""
    parts: list[str] = [HEAD]
    parts += path_section()
    parts += things("Faults", faults())
    parts += phase_section()
    parts += things("Advice", advices())
    parts += things("Oracles", oracles())
    parts += things("Defects", defects())
    parts += things("Recipes", recipes())
    for kind in INSTRUMENTS:
        parts += things(f"Models of {kind}", models(kind))
    parts += data_sections()
    parts += policies()
    parts += in_pytest()
    parts += in_hands()
    parts += roles()
    parts += events()
    return "\n".join(parts).rstrip() + "\n"


def main() -> int:
    """Write the file, or compare it."""
    text = reference()
    if "--check" in sys.argv:
        if FILE.read_text(encoding="utf-8") != text:
            sys.stderr.write("docs/reference.md is out of date: run tools/make_reference.py\n")
            return 1
        return 0
    FILE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
