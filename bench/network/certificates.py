"""The maker's certification authority, and certificates that expire by the bench's clock.

OpenSSL judges validity by the computer's clock, which simulated time leaves behind. So the
server chooses what to present in each handshake (by server name indication), judged by the
bench's clock, and the certificates that it chooses from are issued around the computer's: one
that is valid now, one that expired yesterday, one that begins tomorrow. The client's refusal is
OpenSSL's own. In real time both clocks are one, and the dates in the certificate are true.
"""

import ssl
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from bench.injection import Rules
from bench.network.authority import DAY, Authority, StoredAuthority, now

_VALIDITY = {
    "valid": (-DAY, 30 * DAY),
    "expired": (-30 * DAY, -DAY),
    "not_yet_valid": (DAY, 30 * DAY),
}
MINIMUM = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}
Presented = Callable[[str], str | None]
MAKER = Authority("Maker root")
STRANGER = Authority("Unknown root")
ELSEWHERE = "elsewhere.invalid"  # RFC 2606: a name that nobody has


@cache
def client_context(authority: Authority = MAKER, subject: str = "") -> ssl.SSLContext:
    """Return what a phone or a telematics unit trusts: one root and nothing else.

    Args:
        authority: whose root.
        subject: whom its own certificate names ("": it has none).
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_verify_locations(cadata=authority.root().decode())
    if subject:
        begin, end = (now() + offset for offset in _VALIDITY["valid"])
        _load_chain(context, authority.issue(subject, begin, end, client=True))
    return context


@cache
def _server_context(
    authority: Authority, host: str, validity: str, trusts: Authority | None, minimum: str
) -> ssl.SSLContext:
    """Return a server's context (one per process: they are costly and hold no state)."""
    begin, end = (now() + offset for offset in _VALIDITY[validity])
    context = _bare_context(trusts, minimum)
    _load_chain(context, authority.issue(host, begin, end))
    return context


def _bare_context(trusts: Authority | None, minimum: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = MINIMUM[minimum]
    # no tickets: a client that resumes a session is shown no certificate, so it would never meet
    # a fault of certificates; and the bench's own clients do not resume
    context.num_tickets = 0
    if trusts is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=trusts.root().decode())
    return context


def _load_chain(context: ssl.SSLContext, chain: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "chain.pem"  # the ssl module loads a chain from files only
        file.write_bytes(chain)
        context.load_cert_chain(file)


class Certificates:
    """What the cloud's front presents in a handshake, and what it asks for.

    Attributes:
        rules: disturbances; each is told the server's name and returns "expired",
            "not_yet_valid", "untrusted" or "wrong_host" to present that, or None.

    Args:
        authority: who issues.
        mutual: every client must show a certificate of that authority.
        minimum: the oldest version of TLS that is spoken ("1.2", "1.3").
    """

    def __init__(
        self, authority: Authority = MAKER, *, mutual: bool = False, minimum: str = "1.3"
    ) -> None:
        self.rules: Rules[Presented] = Rules()
        self._authority, self._minimum = authority, minimum
        self._trusts = authority if mutual else None
        self._hosts: set[str] = set()
        own_key = isinstance(authority, StoredAuthority)
        # an unknown root must be refused for being unknown, not for its kind of key
        self._stranger = StoredAuthority.make(STRANGER.name) if own_key else STRANGER

    def client_context(self, subject: str) -> ssl.SSLContext:
        """Return what one of the bench's own parties trusts and, if it has to, shows."""
        return client_context(self._authority, subject if self._trusts is not None else "")

    def server_context(self, host: str) -> ssl.SSLContext:
        """Return a context for one listener; it asks the rules in each handshake."""
        # not cached: the callback belongs to this scenario. The chain is loaded by `_choose`.
        # OpenSSL takes the chain from the chosen context, and what it asks of a client from this
        context = _bare_context(self._trusts, self._minimum)
        self._hosts.add(host)

        def choose(sock: ssl.SSLObject, name: str | None, _ctx: ssl.SSLContext) -> None:
            # a device may know this host by another name; asked for another host of the cloud's,
            # a server shows what it has: its own
            sock.context = self._choose(host if name is None or name in self._hosts else name)

        context.sni_callback = choose
        return context

    def _choose(self, host: str) -> ssl.SSLContext:
        for rule in self.rules:
            presented = rule(host)
            if presented == "untrusted":
                return self._context(self._stranger, host, "valid")
            if presented == "wrong_host":
                return self._context(self._authority, ELSEWHERE, "valid")
            if presented is not None:
                return self._context(self._authority, host, presented)
        return self._context(self._authority, host, "valid")

    def _context(self, authority: Authority, host: str, validity: str) -> ssl.SSLContext:
        return _server_context(authority, host, validity, self._trusts, self._minimum)


def common_name(certificate: dict[str, Any] | None) -> str:
    """Return whom a client's certificate names, as `getpeercert` gives it ("" without one)."""
    subject = (certificate or {}).get("subject", ())
    return next((value for part in subject for key, value in part if key == "commonName"), "")
