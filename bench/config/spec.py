"""Things written in one word on a command line or in a file: `name:key=value,key=value`.

With a plus between them, several act together: `name:key=value+name`.
"""

import re
from dataclasses import fields
from typing import Any

from bench.config.validation import check
from bench.errors import ConfigError
from bench.registry import Registry


def split(text: str, *, source: str) -> tuple[str, dict[str, str]]:
    """Return the name and the parameters of a specification; raises ConfigError.

    >>> split("http_status:status=503,retry_after_s=30", source="--faults")
    ('http_status', {'status': '503', 'retry_after_s': '30'})
    """
    name, colon, rest = text.strip().partition(":")
    if colon and name and not rest.strip():
        raise ConfigError(f'{source}: "{text}": nothing follows the colon')
    parameters: dict[str, str] = {}
    for part in filter(None, (p.strip() for p in rest.split(","))):
        key, equals, value = part.partition("=")
        if not equals or not key:
            raise ConfigError(f'{source}: "{text}": "{part}" is not key=value')
        parameters[key.strip()] = value.strip()
    return name, parameters


def parts(text: str) -> tuple[str, ...]:
    """Return the specifications that act together in one, each once.

    >>> parts("http_status:share=0.5+latency:delay_s=1e+1")
    ('http_status:share=0.5', 'latency:delay_s=1e+1')
    """
    return tuple(dict.fromkeys(part.strip() for part in re.split(r"\+(?=\s*[A-Za-z_])", text)))


def parse(text: str, things: Registry, *, source: str) -> Any:
    """Return the thing that a specification names, made with its parameters.

    Raises:
        UnknownName: nothing has that name; ConfigError: a parameter is wrong.
    """
    name, parameters = split(text, source=source)
    return check(things.get(name, source=source), parameters, source=source, prefix=name)


def render(name: str, thing: Any) -> str:
    """Return a thing as a user would write it: its name, and what differs from the defaults."""
    changed = [
        f"{field.name}={getattr(thing, field.name)}"
        for field in fields(thing)
        if getattr(thing, field.name) != field.default
    ]
    return name + (":" + ",".join(changed) if changed else "")
