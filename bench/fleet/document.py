"""What `bench fleet --json` prints; docs/fleet.md says what each key means."""

from dataclasses import asdict
from typing import Any

import numpy as np

from bench.fleet.closed_forms import cannot_recover, least_cap_s, settled_demand_per_s
from bench.fleet.recovery import Recovery

SCHEMA = 1
SHARES = (0.5, 0.9, 0.99)
POINTS = 240


def summary(recovery: Recovery) -> dict[str, Any]:
    """Return the figures of one recovery."""
    after_s = {f"t{share * 100:.0f}_s": recovery.recovered_s(share) for share in SHARES}
    return after_s | {
        "ideal_s": round(recovery.situation.ideal_s, 3),
        "demand_settled": round(recovery.settled_down, 4),
        "demand_peak_down": round(recovery.peak_down, 4),
        "demand_peak_after": round(recovery.peak_after, 4),
        "stranded_15_min": round(recovery.stranded_at(900.0), 6),
        "stranded_horizon": round(float(recovery.stranded[-1]), 6),
        "tries_per_car": round(recovery.tries_per_car, 3),
        "metastable": recovery.metastable,
    }


def closed_forms(recovery: Recovery) -> dict[str, Any]:
    """Return what is known without the projection."""
    situation = recovery.situation
    demand_per_s = settled_demand_per_s(situation)
    return {
        "demand_settled": round(demand_per_s / situation.server.capacity_per_s, 4),
        "least_cap_s": round(least_cap_s(situation), 3),
        "cannot_recover": cannot_recover(situation),
    }


def curve(recovery: Recovery) -> dict[str, list[float]]:
    """Return the curves at no more than 240 times: demand as the highest of each interval."""
    size = max(1, -(-len(recovery.lost) // POINTS))
    starts = np.arange(0, len(recovery.lost), size)
    ends = np.minimum(starts + size, len(recovery.lost)) - 1
    capacity = recovery.situation.server.capacity_per_s
    return {
        "after_s": [round(float(t), 3) for t in recovery.time_s[ends]],
        "stranded": [round(float(s), 6) for s in recovery.stranded[ends]],
        "demand": [
            round(float(d) / capacity, 4)
            for d in np.maximum.reduceat(recovery.demand_per_s, starts)
        ],
        "connected": [
            round(float(c) / capacity, 4)
            for c in np.add.reduceat(recovery.connected_per_s, starts) / (ends - starts + 1)
        ],
    }


def inputs(recovery: Recovery, seed: int, source: str) -> dict[str, Any]:
    """Return what the projection was made from."""
    values = asdict(recovery.situation)
    values["law"].pop("drawn")
    return {"seed": seed, "source": source, "step_s": recovery.step_s} | values
