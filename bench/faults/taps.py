"""Text messages that wake a telematics unit: what faults that lose them have in common."""

from bench.faults.fault import Site
from bench.injection import Injection, Undo


def no_tap_arrives(site: Site, injection: Injection, reason: str) -> Undo:
    """Lose every shoulder tap, for a reason that is written down."""

    def lose(vehicle: str) -> str:
        injection.met("carrier", f"tap {vehicle}")
        return reason

    return site.cloud.carrier.rules.add(lose)
