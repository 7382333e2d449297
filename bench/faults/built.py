"""Faults that were built in Python, held to what a specification may say."""

from dataclasses import fields

from bench.config.validation import check
from bench.errors import ConfigError
from bench.faults.fault import Fault, name_of


def check_parameters(fault: Fault, *, source: str) -> None:
    """Raise ConfigError for parameters that no specification could have, in the same words.

    Args:
        fault: any, however it was made.
        source: who has named it, for the error.
    """
    given = {field.name: getattr(fault, field.name) for field in fields(fault) if field.init}
    name = name_of(fault)
    meant = check(type(fault), given, source=source, prefix=name)
    for key, value in given.items():
        wanted = getattr(meant, key)
        if value != wanted:  # a text that would do in a specification
            raise ConfigError(f"{source}: {name}.{key}: {value!r} is not right: write {wanted!r}")
