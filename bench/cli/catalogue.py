"""What there is, with a sentence for each: read from the code and the data files themselves."""

from collections.abc import Iterator
from pathlib import Path

from bench.access.advice import advices
from bench.access.choosing.campaign_phase import phases
from bench.access.discipline import LONG
from bench.access.incident import incident_names, load_incident
from bench.access.path import paths
from bench.access.recipe import recipes
from bench.can.roles import load_roles
from bench.car.model import car_names, load_car
from bench.config.bench_file import BUSES
from bench.faults.injector import faults
from bench.instruments.facts import facts
from bench.instruments.models import KINDS, models
from bench.judge.asking import oracles
from bench.owner.cast import OWNERS
from bench.registry import Registry, summary
from bench.station.defects import defects

Rows = list[tuple[str, str]]


def catalogue(kind: str) -> Rows:
    """Return names and sentences of a kind, in the plural as users write it."""
    return {
        "paths": lambda: _of(paths()),
        "faults": lambda: _of(faults()),
        "phases": lambda: _of(phases()),
        "advice": lambda: _of(advices()),
        "oracles": lambda: _of(oracles()),
        "defects": lambda: _of(defects()),
        "recipes": lambda: _of(recipes()),
        "long-outages": lambda: [(name, str(each)) for name, each in LONG.items()],
        "models": lambda: list(_models()),
        "roles": lambda: list(_roles()),
        "owners": lambda: [(name, carries.summary) for name, carries in OWNERS.items()],
        "cars": lambda: [(n, load_car(n, Path()).file.summary) for n in car_names()],
        "incidents": lambda: [
            (n, load_incident(n, Path()).file.title) for n in incident_names()
        ],
    }[kind]()  # fmt: skip


def _of(things: Registry) -> Rows:
    return [(name, summary(things.get(name))) for name in things.names()]


def _roles() -> Iterator[tuple[str, str]]:
    """Yield the roles of the CAN databases that the bench brings, with the labels of each."""
    for bus in BUSES:
        roles = load_roles(f"{bus}.toml", [], Path())
        for name, role in sorted(roles.roles.items()):
            fields = f"; fields: {', '.join(role.fields)}" if role.fields else ""
            yield name, f"{bus}: {', '.join(role.labels) or role.shape}{fields}"


def _models() -> Iterator[tuple[str, str]]:
    for kind in KINDS:
        for name in models(kind).names():
            model = models(kind).get(name)
            known = "; ".join(f"{what}: {says}" for what, says in facts(model).items())
            text = summary(model).replace(" (tried on the device: no).", ".")
            yield f"{kind}/{name}", f"{text} {known}".rstrip()
