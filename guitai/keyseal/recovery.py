"""A key's copy that only the holder of one private key can open: X25519, HKDF and AES-256-GCM; for headquarters' safe."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from guitai.errors import GuitaiError
from guitai.keys import content

FORMAT = "guitai.recovery/1"
NONCE_BYTES = 12


def wrap(key: bytes, kiosk: str, public: Path) -> bytes:
    """Return a copy of a kiosk's key for the holder of `public`'s private key (PEM, X25519).

    Raises GuitaiError ``keys.missing``, ``keys.not_a_recovery_key``.
    """
    theirs = _public(public)
    ours = X25519PrivateKey.generate()
    sender = ours.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    nonce = os.urandom(NONCE_BYTES)
    secret = AESGCM(_shared(ours, theirs, sender)).encrypt(nonce, key, kiosk.encode())
    return orjson.dumps({"format": FORMAT, "kiosk": kiosk, "sender": sender.hex(), "secret": (nonce + secret).hex()})


def unwrap(file: Path, private: Path) -> tuple[str, bytes]:
    """Return whose key it is, and the key.

    Raises GuitaiError ``keys.missing``, ``keys.bad_file``, ``keys.not_a_recovery_key``, ``keys.other_recovery_key``.
    """
    key = _private(private)
    try:
        data = orjson.loads(content(file))
        if data["format"] != FORMAT:
            raise ValueError("no recovery copy")
        sender, secret, kiosk = bytes.fromhex(data["sender"]), bytes.fromhex(data["secret"]), str(data["kiosk"])
        shared = _shared(key, X25519PublicKey.from_public_bytes(sender), sender, key.public_key())
        return kiosk, AESGCM(shared).decrypt(secret[:NONCE_BYTES], secret[NONCE_BYTES:], kiosk.encode())
    except InvalidTag as error:
        raise GuitaiError("keys.other_recovery_key", path=file) from error
    except (KeyError, ValueError, TypeError) as error:
        raise GuitaiError("keys.bad_file", path=file, reason=str(error)) from error


def rewrap(copy: bytes, private: Path, public: bytes) -> tuple[str, bytes]:
    """Return whose key a copy holds, and a copy for the holder of `public`'s private key (PEM) instead.

    Raises GuitaiError ``keys.bad_file``, ``keys.not_a_recovery_key``, ``keys.other_recovery_key``.
    """
    with tempfile.TemporaryDirectory() as folder:  # public and wrapped things alone
        theirs, wrapped = Path(folder) / "theirs.pub", Path(folder) / "copy"
        theirs.write_bytes(public)
        wrapped.write_bytes(copy)
        kiosk, key = unwrap(wrapped, private)
        return kiosk, wrap(key, kiosk, theirs)


def public_of(private: Path) -> X25519PublicKey:
    """Return the public half of a private key. Raises GuitaiError ``keys.missing``, ``keys.not_a_recovery_key``."""
    return _private(private).public_key()


def _shared(
    ours: X25519PrivateKey, theirs: X25519PublicKey, sender: bytes, receiver: X25519PublicKey | None = None
) -> bytes:
    to = (receiver or theirs).public_bytes(Encoding.Raw, PublicFormat.Raw)
    return HKDF(SHA256(), 32, None, FORMAT.encode() + sender + to).derive(ours.exchange(theirs))


def _public(path: Path) -> X25519PublicKey:
    try:
        key = load_pem_public_key(content(path))
    except ValueError as error:
        raise GuitaiError("keys.not_a_recovery_key", path=path) from error
    if not isinstance(key, X25519PublicKey):
        raise GuitaiError("keys.not_a_recovery_key", path=path)
    return key


def _private(path: Path) -> X25519PrivateKey:
    try:
        key = load_pem_private_key(content(path), None)
    except (ValueError, TypeError) as error:
        raise GuitaiError("keys.not_a_recovery_key", path=path) from error
    if not isinstance(key, X25519PrivateKey):
        raise GuitaiError("keys.not_a_recovery_key", path=path)
    return key
