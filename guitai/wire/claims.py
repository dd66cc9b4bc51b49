"""Claim codes: what a technician types or scans at a kiosk so that it finds headquarters, trusts it, and is let in once.

28 letters of Crockford's base 32: 12 of a secret (60 bits), 15 of the authority's fingerprint (75 bits of the SHA-256 of its
public key: the first connection needs no other trust), one check letter (Luhn's algorithm mod 32: it finds every single wrong
letter). Written ``7K3D-…``; in the QR code with headquarters' address: ``7K3D-…@hq.bank:8443``.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from guitai.errors import GuitaiError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SECRET_LETTERS, FINGERPRINT_LETTERS = 12, 15
LETTERS = SECRET_LETTERS + FINGERPRINT_LETTERS + 1
GROUP = 4
DEFAULT_PORT = 8443
READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": "", "–": "", "—": "", "－": "", "\u3000": ""})
"""What people type for what they see."""

_ADDRESS = re.compile(r"^(?:https://)?([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(?::(\d{1,5}))?/?$")


@dataclass(frozen=True, slots=True)
class Claim:
    """A code, taken apart."""

    secret: str
    """Goes to headquarters, over a connection that is trusted by then."""

    fingerprint: str
    """Of the authority that headquarters' certificate has to come from."""

    address: str = ""
    """HOST:PORT of headquarters, if it came with the code."""

    def text(self) -> str:
        """Return the code as it is shown: groups of four letters."""
        body = self.secret + self.fingerprint
        body += _check_letter(body)
        return "-".join(body[at : at + GROUP] for at in range(0, LETTERS, GROUP))

    def scanned(self) -> str:
        """Return what stands in the QR code."""
        return f"{self.text()}@{self.address}" if self.address else self.text()


def new(authority: x509.Certificate, address: str = "") -> Claim:
    """Return a new claim for kiosks of `authority`."""
    secret = "".join(secrets.choice(ALPHABET) for _ in range(SECRET_LETTERS))
    return Claim(secret, fingerprint(authority), address)


def parse(text: str) -> Claim:
    """Read a code as it was typed or scanned. Raises GuitaiError ``enrolment.bad_code``, ``enrolment.bad_address``."""
    code, _, address = text.strip().partition("@")
    letters = code.upper().translate(READ_AS)
    if len(letters) != LETTERS or not set(letters) <= set(ALPHABET):
        raise GuitaiError("enrolment.bad_code", reason=f"{len(letters)} letters, {LETTERS} are wanted")
    if _check_letter(letters[:-1]) != letters[-1]:
        raise GuitaiError("enrolment.bad_code", reason="a letter is wrong")
    return Claim(letters[:SECRET_LETTERS], letters[SECRET_LETTERS:-1], plain_address(address) if address else "")


def plain_address(text: str) -> str:
    """Return HOST:PORT of what a person writes for an address. Raises GuitaiError ``enrolment.bad_address``."""
    found = _ADDRESS.match(text.strip())
    if found is None or not 0 < int(found[2] or DEFAULT_PORT) < 65536:
        raise GuitaiError("enrolment.bad_address", address=text.strip()[:80])
    return f"{found[1].lower()}:{int(found[2] or DEFAULT_PORT)}"


def fingerprint(authority: x509.Certificate) -> str:
    """Return the letters of an authority's public key."""
    key = authority.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    number = int.from_bytes(hashlib.sha256(key).digest()[:10], "big") >> (80 - 5 * FINGERPRINT_LETTERS)
    return "".join(ALPHABET[(number >> 5 * at) & 31] for at in reversed(range(FINGERPRINT_LETTERS)))


def names(claim: Claim, authority: x509.Certificate) -> bool:
    """Tell whether it is this authority that the claim names."""
    return hmac.compare_digest(claim.fingerprint, fingerprint(authority))


def kept(secret: str) -> str:
    """Return what headquarters keeps of a secret: scrypt, so slow that 60 bits cannot be tried offline."""
    return hashlib.scrypt(secret.encode(), salt=b"guitai.claim/1", n=2**14, r=8, p=1, dklen=32).hex()


def _check_letter(letters: str) -> str:
    """Luhn's algorithm mod 32."""
    total = 0
    for place, letter in enumerate(reversed(letters)):
        value = ALPHABET.index(letter) * (2 if place % 2 == 0 else 1)
        total += value // 32 + value % 32
    return ALPHABET[-total % 32]
