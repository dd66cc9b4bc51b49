"""Are the certificates ours, issued by whom we believe, and in time?"""

from __future__ import annotations

from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from cryptography.x509.oid import NameOID

from guitai.clock import SystemClock
from guitai.config import Config
from guitai.health.finding import Finding, finding
from guitai.wire.tls import Identity

SOON_DAYS = 30
NAME = "kiosk.crt"
AUTHORITY = "ca.crt"


async def certificates(config: Config) -> list[Finding]:
    """What is wrong with the kiosk's certificate and its authority's; a missing one is the check of keys' affair."""
    identity = Identity.of(config.paths.keys, "kiosk")
    if not (identity.certificate.exists() and identity.authority.exists()):
        return []
    found = []
    read: dict[str, x509.Certificate] = {}
    for name, path in ((NAME, identity.certificate), (AUTHORITY, identity.authority)):
        try:
            read[name] = x509.load_pem_x509_certificate(path.read_bytes())
        except (OSError, ValueError) as error:
            found.append(finding("certificate.unreadable", name=name, reason=error))
    now = datetime.fromtimestamp(SystemClock().unix_ms() / 1000, UTC)
    for name, certificate in read.items():
        found += _in_time(name, certificate, now)
    if len(read) == 2:
        found += _ours(read[NAME], read[AUTHORITY], identity, config.kiosk.id)
    return found


def _in_time(name: str, certificate: x509.Certificate, now: datetime) -> list[Finding]:
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if now < begins:
        return [finding("certificate.not_yet", name=name, date=f"{begins:%Y-%m-%d}")]
    if now >= ends:
        return [finding("certificate.expired", name=name, date=f"{ends:%Y-%m-%d}")]
    days = (ends - now).days
    return [finding("certificate.soon", name=name, days=days)] if days < SOON_DAYS else []


def _ours(own: x509.Certificate, authority: x509.Certificate, identity: Identity, kiosk: str) -> list[Finding]:
    found = []
    try:
        own.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        found.append(finding("certificate.stranger", name=NAME))
    names = [str(name.value) for name in own.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    if names != [kiosk]:
        found.append(finding("certificate.other_kiosk", name=", ".join(names), kiosk=kiosk))
    try:
        key = load_pem_private_key(identity.key.read_bytes(), None)
    except FileNotFoundError:
        return found
    except (OSError, ValueError, TypeError) as error:
        return [*found, finding("certificate.unreadable", name=identity.key.name, reason=error)]
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if key.public_key().public_bytes(*form) != own.public_key().public_bytes(*form):
        found.append(finding("certificate.other_key", name=NAME))
    return found
