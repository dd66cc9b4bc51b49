"""A development certificate authority: certificates for broker, headquarters and kiosk, and the command signing key.

A bank brings its own authority; the files keep these names. Whatever is already there stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from guitai.errors import GuitaiError
from guitai.wire.commands import load_private
from guitai.wire.films import VIEWING_PRIVATE, VIEWING_PUBLIC, viewing_private
from guitai.wire.whole import write_whole

AUTHORITY_DAYS = 3650
CERTIFICATE_DAYS = 825
REVOCATIONS = "revoked.crl"
"""The list of certificates that are no longer good, in the folder of keys."""

CERTIFICATES = ("broker", "hq", "kiosk")

LOOPBACK = ("localhost", "127.0.0.1")


def provision(folder: Path, kiosk: str = "", addresses: Iterable[str] = ()) -> list[str]:
    """Make what is missing of authority, certificates and command keys; return the names of the files made.

    No kiosk: headquarters' own alone. Broker and headquarters are reached at `addresses` (names or IP addresses) as well. The list of
    revoked certificates is made before the first certificate, and never again: GuitaiError ``hq.lost_revocations``.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    made = _authority(folder) + _revocations(folder)
    for name, common_name in zip(CERTIFICATES, ("broker", "hq", kiosk), strict=True):
        if common_name:
            made += issue(folder, name, common_name, () if name == "kiosk" else addresses)
    return made + _command_keys(folder) + _viewing_keys(folder)


def issue(folder: Path, name: str, common_name: str, addresses: Iterable[str] = ()) -> list[str]:
    """Make ``name.crt`` and ``name.key`` for `common_name` under the folder's authority, unless they are there.

    A certificate that is not for all of `addresses` is made anew, with its old key's place taken by a new one.
    """
    made = _authority(folder)
    wanted = dict.fromkeys((*LOOPBACK, *addresses))
    if (
        (folder / f"{name}.crt").exists()
        and (folder / f"{name}.key").exists()
        and _is_for(folder / f"{name}.crt", wanted)
    ):
        return made
    authority = x509.load_pem_x509_certificate((folder / "ca.crt").read_bytes())
    signer = load_pem_private_key((folder / "ca.key").read_bytes(), None)
    assert isinstance(signer, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(common_name, authority.subject, CERTIFICATE_DAYS).public_key(key.public_key())
    uses = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    certificate = (
        builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([_alternative(one) for one in wanted]), critical=False)
        .add_extension(x509.ExtendedKeyUsage(uses), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .sign(signer, hashes.SHA256())
    )
    _write_key(folder / f"{name}.key", key)
    write_whole(folder / f"{name}.crt", certificate.public_bytes(Encoding.PEM), 0o644)
    return [*made, f"{name}.key", f"{name}.crt"]


def revoke(folder: Path, certificate: x509.Certificate) -> None:
    """Put a certificate on the authority's revocation list, for good; one that is on it needs no key of the authority.

    Raises GuitaiError ``hq.not_ours``, OSError.
    """
    authority = x509.load_pem_x509_certificate((folder / "ca.crt").read_bytes())
    try:
        certificate.verify_directly_issued_by(authority)
    except (InvalidSignature, ValueError, TypeError) as error:
        raise GuitaiError("hq.not_ours", reason=str(error)) from error
    entry = (
        x509.RevokedCertificateBuilder()
        .serial_number(certificate.serial_number)
        .revocation_date(datetime.now(UTC))
        .add_extension(x509.CRLReason(x509.ReasonFlags.cessation_of_operation), critical=False)
        .build()
    )
    before = x509.load_pem_x509_crl((folder / REVOCATIONS).read_bytes())
    if before.get_revoked_certificate_by_serial_number(certificate.serial_number) is None:
        _write_revocations(folder, [*before, entry])


def relist(folder: Path, ended: Mapping[int, datetime]) -> list[int]:
    """Put these serial numbers on the revocation list, whatever is left of it; return those that were not there.

    Raises GuitaiError ``hq.lost_revocations`` where neither a list is left nor a serial known, OSError.
    """
    try:
        kept = list(x509.load_pem_x509_crl((folder / REVOCATIONS).read_bytes()))
    except (FileNotFoundError, ValueError) as error:
        if not ended:
            raise GuitaiError("hq.lost_revocations", path=folder / REVOCATIONS) from error
        kept = []
    added = [serial for serial in ended if serial not in {one.serial_number for one in kept}]
    new = [
        x509.RevokedCertificateBuilder()
        .serial_number(serial)
        .revocation_date(ended[serial])
        .add_extension(x509.CRLReason(x509.ReasonFlags.cessation_of_operation), critical=False)
        .build()
        for serial in added
    ]
    if added:
        _write_revocations(folder, [*kept, *new])
    return added


def common_name(certificate: x509.Certificate) -> str:
    """Return whose certificate it is."""
    return str(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def _alternative(address: str) -> x509.DNSName | x509.IPAddress:
    try:
        return x509.IPAddress(ip_address(address))
    except ValueError:
        return x509.DNSName(address)


def _is_for(path: Path, addresses: Iterable[str]) -> bool:
    """Tell whether a certificate names all of these; one of a bank's own authority may do without those of this machine."""
    found = x509.load_pem_x509_certificate(path.read_bytes())
    try:
        names = set(found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    except x509.ExtensionNotFound:
        names = set()
    return {_alternative(one) for one in addresses if one not in LOOPBACK} <= names


def _revocations(folder: Path) -> list[str]:
    if (folder / REVOCATIONS).exists() or not (folder / "ca.key").exists():
        return []
    if any((folder / f"{name}.crt").exists() for name in CERTIFICATES):
        raise GuitaiError("hq.lost_revocations", path=folder / REVOCATIONS)
    _write_revocations(folder, [])
    return [REVOCATIONS]


def _write_revocations(folder: Path, entries: Iterable[x509.RevokedCertificate]) -> None:
    authority = x509.load_pem_x509_certificate((folder / "ca.crt").read_bytes())
    key = load_pem_private_key((folder / "ca.key").read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    now = datetime.now(UTC)
    # An expired list refuses everybody, so it lives as long as the authority.
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.subject)
        .last_update(now - timedelta(hours=1))
        .next_update(authority.not_valid_after_utc)
    )
    for entry in entries:
        builder = builder.add_revoked_certificate(entry)
    write_whole(folder / REVOCATIONS, builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM), 0o644)


def _authority(folder: Path) -> list[str]:
    if (folder / "ca.crt").exists() and (folder / "ca.key").exists():
        return []
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Guitai development CA")])
    usage = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        _builder("Guitai development CA", name, AUTHORITY_DAYS)
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write_key(folder / "ca.key", key)
    write_whole(folder / "ca.crt", certificate.public_bytes(Encoding.PEM), 0o644)
    return ["ca.key", "ca.crt"]


def _builder(common_name: str, issuer: x509.Name, days: int) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)]))
        .issuer_name(issuer)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))  # a kiosk's clock may be a little behind
        .not_valid_after(now + timedelta(days=days))
    )


def _command_keys(folder: Path) -> list[str]:
    private, public = folder / "command.key", folder / "command.pub"
    made = []
    if not private.exists():
        _write_key(private, Ed25519PrivateKey.generate())
        made.append(private.name)
    if made or not public.exists():
        pem = load_private(private).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        write_whole(public, pem, 0o644)
        made.append(public.name)
    return made


def _viewing_keys(folder: Path) -> list[str]:
    """Make the pair that recordings are sealed for (guitai.wire.films)."""
    private, public = folder / VIEWING_PRIVATE, folder / VIEWING_PUBLIC
    made = []
    if not private.exists():
        _write_key(private, X25519PrivateKey.generate())
        made.append(private.name)
    if made or not public.exists():
        pem = viewing_private(folder).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        write_whole(public, pem, 0o644)
        made.append(public.name)
    return made


def _write_key(path: Path, key: PrivateKeyTypes) -> None:
    write_whole(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), 0o600)
