"""Making the instruments of a station safe; one that fails keeps no other from it."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from functools import partial
from typing import cast

from bench.errors import InstrumentFault
from bench.guardian.plan import SafeStep
from bench.instruments.kinds import Instrument, RelayBoard, Supply
from bench.instruments.pace import Pace
from bench.station.trying_all import try_all

Patience = Callable[[], AbstractContextManager[object]]


def make_safe(
    opened: Mapping[str, Instrument], declared: Sequence[SafeStep], pace: Pace, patience: Patience
) -> list[InstrumentFault]:
    """Make everything safe that is open; return what failed.

    Args:
        opened: per section of the bench file ("relays.doors") its instrument, in the order in which
            they were opened, which is that of making them safe (see `safe_sequence.turn`).
        declared: what the bench file wants to have off first.
        pace: how it waits between declared steps.
        patience: entered while one device is made safe, which can take seconds.
    """
    for step in declared:
        if step.device in opened:
            with suppress(Exception), patience():  # tried again below, and told there
                _take(opened[step.device], step)
        with patience():
            pace.sleep(step.then_wait_s)
    return try_all((name, partial(_safe, each, patience)) for name, each in opened.items())


def _take(instrument: Instrument, step: SafeStep) -> None:
    if step.device.startswith("supplies."):
        cast("Supply", instrument).set_output(on=False)
    else:
        cast("RelayBoard", instrument).release(step.channels)


def _safe(instrument: Instrument, patience: Patience) -> None:
    with patience():
        instrument.safe()
