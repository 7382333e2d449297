"""A server's side of TLS handshakes: whom it tells of one that fails, and why."""

import re
import ssl
from collections.abc import Callable

Failed = Callable[[ssl.SSLObject, str], None]

_ALERT = re.compile(r"ALERT_(.+)")  # OpenSSL's name of an alert that the peer has sent
_SAID = {
    "PEER_DID_NOT_RETURN_A_CERTIFICATE": "the client shows no certificate",
    "UNSUPPORTED_PROTOCOL": "all versions of TLS that the client speaks are too old (tls_minimum)",
    "NO_SHARED_CIPHER": "client and cloud have no cipher in common",
    "HTTP_REQUEST": "the client speaks HTTP without TLS",
    "WRONG_VERSION_NUMBER": "what the client sends is not TLS",
}


def server_side(failed: Failed, *, tells_why: bool) -> type[ssl.SSLObject]:
    """Return what sees to the handshakes of a listener.

    asyncio drops what a handshake has left to say when that fails. So with `tells_why` the failure
    is told as a wish for more data, with which the alert goes; the client's end of the connection
    then ends it, or the time-out of handshakes.

    Args:
        failed: is told of each handshake that fails, and why.
        tells_why: a client that is refused gets its alert.
    """

    class ServerSide(ssl.SSLObject):
        _refused = False

        def do_handshake(self) -> None:
            if self._refused:
                raise ssl.SSLWantReadError
            try:
                super().do_handshake()
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                raise
            except ssl.SSLError as error:
                failed(self, reason_of(error))
                if not tells_why:
                    raise
                self._refused = True
                raise ssl.SSLWantReadError from error

    return ServerSide


def reason_of(error: ssl.SSLError) -> str:
    """Return why a server's handshake failed, in words of who looks for the reason.

    >>> error = ssl.SSLError(1, "...")
    >>> error.reason = "TLSV1_ALERT_UNKNOWN_CA"
    >>> reason_of(error)
    'the client refuses: unknown ca'
    """
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the client's certificate is refused: {error.verify_message}"
    name = error.reason or ""
    alert = _ALERT.search(name)
    if alert is not None:
        return f"the client refuses: {alert[1].lower().replace('_', ' ')}"
    return _SAID.get(name) or name.lower().replace("_", " ") or str(error)
