"""An expired certificate is good enough for the telematics unit."""

from dataclasses import dataclass
from typing import ClassVar

from bench.telematics.unit import TelematicsUnit


@dataclass(frozen=True)
class IgnoresCertificateDates:
    """The unit looks at who issued a certificate and for whom, and not at its dates.

    A unit without a battery-backed clock cannot tell the year before it is connected, and somebody
    has solved that once and for all. A key that leaked years ago still opens its ears.
    """

    caught_by: ClassVar[str] = "refuses_bad_certificates"
    shown_by: ClassVar[str] = (
        "X509_V_FLAG_NO_CHECK_TIME, which clients set that begin in 1970 (assumed)"
    )
    example: ClassVar[str] = "cloud_app unlock cert_expired:service=push,cut=True"

    def fit(self, unit: TelematicsUnit) -> None:
        """Look at no dates."""
        unit.trust.ignore_dates()
