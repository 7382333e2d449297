"""Trying every device, whatever drivers raise: one that fails keeps no other from being safe."""

from collections.abc import Callable, Iterable

from bench.errors import InstrumentFault, described


def fault_of(name: str, error: Exception) -> InstrumentFault:
    """Return what a device's driver raised as a fault that names the device.

    Args:
        name: the device's section in the bench file ("relays.doors").
        error: what was raised; drivers of third parties raise anything.
    """
    said = described(error)
    if name.partition(".")[2] not in said:
        said = f"{name}: {said}"
    elif isinstance(error, InstrumentFault):
        return error
    fault = InstrumentFault(said)
    fault.__cause__ = error
    return fault


def try_all(calls: Iterable[tuple[str, Callable[[], object]]]) -> list[InstrumentFault]:
    """Make every call, each for the device that is named; return what failed."""
    failures = []
    for name, call in calls:
        try:
            call()
        except Exception as error:
            failures.append(fault_of(name, error))
    return failures
