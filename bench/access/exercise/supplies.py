"""A supply's output: on and off, to another voltage and back, and what it reads."""

import asyncio
from collections.abc import AsyncGenerator
from functools import partial

from bench.access.exercise.device import Device, spread
from bench.access.finding import Finding
from bench.config.instrument_sections import SupplySection
from bench.errors import InstrumentFault
from bench.units import counted, duration

REACHED = 0.05  # of the voltage: what is nearer is there
SETTLES_WITHIN_S = 5.0
LOOK_EVERY_S = 0.002
STEP = 0.5  # of its voltage: below what a body controller of 12 V resets at, far from its limits


async def exercise(device: Device) -> AsyncGenerator[Finding]:
    """Yield what is found; the output is off afterwards."""
    section = device.section
    if not isinstance(section, SupplySection):
        return
    for part in (_switched, _stepped, _loaded):
        try:
            yield await part(device, section)
        except InstrumentFault as error:
            yield Finding(device.where, str(error), found=False)
        await asyncio.sleep(0)
    device.instruments.power(device.name, on=False, cause=None)


async def _switched(device: Device, section: SupplySection) -> Finding:
    """Switch the output on and off, some times over, and wait until the voltage is there."""
    up, down, verified = list[float](), list[float](), 0
    for _ in range(device.times):
        for on, took in ((True, up), (False, down)):
            took.append(device.timed(partial(_power, device, on=on))[0])
            verified += device.read_back
            took[-1] += await _reaches(device, section.voltage_v if on else 0.0, section.voltage_v)
    said = "read back each time" if verified == 2 * device.times else "commanded: it cannot tell"
    says = f"on: {spread(up)}; off: {spread(down)}, until the voltage is there"
    return Finding(device.where, f"switched {counted(device.times, 'time')}, {said}; {says}")


def _power(device: Device, *, on: bool) -> None:
    device.instruments.power(device.name, on=on, cause=None)


async def _stepped(device: Device, section: SupplySection) -> Finding:
    """Let the voltage step down and up; a fault that has it dip must not ask for shorter steps."""
    _power(device, on=True)
    await _reaches(device, section.voltage_v, section.voltage_v)
    took, low = list[float](), section.voltage_v * STEP
    step = partial(device.instruments.set_voltage, device.name, cause=None)
    for _ in range(device.times):
        for volts in (low, section.voltage_v):
            took.append(device.timed(partial(step, volts))[0])
            took[-1] += await _reaches(device, volts, section.voltage_v)
    reading_s, _ = device.timed(device.driver.measure_voltage)
    says = f"{section.voltage_v:g} V to {low:g} V and back, by its own reading"
    says += f" of {duration(reading_s)}: {spread(took)}"
    if section.step_s is None:
        says += f"; supply_dip asks for step_s: {max(took):.3f} or what a scope says is true"
    elif min(took) - reading_s > section.step_s:
        return Finding(device.where, f"{says}; step_s = {section.step_s:g} is less", found=False)
    return Finding(device.where, says)


async def _loaded(device: Device, section: SupplySection) -> Finding:
    """Read what stands at the output, and what it gives."""
    volts, amperes = device.driver.measure_voltage(), device.driver.measure_current()
    current = "does not tell its current" if amperes is None else f"{amperes:.3g} A"
    right = abs(volts - section.voltage_v) <= REACHED * section.voltage_v
    says = f"on, it reads {volts:.2f} V and {current}"
    return Finding(device.where, says if right else f"{says}, not {section.voltage_v:g} V", right)


async def _reaches(device: Device, wanted_v: float, nominal_v: float) -> float:
    """Wait until a supply reads a voltage; return how long that took, in seconds.

    Raises:
        InstrumentFault: it does not read it in time.
    """
    began_s, measure = device.now_s(), device.driver.measure_voltage
    while abs(device.instruments.measured_voltage(device.name) - wanted_v) > REACHED * nominal_v:
        if device.now_s() - began_s > SETTLES_WITHIN_S:
            raise InstrumentFault(
                f"{device.where}: does not come to {wanted_v:g} V within "
                f"{duration(SETTLES_WITHIN_S)}: it reads {measure():.2f} V"
            )
        device.instruments.pace.sleep(LOOK_EVERY_S)
        await asyncio.sleep(0)
    return device.now_s() - began_s
