"""Outages that end before anybody can have met them."""

from bench.access.choosing.campaign_phase import fault_name
from bench.access.outage import Outage
from bench.faults.injector import faults
from bench.telematics.policy import TelematicsPolicy


def too_short(outage: Outage, unit: TelematicsPolicy) -> str:
    """Return why nobody needs to meet a fault of an outage in the phase asked about ("": they do).

    A fault that only shows when something happens now and then (`Fault.waits_for`) has to be there
    for as long as that takes.
    """
    for part, names in outage.asked.meets if outage.asked is not None else ():
        for name in names:
            key = faults().get(name).waits_for
            length_s = _length_s(outage, part, name)
            if key and getattr(unit, key) > length_s:
                wait = f"is met only every {getattr(unit, key):g} s (telematics.{key})"
                return f"{name} {wait}, and is there for {length_s:g} s"
    return ""


def _length_s(outage: Outage, part: str, name: str) -> float:
    """Return for how long a fault is in force in a part of an outage, windows together."""
    return sum(
        phase.duration_s
        for phase in outage.phases
        if phase.name == part and name in map(fault_name, phase.faults)
    )
