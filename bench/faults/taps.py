"""Text messages that wake a telematics unit: what faults that lose them have in common."""

from collections.abc import Collection

from bench.faults.fault import Site
from bench.injection import Injection, Undo


def no_tap_arrives(
    site: Site, injection: Injection, reason: str, parties: Collection[str] | None = None
) -> Undo:
    """Lose shoulder taps.

    Args:
        site: where.
        injection: counts them.
        reason: why they are lost, for the record.
        parties: lost are those to units that have these parties' links (None: all).
    """
    carrier = site.cloud.carrier

    def lose(vehicle: str) -> str | None:
        if parties is not None and carrier.party_of(vehicle) not in parties:
            return None
        injection.met("carrier", f"tap {vehicle}")
        return reason

    return carrier.rules.add(lose)
