"""What a device signs of its journal, for core that signs it and headquarters that checks it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import orjson
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256

FORMAT = "guitai.checkpoint/1"
LANES_FORMAT = "guitai.lanes/1"

Check = Callable[[bytes, bytes], bool]
"""(message, signature) -> whether the device made it."""


def checkpoint_message(kiosk_id: str, n: int, at_ms: int, chain: str) -> bytes:
    """Return what is signed: that this kiosk's ledger had this hash at its entry `n`."""
    return _canonical({"format": FORMAT, "kiosk_id": kiosk_id, "n": n, "at_ms": at_ms, "chain": chain})


def lanes_message(kiosk_id: str, n: int, lanes: Mapping[str, tuple[int, str]]) -> bytes:
    """Return what is signed beside: the sequence and hash of each lane's last row at that entry of the ledger."""
    return _canonical({"format": LANES_FORMAT, "kiosk_id": kiosk_id, "n": n, "lanes": lanes})


def check_of(certificate: x509.Certificate) -> Check:
    """Return what checks signatures by a certificate's key: Ed25519, or ECDSA with SHA-256. Raises ValueError for others."""
    key = certificate.public_key()
    if not isinstance(key, Ed25519PublicKey | ec.EllipticCurvePublicKey):
        raise ValueError("neither Ed25519 nor an elliptic-curve key")  # noqa: TRY004 - of the certificate given, not of its type

    def check(message: bytes, signature: bytes) -> bool:
        try:
            if isinstance(key, Ed25519PublicKey):
                key.verify(signature, message)
            else:
                key.verify(signature, message, ec.ECDSA(SHA256()))
        except InvalidSignature:
            return False
        return True

    return check


def _canonical(data: object) -> bytes:
    return orjson.dumps(data, option=orjson.OPT_SORT_KEYS)
