"""How a command ends for what nobody foresaw: a mistake of the bench's own, not of the car's."""

from bench.cli.ending import say
from bench.cli.status import INTERNAL_ERROR
from bench.errors import InternalError


def tell_internal_error(error: BaseException) -> int:
    """Say that the bench has a defect, in one line, then where; return the exit status."""
    say(f"defect of the bench, no verdict on the car: {_what(error)}; please report what follows")
    for line in _where(error):
        say(line, prefix="")
    return INTERNAL_ERROR


def _what(error: BaseException) -> str:
    if isinstance(error, InternalError):
        return str(error)
    told = f": {error}" if str(error) else ""
    return f"{type(error).__name__}{told}"


def _where(error: BaseException) -> list[str]:
    """Return the lines of the traceback, and what was noted; of a worker's error, the worker's."""
    if isinstance(error, InternalError):
        return [*error.traceback.splitlines(), *getattr(error, "__notes__", ())]
    import traceback  # here: every command would wait for what next to none needs

    return "".join(traceback.format_exception(error)).splitlines()
