"""A client that asks over each new connection whether the server's certificate was revoked.

Python's ssl knows nothing of this protocol, OCSP: it neither asks for a stapled answer nor
staples one. So the bench's parties ask the authority's responder over the network, with a GET
(RFC 6960, appendix A.1), before they send anything to the server; an answer is not kept for the
next connection. Answers are signed by the authority itself and dated by the bench's clock.
"""

import base64
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from bench.clock.timebase import Timebase
from bench.network.authority import Authority
from bench.network.http_client import ExchangeError, HttpClient, Timeouts
from bench.network.network import DOMAIN
from bench.network.trust import refusal

# X509_V_ERR_CERT_REVOKED, X509_V_ERR_OCSP_VERIFY_NEEDED
REVOKED, NO_ANSWER = (23, "certificate revoked"), (73, "OCSP verification needed")


OCSP_URL = f"http://ocsp.{DOMAIN}"
PATIENCE = Timeouts(3.0, 3.0)  # assumed


class RevocationCheck:
    """One party's question whether a certificate was revoked.

    Args:
        client: its way to the responder.
        authority: who signs answers.
        policy: what no usable answer means: "soft_fail": go on; "hard_fail": refuse.
        time: what answers are dated by.
    """

    def __init__(
        self, client: HttpClient, authority: Authority, policy: str, time: Timebase
    ) -> None:
        self._client, self._policy, self._time = client, policy, time
        self._root = x509.load_pem_x509_certificate(authority.root())

    async def check(self, certificate: bytes) -> None:
        """Raise ssl.SSLCertVerificationError for a certificate (DER) that must not be trusted."""
        leaf = x509.load_der_x509_certificate(certificate)
        question = ocsp.OCSPRequestBuilder().add_certificate(leaf, self._root, hashes.SHA256())
        status = await self._ask(question.build().public_bytes(Encoding.DER), leaf.serial_number)
        if status is ocsp.OCSPCertStatus.REVOKED:
            raise refusal(*REVOKED)
        if status is not ocsp.OCSPCertStatus.GOOD and self._policy == "hard_fail":
            raise refusal(*NO_ANSWER)

    async def _ask(self, question: bytes, serial: int) -> ocsp.OCSPCertStatus | None:
        """Return what a usable answer says; None without one."""
        path = base64.urlsafe_b64encode(question).decode()
        try:
            reply = await self._client.request("GET", f"{OCSP_URL}/{path}", cause=None)
            answer = ocsp.load_der_ocsp_response(reply.body)
        except (ExchangeError, ValueError):
            return None
        if not reply.ok or answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            return None
        usable = answer.serial_number == serial and self._signed(answer) and self._fresh(answer)
        return answer.certificate_status if usable else None

    def _signed(self, answer: ocsp.OCSPResponse) -> bool:
        key, signed = self._root.public_key(), (answer.signature, answer.tbs_response_bytes)
        try:
            if isinstance(key, ec.EllipticCurvePublicKey):
                key.verify(*signed, ec.ECDSA(hashes.SHA256()))
            elif isinstance(key, Ed25519PublicKey):
                key.verify(*signed)
            else:
                return False  # no key of the mock cloud's
        except InvalidSignature:
            return False
        return True

    def _fresh(self, answer: ocsp.OCSPResponse) -> bool:
        now = self._time.wall().astimezone(UTC)
        until = answer.next_update_utc or datetime.max.replace(tzinfo=UTC)
        return answer.this_update_utc <= now < until
