"""What every event is: a frozen typed record with a kind and a lane, to and from its fields."""

import re
from dataclasses import dataclass, fields
from typing import Any, ClassVar

KINDS: dict[str, "type[Event]"] = {}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened; subclasses say what."""

    kind: ClassVar[str] = "event"
    lane: ClassVar[str] = "bench"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        # `object.__init_subclass__`: with slots, `super()` would look at the discarded twin
        object.__init_subclass__(**kwargs)
        cls.kind = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        KINDS[cls.kind] = cls


def payload(event: Event) -> dict[str, Any]:
    """Return the event's own fields, in their declared order.

    >>> from bench.events import PhaseBegan
    >>> payload(PhaseBegan("down"))
    {'phase': 'down'}
    """
    return {name: getattr(event, name) for name in field_names(type(event))}


_FIELDS: dict[type[Event], tuple[str, ...]] = {}


def field_names(cls: type[Event]) -> tuple[str, ...]:
    """Return the names of an event class's fields (looked up once per class)."""
    names = _FIELDS.get(cls)
    if names is None:
        names = _FIELDS[cls] = tuple(field.name for field in fields(cls))
    return names


def rebuild(kind: str, values: dict[str, Any]) -> Event:
    """Return the event that `payload` was taken from; an unknown kind raises KeyError."""
    return KINDS[kind](**{name: _frozen(value) for name, value in values.items()})


def _frozen(value: Any) -> Any:
    """Return a value with tuples where JSON has lists."""
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
