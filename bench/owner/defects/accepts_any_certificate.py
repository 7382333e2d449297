"""The app talks to anybody."""

from dataclasses import dataclass
from typing import ClassVar

from bench.owner.person import Person


@dataclass(frozen=True)
class AcceptsAnyCertificate:
    """The app looks at no certificate: whoever answers in the cloud's place is told the password.

    A switch for the days of development that has gone into the shops.
    """

    caught_by: ClassVar[str] = "refuses_bad_certificates"
    shown_by: ClassVar[str] = (
        "apps that check no certificate: Georgiev et al., The Most Dangerous Code in the World, "
        "CCS 2012"
    )
    example: ClassVar[str] = "cloud_app unlock wrong_host"

    def fit(self, owner: Person) -> None:
        """Look at nothing."""
        if owner.phone is not None:
            owner.phone.app.trust.accept_anything()
