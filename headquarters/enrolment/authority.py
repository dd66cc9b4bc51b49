"""Signs certificates for kiosks' own keys, as headquarters' authority; and keeps its list of those that are no longer good."""

from __future__ import annotations

import base64
import binascii
import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from guitai.config import Config
from guitai.errors import GuitaiError
from headquarters import pki

CURVES = ("secp256r1", "secp384r1")
MOST_REQUEST_BYTES = 16 * 1024
BEHIND = timedelta(hours=1)
"""A kiosk's clock may be so much behind."""


class Authority:
    """`ca.crt`, `ca.key` and `revoked.crl` in one folder. Raises GuitaiError ``enrolment.no_authority``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            self.certificate = x509.load_pem_x509_certificate((folder / "ca.crt").read_bytes())
            key = load_pem_private_key((folder / "ca.key").read_bytes(), None)
        except (OSError, ValueError, TypeError) as error:
            raise GuitaiError("enrolment.no_authority", path=folder) from error
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise GuitaiError("enrolment.no_authority", path=folder)
        self._key = key

    @classmethod
    def of(cls, config: Config) -> Authority:
        """Return the authority of this headquarters."""
        return cls(config.enrolment.authority or config.paths.keys)

    def sign(self, key: PublicKeyTypes, kiosk: str, branch: str, days: int) -> x509.Certificate:
        """Return a kiosk's certificate: its name is what the broker's access list goes by, TLS client alone."""
        assert isinstance(key, ec.EllipticCurvePublicKey)
        now = datetime.now(UTC)
        name = [
            x509.NameAttribute(NameOID.COMMON_NAME, kiosk),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, branch),
        ]
        usage = x509.KeyUsage(
            digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
            key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
        )  # fmt: skip
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name(name))
            .issuer_name(self.certificate.subject)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - BEHIND)
            .not_valid_after(min(now + timedelta(days=days), self.certificate.not_valid_after_utc))
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(kiosk)]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )

    def revoke(self, certificate: x509.Certificate) -> None:
        """Put a certificate on the list; again is harmless. Raises OSError."""
        pki.revoke(self.folder, certificate)


def read_request(body: bytes) -> x509.CertificateSigningRequest:
    """Return a request (PKCS#10 as EST sends it: base64 of DER). Raises GuitaiError ``enrolment.bad_request``."""
    try:
        request = x509.load_der_x509_csr(base64.b64decode(b"".join(body.split()), validate=True))
        key = request.public_key()
        if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name not in CURVES:
            raise ValueError("no elliptic-curve key on P-256 or P-384")
        if not request.is_signature_valid:
            raise ValueError("its signature is not its key's")
    except (ValueError, TypeError, binascii.Error, UnsupportedAlgorithm) as error:
        raise GuitaiError("enrolment.bad_request", reason=str(error)[:200]) from error
    return request


def name_in(request: x509.CertificateSigningRequest) -> str:
    """Return the common name a request asks for; empty: whatever headquarters says."""
    found = request.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else ""


def key_hash(key: PublicKeyTypes) -> str:
    """Return by what a public key is known: SHA-256 of its DER form."""
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def serial_text(serial: int) -> str:
    """Return a serial number as the tables have it."""
    return f"{serial:x}"
