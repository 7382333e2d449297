"""Checking data against a model, with errors that name file, key, and the nearest valid thing."""

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, TypeVar, cast, get_args

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from bench.errors import ConfigError, nearest

ModelT = TypeVar("ModelT")
MOST_SHOWN = 60
# what a value should be, by what pydantic calls what is wrong with it: its own words are Python's
WANTED = {
    **dict.fromkeys(("model_type", "dataclass_type", "dict_type"), "should be a table"),
    **dict.fromkeys(("list_type", "tuple_type"), "should be a list"),
    **dict.fromkeys(("string_type",), "should be a text in quotes"),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "should be a whole number"),
    **dict.fromkeys(("float_type", "float_parsing"), "should be a number"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "should be true or false"),
    **dict.fromkeys(("string_pattern_mismatch",), "should be letters, digits and _ . -"),
    **dict.fromkeys(
        ("date_type", "date_parsing", "date_from_datetime_inexact"),
        "should be a date without quotes or time of day: 2026-11-20",
    ),
}


class Section(BaseModel):
    """The base of every section of a file: frozen, an unknown key is an error, types are meant."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


def check(model: type[ModelT], data: Mapping[str, Any], *, source: str, prefix: str = "") -> ModelT:
    """Return `data` as `model`.

    Args:
        model: a `Section`, or a dataclass.
        data: what the file holds.
        source: the file (or option) that errors are to name.
        prefix: the key under which `data` stands in it.

    Raises:
        ConfigError: one line for each thing that is wrong.
    """
    # a dataclass ignores unknown keys, so they are looked for here
    unknown = [] if issubclass(model, BaseModel) else _unknown(model, data)
    if unknown:
        raise ConfigError("\n".join(f"{source}: {_dotted(prefix, k)}: {w}" for k, w in unknown))
    try:
        checked: ModelT = _adapter(cast("Hashable", model)).validate_python(dict(data))
    except ValidationError as error:
        lines = [f"{source}: {_problem(model, prefix, each)}" for each in _merged(error.errors())]
        raise ConfigError("\n".join(lines)) from None
    return checked


def check_typed(
    model: type[ModelT], data: Mapping[str, Any], *, source: str, prefix: str = ""
) -> ModelT:
    """Return a table of a file as a dataclass, as `check`: its values are what they are in TOML.

    A dataclass alone would take a text, or true, for a number, as a specification may have it.
    """
    made = check(model, data, source=source, prefix=prefix)
    if wrong := list(_mistaken(made, data)):
        raise ConfigError("\n".join(f"{source}: {_dotted(prefix, k)}: {w}" for k, w in wrong))
    return made


def _mistaken(made: Any, data: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the place of each value that was taken for what it is not in the file."""
    for key, given in data.items():
        meant = getattr(made, key)
        if isinstance(given, Mapping) and is_dataclass(meant):
            yield from (((key, *place), what) for place, what in _mistaken(meant, given))
        elif isinstance(meant, int | float) and (
            isinstance(given, str) or isinstance(given, bool) is not isinstance(meant, bool)
        ):
            wanted = "true or false" if isinstance(meant, bool) else "a number"
            yield (key,), f"{shown(given)} is not right: should be {wanted}"


@cache
def _adapter(model: Any) -> TypeAdapter[Any]:
    """Return the validator of a model: building one takes longer than a thousand checks by it."""
    return TypeAdapter(model)


def _unknown(model: type[Any], data: Mapping[str, Any]) -> list[tuple[tuple[str, ...], str]]:
    """Return keys that a dataclass does not know, also in its tables of dataclasses by name."""
    # not __dataclass_fields__: that has what belongs to the class, too
    known = {field.name: field for field in fields(model)} if is_dataclass(model) else {}
    found: list[tuple[tuple[str, ...], str]] = [
        ((key,), f"unknown key: {nearest(key, known)}") for key in data if key not in known
    ]
    for key in data:
        own = known[key].type if key in known else None
        if is_dataclass(own) and isinstance(own, type) and isinstance(data[key], Mapping):
            found += [((key, *place), what) for place, what in _unknown(own, data[key])]
        table = get_args(own)
        inside = table[-1] if table else None
        if is_dataclass(inside) and isinstance(inside, type) and isinstance(data[key], Mapping):
            for name, values in data[key].items():
                inner = _unknown(inside, values) if isinstance(values, Mapping) else []
                found += [((key, name, *place), what) for place, what in inner]
    return found


def _merged(errors: list[Any]) -> list[Any]:
    """Return one error for each value that fits none of the types it may have.

    pydantic tells one for each type, and writes the type into the place.
    """
    found: dict[tuple[Any, ...], list[Any]] = {}
    for error in errors:
        place = error["loc"]
        cut = next((n for n, part in enumerate(place) if _names_type(part)), None)
        found.setdefault(place[:cut] if cut is not None else (*place, error["type"]), []).append(
            error | {"loc": place if cut is None else place[:cut] + place[cut + 1 :]}
        )
    return [each if len(group) == 1 else _joined(group) for group in found.values()
            for each in group[:1]]  # fmt: skip


def _names_type(part: Any) -> bool:
    """Whether a part of a place is pydantic's word for one type of several."""
    return isinstance(part, str) and bool(
        re.fullmatch(r"int|float|str|bool|list\[.*\]|literal\[.*\]|\w+Section", part)
    )


def _joined(group: list[Any]) -> Any:
    """Return the error that got furthest; of several, one with what each of them wants."""
    most = max(len(error["loc"]) for error in group)
    furthest = [error for error in group if len(error["loc"]) == most]
    wanted = [WANTED.get(error["type"]) or _choice(error) for error in furthest]
    if None in wanted or len(set(wanted)) == 1:
        return furthest[0]
    words = [str(word).removeprefix("should be ") for word in dict.fromkeys(wanted)]
    return furthest[0] | {"type": "union", "msg": f"should be {' or '.join(words)}"}


def _choice(error: Any) -> str | None:
    """Return what a value should be that is one of a few words, else None."""
    if error["type"] != "literal_error":
        return None
    return f"should be {' or '.join(map(_quoted, _words(error)))}"


def _words(error: Any) -> list[str]:
    """Return the words that a value may be, as a file has them."""
    expected = error["ctx"]["expected"].replace(" or ", ",").split(",")
    words = [word.strip() for word in expected]
    return [word.strip("'") if word[:1] == "'" else word.lower() for word in filter(None, words)]


def _quoted(word: str) -> str:
    return word if word in {"true", "false"} else f'"{word}"'


def _problem(model: type[Any], prefix: str, error: Any) -> str:
    place = _dotted(prefix, error["loc"])
    if error["type"] in {"extra_forbidden", "unexpected_keyword_argument"}:
        known = _keys_at(model, error["loc"][:-1])
        return f"{place}: unknown key: {nearest(str(error['loc'][-1]), known)}"
    if error["type"] == "missing":
        return f"{place}: is missing"
    if error["type"] == "value_error":
        return f"{place}: {error['ctx']['error']}"
    given = error["input"]
    message = error["msg"]
    if error["type"] == "literal_error":
        words = _words(error)
        message = "should be true" if words == ["true"] else nearest(str(given), words)
    return f"{place}: {shown(given)} is not right: {WANTED.get(error['type']) or _plain(message)}"


def shown(given: Any) -> str:
    """Return a value as a file would have it, cut short."""
    text = str(given).lower() if isinstance(given, bool) else repr(given)
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"


def _plain(message: str) -> str:
    message = message.removeprefix("Input ").removeprefix("Value error, ")
    return message[:1].lower() + message[1:]


def _dotted(prefix: str, location: Iterable[Any]) -> str:
    parts = [prefix] if prefix else []
    # pydantic's word for "this is about the key itself"
    return ".".join([*parts, *(str(part) for part in location if part != "[key]")]) or "the file"


def _keys_at(model: Any, location: tuple[Any, ...]) -> list[str]:
    """Return the keys that are known at a place, walking models, dicts and unions."""
    for step in location:
        model = _inside(model, step)
    fields = getattr(_model_of(model), "model_fields", {})
    return [field.alias or name for name, field in fields.items()]


def _inside(model: Any, step: Any) -> Any:
    found = _model_of(model)
    fields = getattr(found, "model_fields", {})
    if step in fields:
        return fields[step].annotation
    for field in fields.values():
        if field.alias == step:
            return field.annotation
    arguments = get_args(model)
    return arguments[-1] if arguments else model


def _model_of(annotation: Any) -> Any:
    """Return the model inside `X`, `X | None` or `list[X]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in get_args(annotation):
        found = _model_of(argument)
        if found is not None:
            return found
    return None
