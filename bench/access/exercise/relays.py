"""A relay board: every contact, the way to its safe state, and a connection made anew."""

import asyncio
from collections.abc import AsyncGenerator
from functools import partial

from bench.access.exercise.device import Device, spread
from bench.access.finding import Finding
from bench.errors import InstrumentFault
from bench.instruments.kinds import Meter
from bench.station.sensed_lines import level
from bench.station.slowness import ONE_DEVICE_S
from bench.units import counted, duration

FOLLOWS_LOOKS, FOLLOWS_EVERY_S = 20, 0.005  # contacts bounce for some ms, a meter takes as long
SAFE_WITHIN_S = 1.0  # of a run that dies: docs/hardware.md, "What happens when the run dies"


async def exercise(device: Device) -> AsyncGenerator[Finding]:
    """Yield what is found; one contact is switched at a time, and stands as at rest afterwards."""
    contacts = list(device.driver.setup.channels)
    for contact in contacts:
        yield await _switched(device, contact)
        await asyncio.sleep(0)
    if contacts:
        yield _released(device, contacts)
        yield _connected_again(device, contacts[0])


async def _switched(device: Device, contact: str) -> Finding:
    """Move a contact away from how it stands at rest, and back, some times over."""
    where, took, verified, unlike = f"{device.where}.{contact}", list[float](), 0, 0
    rest = device.instruments.contacts[contact].rest
    meter = next(
        (m for m in device.instruments.meters.values() if contact in m.setup.channels), None
    )
    try:
        for _ in range(device.times):
            for position in ("open" if rest == "closed" else "closed", rest):
                took.append(device.timed(partial(_switch, device, contact, position))[0])
                verified += device.read_back
                unlike += meter is not None and not await _follows(device, meter, contact, position)
            await asyncio.sleep(0)
    except InstrumentFault as error:
        return Finding(where, str(error), found=False)
    said = "read back each time" if verified == len(took) else "commanded: the board cannot tell"
    if unlike:
        said += f"; its line did not follow {counted(unlike, 'time')}: welded, or wired elsewhere?"
    says = f"switched {counted(len(took), 'time')}, {said}: {spread(took)}"
    return Finding(where, says, found=not unlike)


async def _follows(device: Device, meter: Meter, contact: str, position: str) -> bool:
    """Whether the line of a contact's own name comes to stand as the contact was told to."""
    for _ in range(FOLLOWS_LOOKS):
        await asyncio.sleep(FOLLOWS_EVERY_S)
        with device.instruments.patience(ONE_DEVICE_S):
            if level(contact, meter.read(contact)) == position:
                return True
    return False


def _switch(device: Device, contact: str, position: str) -> None:
    device.instruments.switch(contact, closed=position == "closed", cause=None)


def _released(device: Device, contacts: list[str]) -> Finding:
    """De-energise everything at once, as for the safe state."""
    took_s, said = device.timed(lambda: device.driver.release(contacts))
    wrong = [f"{c}: {error}" for c, error in said.items() if isinstance(error, Exception)]
    says = f"{counted(len(contacts), 'contact')} de-energised in {duration(took_s)}"
    if took_s > SAFE_WITHIN_S:
        wrong.append(f"a bench has to be safe within {duration(SAFE_WITHIN_S)}")
    return Finding(device.where, "; ".join([says, *wrong]), found=not wrong)


def _connected_again(device: Device, contact: str) -> Finding:
    """Close and open the connection while a coil has current: some boards let go."""
    board = device.driver
    try:
        board.set(contact, closed=True)
        took_s, _ = device.timed(lambda: (board.close(), board.open()))
        state = board.state(contact)
        device.timed(board.safe)
    except InstrumentFault as error:
        return Finding(device.where, f"connected again: {error}", found=False)
    kept = {True: "stayed energised", False: "was de-energised by that", None: "cannot be asked"}
    return Finding(device.where, f"connected again in {duration(took_s)}; {contact} {kept[state]}")
