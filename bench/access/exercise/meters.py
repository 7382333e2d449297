"""A meter, or a board's inputs: how fast it is read, and what its lines say meanwhile."""

import asyncio
from collections.abc import AsyncGenerator

from bench.access.exercise.device import Device, spread
from bench.access.finding import Finding
from bench.errors import InstrumentFault
from bench.station.sensed_lines import level
from bench.units import counted, duration


async def exercise(device: Device) -> AsyncGenerator[Finding]:
    """Yield what is found; nothing is moved, so what moves on the table is seen."""
    took, seen = list[float](), dict[str, list[float]]()
    try:
        for _ in range(device.times):
            took_s, sample = device.timed(device.driver.sample)
            took.append(took_s)
            for line, volts in sample.items():
                seen.setdefault(line, []).append(volts)
            await asyncio.sleep(0)
    except InstrumentFault as error:
        yield Finding(device.where, str(error), found=False)
        return
    asked_s = device.driver.poll_s
    late = max(took) > asked_s > 0
    says = f"all lines read {counted(len(took), 'time')}: {spread(took)}"
    if late:
        says += f"; it is to be asked every {duration(asked_s)}: an edge may be as much earlier"
    yield Finding(device.where, says, found=None if late else True)
    for line, read in seen.items():
        words = "/".join(dict.fromkeys(level(line, volts) for volts in read))
        yield Finding(f"{device.where}.{line}", f"{min(read):.2f} to {max(read):.2f} V: {words}")
