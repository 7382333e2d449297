"""The authority's OCSP responder: whether certificates are good, revoked, or nobody knows."""

import base64
from collections.abc import Callable
from datetime import timedelta

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from bench.clock.timebase import Timebase
from bench.cloud.front import party_of
from bench.injection import Rules
from bench.network.authority import Authority, hash_for

GOOD_FOR = timedelta(hours=1)  # assumed; public authorities give days
AGO = timedelta(minutes=1)
Said = Callable[[str], str | None]


class OcspResponder:
    """Answers questions about certificates of one authority.

    Args:
        authority: whose.
        time: what answers are dated by.
        rules: disturbances; each is told who asks and returns "revoked", "stale" or "try_later"
            to answer so, or None.
    """

    def __init__(self, authority: Authority, time: Timebase, rules: "Rules[Said]") -> None:
        self._authority, self._time, self._rules = authority, time, rules
        self._root = x509.load_pem_x509_certificate(authority.root())

    def application(self) -> web.Application:
        """Return what listens, over HTTP without TLS as responders do."""
        application = web.Application()
        application.router.add_get("/{question}", self._answer)
        return application

    async def _answer(self, request: web.Request) -> web.Response:
        said = [rule(party_of(request)) for rule in self._rules]
        how = next((s for s in reversed(said) if s is not None), "good")
        try:
            text = request.match_info["question"]
            question = ocsp.load_der_ocsp_request(base64.urlsafe_b64decode(text))
        except ValueError:
            answer = _failing(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
        else:
            later = how == "try_later"
            answer = (
                _failing(ocsp.OCSPResponseStatus.TRY_LATER) if later else self._about(question, how)
            )
        body = answer.public_bytes(Encoding.DER)
        return web.Response(body=body, content_type="application/ocsp-response")

    def _about(self, question: ocsp.OCSPRequest, how: str) -> ocsp.OCSPResponse:
        begin = self._time.wall().replace(microsecond=0) - AGO
        if how == "stale":
            begin -= 2 * GOOD_FOR
        revoked = how == "revoked"
        status = ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD
        builder = ocsp.OCSPResponseBuilder().add_response_by_hash(
            question.issuer_name_hash, question.issuer_key_hash, question.serial_number,
            question.hash_algorithm, status, begin, begin + GOOD_FOR,
            begin if revoked else None, x509.ReasonFlags.key_compromise if revoked else None,
        )  # fmt: skip
        signed = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, self._root)
        key = self._authority.key
        return signed.sign(key, hash_for(key))


def _failing(status: ocsp.OCSPResponseStatus) -> ocsp.OCSPResponse:
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status)
