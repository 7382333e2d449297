"""The limits of the telematics unit's discipline that hold on a bench, and who says so."""

from typing import Any

from bench.config.bench_file import BatterySection, BenchFile
from bench.config.limits_section import BOUNDS, Bound, OwnLimit

PREFIX = "telematics_discipline."


def discipline_limits(content: BenchFile) -> dict[str, dict[str, Any]]:
    """Return every limit as a recording's header holds it, and the battery."""
    own = content.limits.telematics_discipline
    limits = {f"{PREFIX}{name}": _limit(bound, own.get(name)) for name, bound in BOUNDS.items()}
    return {**limits, "battery": _usable(content.battery)}


def _limit(bound: Bound, given: OwnLimit | None) -> dict[str, Any]:
    return {
        "value": given.value if given else bound.value,
        "bound": bound.bound,
        "unit": bound.unit,
        "source": given.source if given else bound.source,
    }


def _usable(battery: BatterySection) -> dict[str, Any]:
    usable_ah = battery.capacity_ah * (battery.charge - battery.least_charge)
    return {
        "value": round(usable_ah, 6),
        "unit": "Ah",
        "quiescent_ma": battery.quiescent_ma,
        "source": f"[battery]: {battery.capacity_ah:g} Ah from {battery.charge:.0%} to "
        f"{battery.least_charge:.0%}, {battery.quiescent_ma:g} mA drawn elsewhere",
    }
