"""Certification authorities: one that every process can make, and those that protect something."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from bench.errors import ConfigError
from bench.file_name import FileName
from bench.seeds import key_bytes

DAY = timedelta(days=1)
ROOT_FILE, KEY_FILE = "authority.pem", "authority.key.pem"
ROOT_DAYS = 3650
_ONLY_OWNER = 0o600

Key = Ed25519PrivateKey | ec.EllipticCurvePrivateKey


def now() -> datetime:
    """Return OpenSSL's time, not the bench's: see `bench.network.certificates`."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Authority:
    """A certification authority made from a name, the same in every process.

    Its key is no secret: good inside the bench, never to be given to a real device.
    """

    name: str

    @property
    def key(self) -> Key:
        """The authority's private key.

        Ed25519, because its signatures have one length, so that the bytes on the wire have too.
        """
        return Ed25519PrivateKey.from_private_bytes(key_bytes(0, "authority", self.name))

    def leaf_key(self, subject: str) -> Key:
        """Return the private key of a certificate that it issues."""
        return Ed25519PrivateKey.from_private_bytes(key_bytes(0, "leaf", self.name, subject))

    def serial(self) -> int:
        """Return the serial number of the next certificate; here the same for all of them."""
        return 2

    def issue(
        self,
        subject: str,
        begin: datetime,
        end: datetime,
        *,
        client: bool = False,
        also: Iterable[str] = (),
    ) -> bytes:
        """Return a chain in PEM with its private key: a leaf for `subject`, valid from `begin`.

        Args:
            subject: a server's host name, or with `client` whom a client is.
            begin: from when it is valid.
            end: until when.
            client: for a client, else for a server.
            also: further names and addresses of a server.
        """
        key = self.leaf_key(subject)
        purpose = ExtendedKeyUsageOID.CLIENT_AUTH if client else ExtendedKeyUsageOID.SERVER_AUTH
        builder = (
            self._builder(subject, begin, end, self.serial())
            .public_key(key.public_key())
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
            .add_extension(self._key_identifier(), critical=False)
        )
        if not client:
            names = x509.SubjectAlternativeName([_place(name) for name in (subject, *also)])
            builder = builder.add_extension(names, critical=False)
        leaf = builder.sign(self.key, hash_for(self.key))
        return private_pem(key) + leaf.public_bytes(serialization.Encoding.PEM)

    def root(self) -> bytes:
        """Return the root certificate in PEM."""
        key = self.key
        usage = x509.KeyUsage(
            digital_signature=False, content_commitment=False, key_encipherment=False,
            data_encipherment=False, key_agreement=False, key_cert_sign=True, crl_sign=True,
            encipher_only=False, decipher_only=False,
        )  # fmt: skip
        subject_key = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        return (
            self._builder(self.name, now() - 365 * DAY, now() + ROOT_DAYS * DAY, 1)
            .public_key(key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(subject_key, critical=False)
            .sign(key, hash_for(key))
            .public_bytes(serialization.Encoding.PEM)
        )

    def _key_identifier(self) -> x509.AuthorityKeyIdentifier:
        return x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())

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


@dataclass(frozen=True)
class StoredAuthority(Authority):
    """An authority with a key of its own, for real devices: P-256, which all of them know.

    Attributes:
        key_pem: its private key.
        root_pem: its root certificate.
    """

    key_pem: bytes
    root_pem: bytes = b""

    @classmethod
    def make(cls, name: str) -> "StoredAuthority":
        """Return a new authority; its key is random, for it has to protect something."""
        authority = cls(name, private_pem(_random_key()))
        return cls(name, authority.key_pem, Authority.root(authority))

    @classmethod
    def load(cls, folder: FileName) -> "StoredAuthority":
        """Read what `save` wrote; raises ConfigError."""
        folder = Path(folder)
        try:
            key, root = (folder / KEY_FILE).read_bytes(), (folder / ROOT_FILE).read_bytes()
            certificate = x509.load_pem_x509_certificate(root)
            own = serialization.load_pem_private_key(key, None).public_key()
        except (OSError, ValueError, TypeError) as error:  # TypeError: the key has a password
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise ConfigError(
                f"{folder}: no authority there ({reason}): make one with bench provision --out DIR"
            ) from None
        if own != certificate.public_key():
            raise ConfigError(
                f"{folder}: {KEY_FILE} is not the key of {ROOT_FILE}: nobody who trusts that root "
                "would trust what it signs"
            )
        found = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        if not found or certificate.subject != _name(str(found[0].value)):
            raise ConfigError(
                f"{folder}: {ROOT_FILE} was not made by bench provision: make one with --out DIR"
            )
        return cls(str(found[0].value), key, root)

    def save(self, folder: FileName) -> None:
        """Write the root, and the key so that only its owner can read it."""
        folder = Path(folder)
        (folder / ROOT_FILE).write_bytes(self.root_pem)
        write_secret(folder / KEY_FILE, self.key_pem)

    @cached_property
    def _loaded(self) -> ec.EllipticCurvePrivateKey:
        key = serialization.load_pem_private_key(self.key_pem, None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ConfigError(f"{self.name}: its key is not one on an elliptic curve")
        return key

    @property
    def key(self) -> Key:
        """The authority's private key."""
        return self._loaded

    def leaf_key(self, subject: str) -> Key:
        """Return a new private key: what a real device is to trust must not be guessed."""
        del subject
        return _random_key()

    def serial(self) -> int:
        """Return a random serial number: no two certificates share one."""
        return x509.random_serial_number()

    def root(self) -> bytes:
        """Return the root certificate in PEM."""
        return self.root_pem


def private_pem(key: Key) -> bytes:
    """Return a private key in PEM, not encrypted."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def write_secret(file: Path, data: bytes) -> None:
    """Write a file that only its owner can read, from its first moment on; never over another.

    Raises:
        OSError: it cannot be written; no half of it is left.
    """
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _ONLY_OWNER)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
    except OSError:
        file.unlink(missing_ok=True)
        raise


def _random_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def hash_for(key: Key) -> hashes.SHA256 | None:
    """Return the hash that a key signs with; Ed25519 brings its own."""
    return None if isinstance(key, Ed25519PrivateKey) else hashes.SHA256()


def _place(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
