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
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID

from bench.injection import Rules
from bench.seeds import key_bytes

_DAY = timedelta(days=1)
_VALIDITY = {
    "valid": (-_DAY, 30 * _DAY),
    "expired": (-30 * _DAY, -_DAY),
    "not_yet_valid": (_DAY, 30 * _DAY),
}
Presented = Callable[[str], str | None]


@dataclass(frozen=True)
class Authority:
    """A certification authority made from a name, the same in every process."""

    name: str

    @property
    def key(self) -> Ed25519PrivateKey:
        """The authority's private key.

        Ed25519, because its signatures have one length, so that the bytes on the wire have too.
        """
        return Ed25519PrivateKey.from_private_bytes(key_bytes(0, "authority", self.name))

    def issue(self, host: str, begin: datetime, end: datetime, *, serial: int) -> bytes:
        """Return a chain in PEM with its private key: a leaf for `host`, valid from `begin`."""
        key = Ed25519PrivateKey.from_private_bytes(key_bytes(0, "leaf", self.name, host))
        leaf = (
            self._builder(host, begin, end, serial)
            .public_key(key.public_key())
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .sign(self.key, None)
        )
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return private + leaf.public_bytes(serialization.Encoding.PEM)

    def root(self) -> bytes:
        """Return the root certificate in PEM."""
        now = _now()
        basic = x509.BasicConstraints(ca=True, path_length=0)
        return (
            self._builder(self.name, now - 365 * _DAY, now + 3650 * _DAY, 1)
            .public_key(self.key.public_key())
            .add_extension(basic, critical=True)
            .sign(self.key, None)
            .public_bytes(serialization.Encoding.PEM)
        )

    def _builder(
        self, subject: str, begin: datetime, end: datetime, serial: int
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(_name(subject))
            .issuer_name(_name(self.name))
            .not_valid_before(begin)
            .not_valid_after(end)
            .serial_number(serial)
        )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _now() -> datetime:
    return datetime.now(UTC)  # OpenSSL's clock, not the bench's: see the module's docstring


MAKER = Authority("Maker root")
STRANGER = Authority("Unknown root")


@cache
def client_context() -> ssl.SSLContext:
    """Return what a phone or a telematics unit trusts: the maker's root and nothing else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_verify_locations(cadata=MAKER.root().decode())
    return context


@cache
def _server_context(authority: Authority, host: str, validity: str) -> ssl.SSLContext:
    """Return a server's context (one per process: they are costly and hold no state)."""
    begin, end = (_now() + offset for offset in _VALIDITY[validity])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "chain.pem"  # the ssl module loads a chain from files only
        file.write_bytes(authority.issue(host, begin, end, serial=2))
        context.load_cert_chain(file)
    return context


class Certificates:
    """What the cloud's front presents in a handshake.

    Attributes:
        rules: disturbances; each is told the server's name and returns "expired",
            "not_yet_valid" or "untrusted" to present that, or None.
    """

    def __init__(self) -> None:
        self.rules: Rules[Presented] = Rules()

    def server_context(self, host: str) -> ssl.SSLContext:
        """Return a context for one listener; it asks the rules in each handshake."""
        # not cached: the callback belongs to this scenario. The chain is loaded by `_choose`.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3

        def choose(sock: ssl.SSLObject, name: str | None, _ctx: ssl.SSLContext) -> None:
            sock.context = self._choose(name or host)

        context.sni_callback = choose
        return context

    def _choose(self, host: str) -> ssl.SSLContext:
        for rule in self.rules:
            presented = rule(host)
            if presented == "untrusted":
                return _server_context(STRANGER, host, "valid")
            if presented is not None:
                return _server_context(MAKER, host, presented)
        return _server_context(MAKER, host, "valid")
