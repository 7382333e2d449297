"""pyvisa's back ends: how a resource is opened, and what they raise, in the bench's words.

What was measured of them, and is dealt with here: an unknown resource of a twin's opens
"successfully" and answers nothing; bytes of 0x80 and above raise UnicodeDecodeError; a host that
there is not is a bare Exception. So existence is checked before opening.
"""

from collections.abc import Callable
from typing import Any

from bench.errors import InstrumentFault, InstrumentTimeout, MissingExtra, nearest
from bench.instruments.kinds import Setup

SIMULATED = "@sim"


def opened(setup: Setup, where: str, timeout_s: float) -> Any:
    """Return an instrument's resource, open, of which every wait takes so long at most.

    Args:
        setup: the instrument's setup: its resource and back end.
        where: the device as errors name it.
        timeout_s: how long a reply may take.

    Raises:
        MissingExtra, InstrumentFault: there is no such back end, or no such resource.
    """
    import pyvisa

    try:
        manager = pyvisa.ResourceManager(setup.backend)
    except (ValueError, OSError) as error:
        if setup.backend == SIMULATED:
            raise MissingExtra(f"{where}: the back end @sim", "sim") from None
        raise InstrumentFault(f"{where}: no VISA back end: {error}") from None
    if setup.backend == SIMULATED:
        _must_exist(setup, where, manager.list_resources("?*"))
    return translated(
        lambda: _open_at(manager, setup.resource, round(timeout_s * 1000)),
        f"{where} cannot be opened: is it plugged in, and not in use by another program?",
        timeout_s,
    )


def _must_exist(setup: Setup, where: str, known: tuple[str, ...]) -> None:
    if setup.resource not in known:
        hint = nearest(setup.resource, known)
        raise InstrumentFault(f"{where}: there is no such resource: {hint}")


def _open_at(manager: Any, resource: str, timeout_ms: int) -> Any:
    try:
        return manager.open_resource(resource, timeout=timeout_ms)
    except Exception as error:
        if type(error) is Exception:  # pyvisa-py's word for a host that there is not
            raise OSError(str(error)) from None
        raise


def translated(call: Callable[[], Any], failing: str, timeout_s: float) -> Any:
    """Make a call; whatever a back end raises becomes an InstrumentFault that begins so.

    Raises:
        InstrumentTimeout: what was waited for did not come.
        InstrumentFault: anything else; the connection is not to be used any more.
    """
    from pyvisa import errors
    from pyvisa.constants import StatusCode

    try:
        return call()
    except errors.VisaIOError as error:
        if error.error_code == StatusCode.error_timeout:
            raise InstrumentTimeout(f"{failing} in {timeout_s:g} s") from None
        raise InstrumentFault(f"{failing} ({error.abbreviation})") from None
    except (OSError, UnicodeDecodeError, ValueError, errors.InvalidSession) as error:
        said = " ".join(str(error).split())  # one that asks for a package takes two lines
        raise InstrumentFault(f"{failing} ({said})") from None
