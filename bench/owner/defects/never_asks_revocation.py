"""Whether a certificate was revoked does not interest the app."""

from dataclasses import dataclass
from typing import ClassVar

from bench.owner.person import Person


@dataclass(frozen=True)
class NeverAsksRevocation:
    """The app never asks the authority's responder, though it was decided that clients do.

    It shows with network.ocsp in the bench file, and the fault ocsp:kind=revoked.
    """

    caught_by: ClassVar[str] = "refuses_bad_certificates"
    shown_by: ClassVar[str] = (
        "HTTP libraries, most of which ask nobody unless they are told to (assumed)"
    )
    example: ClassVar[str] = ""

    def fit(self, owner: Person) -> None:
        """Ask nobody."""
        if owner.phone is not None:
            owner.phone.app.trust.status = None
