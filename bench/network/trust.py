"""How a party of the bench meets servers: whom it trusts, what it shows, by which clock it judges.

OpenSSL judges a certificate's dates by the computer's clock, and Python's ssl cannot give it
another. So a party whose own clock strays looks at the dates once more when OpenSSL has found all
in order, before it sends anything, and refuses in OpenSSL's own words.
"""

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from bench.clock.unit_clock import UnitClock
from bench.injection import Rules
from bench.network.authority import now
from bench.network.certificates import Certificates, bare_client_context, client_context, load_chain

# X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED
NO_CHECK_TIME = ssl.VerifyFlags(0x200000)  # X509_V_FLAG_NO_CHECK_TIME; ssl has no name for it
NOT_YET, LAPSED = (9, "certificate is not yet valid"), (10, "certificate has expired")


class Status(Protocol):
    """Who asks whether a certificate was revoked."""

    async def check(self, certificate: bytes) -> None:
        """Raise ssl.SSLCertVerificationError for a certificate (DER) that must not be trusted."""
        ...


@dataclass
class Trust:
    """One party's trust.

    Attributes:
        context: its roots, and its own certificate if it has one.
        chain: returns that, "valid" or "expired", in PEM (None: it has none).
        clock: what it dates certificates by (None: the computer's).
        status: asks whether a certificate was revoked (None: nobody does).
        watchers: each is told the server's name at the end of each handshake.
    """

    context: ssl.SSLContext = field(default_factory=client_context)
    chain: Callable[[str], bytes] | None = None
    clock: UnitClock | None = None
    status: Status | None = None
    watchers: Rules[Callable[[str], object]] = field(default_factory=Rules)

    async def check(self, tls: Any, host: str) -> None:
        """Look at a new connection before anything is sent.

        Args:
            tls: the connection's SSL object (None: it is not encrypted).
            host: the server's name.

        Raises:
            ssl.SSLCertVerificationError: it must not be trusted.
        """
        if tls is None:
            return
        for watcher in self.watchers:
            watcher(host)
        if self.clock is not None:
            self._check_dates(tls.getpeercert(), self.clock, host)
        if self.status is not None:
            await self.status.check(tls.getpeercert(binary_form=True))

    def show(self, validity: str) -> None:
        """Show a certificate of its own that is "valid" or "expired", in handshakes from now on."""
        if self.chain is not None:
            load_chain(self.context, self.chain(validity))

    def accept_anything(self) -> None:
        """Look at no certificate any more, as a client does whose checks were switched off."""
        self.context = self._own_context()
        self.context.check_hostname = False
        self.context.verify_mode = ssl.CERT_NONE
        self.clock = self.status = None

    def ignore_dates(self) -> None:
        """Look at no certificate's dates any more; at everything else as before."""
        self.context = self._own_context()
        self.context.verify_flags |= NO_CHECK_TIME
        self.clock = None

    def _own_context(self) -> ssl.SSLContext:
        """Return a context with the same roots that is this party's alone."""
        context = bare_client_context(self.context.minimum_version)
        roots = self.context.get_ca_certs(binary_form=True)
        context.load_verify_locations(cadata=b"".join(roots))
        if self.chain is not None:
            load_chain(context, self.chain("valid"))
        return context

    def _check_dates(self, certificate: dict[str, Any], clock: UnitClock, host: str) -> None:
        clock.now(f"certificate of {host}")
        if not clock.offset_s:
            return
        # certificates are issued around the computer's time: see `bench.network.certificates`
        believed = now().timestamp() + clock.offset_s
        if believed < ssl.cert_time_to_seconds(certificate["notBefore"]):
            raise refusal(*NOT_YET)
        if believed >= ssl.cert_time_to_seconds(certificate["notAfter"]):
            raise refusal(*LAPSED)


def trust_of(certificates: Certificates, subject: str, clock: UnitClock | None = None) -> Trust:
    """Return the trust of one of the bench's own parties.

    Args:
        certificates: the cloud's, which say whether clients have to show one.
        subject: whom that names.
        clock: the party's own.
    """
    trust = Trust(certificates.client_context(), clock=clock)
    if certificates.mutual:
        trust.chain = lambda validity: certificates.client_chain(subject, validity)
        trust.show("valid")
    return trust


def refusal(code: int, words: str) -> ssl.SSLCertVerificationError:
    """Return the error with which OpenSSL refuses a certificate, in its own words."""
    error = ssl.SSLCertVerificationError(1, f"certificate verify failed: {words}")
    error.verify_code, error.verify_message = code, words
    return error
