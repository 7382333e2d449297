"""The files that pages are made from; whatever fills their gaps is text, and never markup."""

from collections.abc import Callable
from importlib.resources import files
from typing import TYPE_CHECKING

from bench.units import counted, some

if TYPE_CHECKING:
    import jinja2


def shipped(name: str) -> str:
    """Return a file that stands beside this one: a template, a style sheet, a script."""
    return files("bench.report").joinpath(name).read_text(encoding="utf-8")


def template(name: str, **filters: Callable[..., str]) -> "jinja2.Template":
    """Return a template; it escapes every text, and a gap that nothing fills is an error.

    Args:
        name: its file.
        **filters: further ones that it uses, by name.
    """
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(shipped), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters.update(counted=counted, some=some, **filters)
    return environment.get_template(name)
