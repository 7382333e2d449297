"""The maker's certification authority, and certificates that expire by the bench's clock.

OpenSSL judges validity by the computer's clock, which simulated time leaves behind. So the
server chooses what to present in each handshake (by server name indication), judged by the
bench's clock, and the certificates that it chooses from are issued around the computer's: one
that is valid now, one that expired yesterday, one that begins tomorrow. The client's refusal is
OpenSSL's own. In real time both clocks are one, and the dates in the certificate are true.
"""

import asyncio
import os
import ssl
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple
from weakref import WeakKeyDictionary

from bench.errors import StationError, described
from bench.injection import Rules
from bench.network.authority import DAY, Authority, StoredAuthority, now
from bench.network.handshakes import server_side
from bench.units import S_PER_DAY

_VALIDITY = {
    "valid": (-DAY, 30 * DAY),
    "expired": (-30 * DAY, timedelta(0)),  # less by how long ago
    "not_yet_valid": (DAY, 30 * DAY),
}
MINIMUM = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


class Shown(NamedTuple):
    """What is wrong with the certificate that a server presents.

    Attributes:
        problem: "expired", "not_yet_valid", "untrusted" or "wrong_host"; "distrusts_clients": it
            refuses every client's certificate as one of an unknown authority.
        ago_s: how long ago an expired one has expired, when it is first presented.
    """

    problem: str
    ago_s: float = S_PER_DAY


Presented = Callable[[str], Shown | None]
Said = Callable[[str], str | None]
Mutual = bool | Literal["push"]
MAKER = Authority("Maker root")
STRANGER = Authority("Unknown root")
ELSEWHERE = "elsewhere.invalid"  # RFC 2606: a name that nobody has


@cache
def client_context(authority: Authority = MAKER) -> ssl.SSLContext:
    """Return what a phone or a telematics unit trusts: the root of one authority, nothing else."""
    context = bare_client_context(ssl.TLSVersion.TLSv1_3)
    context.load_verify_locations(cadata=authority.root().decode())
    return context


def bare_client_context(minimum: ssl.TLSVersion) -> ssl.SSLContext:
    """Return a client's context without roots.

    Its hello has one size with every OpenSSL: from 3.5 on that adds a post-quantum key share of
    1.2 kB, and the cloud as much, so that bytes of a connection would count another thing.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = minimum
    context.set_ecdh_curve("X25519")
    return context


@cache
def _client_chain(authority: Authority, subject: str, validity: str) -> bytes:
    begin, end = _dates(validity, S_PER_DAY)
    return authority.issue(subject, begin, end, client=True)


def _dates(validity: str, ago_s: float) -> tuple[datetime, datetime]:
    begin, end = _VALIDITY[validity]
    ago = timedelta(seconds=ago_s if validity == "expired" else 0.0)
    return now() + begin - ago, now() + end - ago


@cache
def _server_context(
    authority: Authority,
    host: str,
    validity: str,
    ago_s: float,
    trusts: Authority | None,
    also: tuple[str, ...],
    minimum: str,
) -> ssl.SSLContext:
    """Return a server's context (one per process: they are costly and hold no state)."""
    begin, end = _dates(validity, ago_s)
    context = _bare_context(trusts, minimum)
    load_chain(context, authority.issue(host, begin, end, also=also))
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


def load_chain(context: ssl.SSLContext, chain: bytes) -> None:
    """Let a context show a certificate, given in PEM with its key, in handshakes from now on."""
    # the ssl module loads a chain from files only: this one is in memory, where no disk is full
    with os.fdopen(os.memfd_create("chain"), "wb", buffering=0) as file:
        file.write(chain)
        context.load_cert_chain(f"/proc/self/fd/{file.fileno()}")


def _tell_loop(host: str, error: Exception) -> None:
    """Have the next call raise that no certificate could be presented: the bench is at fault."""
    fault = StationError(f"{host} could not present a certificate: {described(error)}")
    context = {"message": "presenting a certificate", "exception": fault}
    asyncio.get_running_loop().call_exception_handler(context)


class Certificates:
    """What the cloud's front presents in a handshake, and what it asks for.

    Attributes:
        authority: who issues.
        mutual, ocsp: as they were given.
        on_failed: is told of each handshake that fails: the host that was called, and why.
        ocsp_rules: disturbances of the OCSP responder; each is told who asks.
        rules: disturbances; each is told the server's own name, whatever it was called by, and
            returns what is to be wrong, or None.
        told_revoked: parties that have been told that the valid one is revoked (None: it is not).

    Args:
        authority: who issues.
        mutual: clients must show a certificate of that authority: all of them, or those of the
            "push" service.
        minimum: the oldest version of TLS that is spoken ("1.2", "1.3").
        ocsp: whether the bench's parties ask if a certificate was revoked, and what no answer
            means: "off", "soft_fail" or "hard_fail".
        also: by a server's own name, by what else devices know it: shown to one that calls no name.
        keylog: a file that the secrets of every session are written to, if they are wanted.
    """

    def __init__(
        self,
        authority: Authority = MAKER,
        *,
        mutual: Mutual = False,
        minimum: str = "1.3",
        ocsp: str = "off",
        also: Mapping[str, tuple[str, ...]] | None = None,
        keylog: Path | None = None,
    ) -> None:
        self.rules: Rules[Presented] = Rules()
        self.ocsp, self.ocsp_rules = ocsp, Rules[Said]()
        self.told_revoked: set[str] | None = None
        self.on_failed: Callable[[str, str], None] = lambda _host, _why: None
        self._asked: WeakKeyDictionary[ssl.SSLObject, str] = WeakKeyDictionary()
        self._bad: WeakKeyDictionary[ssl.SSLObject, tuple[str, str]] = WeakKeyDictionary()
        self.authority, self._minimum = authority, minimum
        self.mutual = mutual
        self._also = also or {}
        self._trusts = authority if mutual else None
        self._hosts: set[str] = set()
        self._keylog = keylog
        self._logging: dict[tuple[object, ...], ssl.SSLContext] = {}
        own_key = isinstance(authority, StoredAuthority)
        # an unknown root must be refused for being unknown, not for its kind of key
        self._stranger = StoredAuthority.make(STRANGER.name) if own_key else STRANGER

    def client_context(self) -> ssl.SSLContext:
        """Return what a party trusts; with mutual TLS one of its own, which can show something."""
        return (client_context.__wrapped__ if self.mutual else client_context)(self.authority)

    def client_chain(self, subject: str, validity: str) -> bytes:
        """Return a client's certificate with its key, "valid" or "expired" by now."""
        return _client_chain(self.authority, subject, validity)

    def server_context(self, host: str) -> ssl.SSLContext:
        """Return a context for one listener; it asks the rules in each handshake."""
        # not cached: the callback belongs to this scenario. The chain is loaded by `_choose`.
        # OpenSSL takes the chain from the chosen context, and what it asks of a client from this
        asks = self.mutual is True or self.mutual == host.partition(".")[0]
        context = _bare_context(self._trusts if asks else None, self._minimum)
        context.sslobject_class = server_side(
            lambda tls, why: self.on_failed(self.asked(tls) or host, why), tells_why=asks
        )
        self._hosts.add(host)

        def choose(sock: ssl.SSLObject, name: str | None, _ctx: ssl.SSLContext) -> int | None:
            try:
                present(sock, name)
            except Exception as error:  # OpenSSL would let it pass for a certificate refused
                _tell_loop(host, error)
                return ssl.ALERT_DESCRIPTION_INTERNAL_ERROR
            return None

        def present(sock: ssl.SSLObject, name: str | None) -> None:
            # a device may know this host by another name; asked for another host of the cloud's,
            # a server shows what it has: its own
            asked = host if name is None or name in self._hosts else name
            self._asked[sock] = name or ""
            shown = self._presented(host)  # what a fault is about is a service, not a name
            presented = shown.problem if shown is not None else None
            sock.context = self._choose(asked, shown, self._also.get(host, ()) if not name else ())
            revoked = "revoked" if self.told_revoked is not None else None
            problem = presented if presented not in {None, "distrusts_clients"} else revoked
            if problem is not None:
                self._bad[sock] = asked, problem

        context.sni_callback = choose
        return context

    def asked(self, tls: Any) -> str:
        """Return the name that a client has called, by its connection's SSL object ("": none)."""
        return self._asked.get(tls, "") if tls is not None else ""

    def bad(self, tls: Any) -> tuple[str, str] | None:
        """Return the host for which a connection was shown a bad certificate, and what is wrong.

        Only once for each connection, by its SSL object; None: nothing is wrong.
        """
        return self._bad.pop(tls, None) if tls is not None else None

    def _presented(self, host: str) -> Shown | None:
        """Return what the first rule that disturbs this handshake presents."""
        return next((said for rule in self.rules if (said := rule(host)) is not None), None)

    def _choose(self, host: str, shown: Shown | None, also: tuple[str, ...]) -> ssl.SSLContext:
        presented = shown.problem if shown is not None else None
        if presented == "untrusted":
            return self._context(self._stranger, host, "valid", also=also)
        if presented == "wrong_host":
            return self._context(self.authority, ELSEWHERE, "valid")
        if presented == "distrusts_clients":
            return self._context(self.authority, host, "valid", self._stranger, also=also)
        ago_s = shown.ago_s if shown is not None else 0.0
        return self._context(self.authority, host, presented or "valid", ago_s=ago_s, also=also)

    def _context(
        self,
        authority: Authority,
        host: str,
        validity: str,
        trusts: Authority | None = None,
        ago_s: float = 0.0,
        also: tuple[str, ...] = (),
    ) -> ssl.SSLContext:
        key = (authority, host, validity, ago_s, trusts or self._trusts, also)
        if self._keylog is None:
            return _server_context(*key, self._minimum)
        if key not in self._logging:
            # not one of those that scenarios share: its secrets go to this scenario's file
            make = _server_context.__wrapped__
            context: ssl.SSLContext = make(*key, self._minimum)
            context.keylog_filename = str(self._keylog)
            self._logging[key] = context
        return self._logging[key]


def common_name(certificate: dict[str, Any] | None) -> str:
    """Return whom a client's certificate names, as `getpeercert` gives it ("" without one)."""
    subject = (certificate or {}).get("subject", ())
    return next((value for part in subject for key, value in part if key == "commonName"), "")
