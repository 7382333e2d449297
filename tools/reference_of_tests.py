"""The reference's sections about pytest: options, markers, fixtures, and what a test holds."""

import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from docstrings import attributes, body

from bench.access.handles import (
    attempt,
    bench,
    can,
    car,
    cloud,
    diagnosis,
    instruments,
    lin,
    owner,
    setup,
    telematics,
    thief,
)
from bench.registry import summary
from bench_fixtures import campaign, plugin

HANDLES = (
    setup, bench, owner, attempt, cloud, can, lin, instruments, telematics, car, diagnosis, thief,
)  # fmt: skip


def in_pytest() -> Iterator[str]:
    """Yield the section about what the plug-in adds to pytest."""
    yield "## In pytest\n"
    yield "The plug-in is there wherever the distribution is installed; no conftest.py is needed.\n"
    yield from _options()
    yield from _markers()
    yield from _fixtures()
    yield "### `bench_fixtures.campaign`\n"
    yield from _call("cells", campaign.cells)
    yield ""
    yield f"`Cell`: {body(campaign.Cell)}\n"
    yield from _methods(campaign.Cell)
    yield ""


class _Group:
    """Takes options in pytest's place."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, dict[str, Any]]] = []

    def getgroup(self, _name: str) -> "_Group":
        """Return the only group."""
        return self

    def addoption(self, name: str, **how: Any) -> None:
        """Take an option."""
        self.taken.append((name, how))


def _options() -> Iterator[str]:
    group: Any = _Group()
    plugin.pytest_addoption(group)
    yield "### Options\n"
    for name, how in group.taken:
        value = f" {how['metavar']}" if "metavar" in how else ""
        yield f"- `{name}{value}`: {how['help']}"
    yield ""


def _markers() -> Iterator[str]:
    yield "### Markers\n"
    for marker in plugin.MARKERS:
        call, _, text = marker.partition(": ")
        yield f"- `@pytest.mark.{call}`: {text}"
    yield ""


def _fixtures() -> Iterator[str]:
    """Yield every fixture of the plug-in, with what it gives."""
    yield "### Fixtures\n"
    yield "| fixture | gives | what it is |"
    yield "|---|---|---|"
    for module in map(import_module, plugin.pytest_plugins):
        for name, thing in vars(module).items():
            function = getattr(thing, "__wrapped__", None)
            if type(thing).__name__ == "FixtureFunctionDefinition" and function is not None:
                given = _type(inspect.signature(function).return_annotation)
                yield f"| `{name}` | `{_given(given)}` | {summary(function)} |"
    yield ""


def _given(annotation: str) -> str:
    """Return what a fixture hands out: of one that tidies up, what it yields."""
    found = re.fullmatch(r"Iterator\[(.*)\]", annotation)
    return found[1] if found else annotation


# ── what a test holds ─────────────────────────────────────────────────────────────────────


def in_hands() -> Iterator[str]:
    """Yield the section about what tests hold in their hands."""
    yield "## In a test's hands\n"
    yield "What is called in a `with` statement has its effect inside the block; where a fixture of"
    yield "yours enters it around its `yield`, until the test ends.\n"
    for module in HANDLES:
        for name, thing in vars(module).items():
            if getattr(thing, "__module__", "") != module.__name__ or name.startswith("_"):
                continue
            if inspect.isclass(thing):
                yield from _handle(name, thing)
            elif inspect.isfunction(thing):
                yield from _function(name, thing)


def _handle(name: str, cls: type) -> Iterator[str]:
    yield f"### {name}\n\n`from {cls.__module__} import {name}`\n\n{body(cls)}\n"
    yield from _methods(cls)
    yield ""


def _function(name: str, function: Any) -> Iterator[str]:
    yield f"### `{name}`\n"
    yield from _call(name, function)
    yield ""


def _methods(cls: type) -> Iterator[str]:
    for name, member in _members(cls).items():
        if name.startswith("_"):
            continue
        if isinstance(member, property) and member.fget is not None:
            given = _type(inspect.signature(member.fget).return_annotation)
            yield f"- `{name} -> {given}`: {summary(member.fget)}"
        elif callable(inspect.unwrap(member)):
            yield from _call(name, member)


def _members(cls: type) -> dict[str, Any]:
    """Return what a class has of its own, and of a base that no section is about."""
    listed = {module.__name__ for module in HANDLES}
    bases = [
        base for base in reversed(cls.__mro__[1:])
        if base.__module__.startswith("bench.access.handles.") and base.__module__ not in listed
    ]  # fmt: skip
    return {name: member for each in (*bases, cls) for name, member in vars(each).items()}


def _call(name: str, function: Any) -> Iterator[str]:
    """Yield how something is called, what it does, and what its arguments mean."""
    plain = inspect.unwrap(function)
    managed = plain is not function and inspect.isgeneratorfunction(plain)
    yield f"- `{'with ' if managed else ''}{name}{_signature(plain, managed)}`: {summary(plain)}"
    for part in ("Args", "Raises"):
        for each, text in attributes(plain, part).items():
            said = f"`{each}`" if part == "Args" else f"raises `{each}`"
            yield f"  - {said}: {text}"


def _signature(function: Any, managed: bool) -> str:
    """Return a call's parentheses and what comes back, as one writes it in a test."""
    signature = inspect.signature(function)
    listed = [each for each in signature.parameters.values() if each.name != "self"]
    given = _type(signature.return_annotation)
    given = _given(given) if managed else given
    starred, parts = False, []
    for each in listed:
        if each.kind is each.VAR_POSITIONAL:
            starred = True
        elif each.kind is each.KEYWORD_ONLY and not starred:
            starred = True
            parts.append("*")
        parts.append(_parameter(each))
    arrow = "" if given == "None" else f" as {given}" if managed else f" -> {given}"
    return f"({', '.join(parts)}){arrow}"


def _parameter(each: inspect.Parameter) -> str:
    stars = {each.VAR_POSITIONAL: "*", each.VAR_KEYWORD: "**"}.get(each.kind, "")
    usual = "" if each.default is each.empty else f" = {each.default!r}"
    return f"{stars}{each.name}: {_type(each.annotation)}{usual}"


def _type(annotation: Any) -> str:
    """Return a type as one writes it, without its modules."""
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    short = re.sub(r"~|\b(?:[a-z_]+\.)+(?=[A-Z])", "", text)
    return re.sub(r"""['"]([A-Z][^'"]*)['"]""", r"\1", short)  # of what is named before it is there
