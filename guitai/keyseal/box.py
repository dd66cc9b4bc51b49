"""Bytes that only the holder of one private key can open: X25519, HKDF-SHA-256 and AES-256-GCM, as age and HPKE do it.

The key of each message comes from a key pair made for it; `label` is bound into it and told in the clear beside it.
"""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from guitai.errors import GuitaiError
from guitai.keys import content
from guitai.wire.whole import write_whole

NONCE_BYTES = 12
SENDER_BYTES = 32
KEY_BYTES = 32


def seal(secret: bytes, label: bytes, form: str, public: X25519PublicKey) -> bytes:
    """Return sender's key (32 bytes), nonce (12) and ciphertext with its tag; `form` names what it is for."""
    ours = X25519PrivateKey.generate()
    sender = _raw(ours.public_key())
    nonce = os.urandom(NONCE_BYTES)
    key = _derived(ours.exchange(public), form, sender, _raw(public))
    return sender + nonce + AESGCM(key).encrypt(nonce, secret, label)


def unseal(sealed: bytes, label: bytes, form: str, private: X25519PrivateKey) -> bytes:
    """Return what was sealed. Raises InvalidTag if it was for another key, or changed; ValueError if it is too short."""
    if len(sealed) < SENDER_BYTES + NONCE_BYTES:
        raise ValueError("too short")
    sender, nonce, secret = (
        sealed[:SENDER_BYTES],
        sealed[SENDER_BYTES:][:NONCE_BYTES],
        sealed[SENDER_BYTES + NONCE_BYTES :],
    )
    shared = private.exchange(X25519PublicKey.from_public_bytes(sender))
    return AESGCM(_derived(shared, form, sender, _raw(private.public_key()))).decrypt(nonce, secret, label)


def make_pair(public: Path) -> None:
    """Make a pair of keys: `public`, and beside it the private one, ending in .key (0600)."""
    key = X25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_whole(public.with_suffix(".key"), private)
    write_whole(public, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), 0o644)


def public_key(path: Path) -> X25519PublicKey:
    """Return the public key of a PEM file. Raises GuitaiError ``keys.missing``, ``keys.not_a_recovery_key``."""
    try:
        key = load_pem_public_key(content(path))
    except ValueError as error:
        raise GuitaiError("keys.not_a_recovery_key", path=path) from error
    if not isinstance(key, X25519PublicKey):
        raise GuitaiError("keys.not_a_recovery_key", path=path)
    return key


def private_key(path: Path) -> X25519PrivateKey:
    """Return the private key of a PEM file. Raises GuitaiError ``keys.missing``, ``keys.not_a_recovery_key``."""
    try:
        key = load_pem_private_key(content(path), None)
    except (ValueError, TypeError) as error:
        raise GuitaiError("keys.not_a_recovery_key", path=path) from error
    if not isinstance(key, X25519PrivateKey):
        raise GuitaiError("keys.not_a_recovery_key", path=path)
    return key


def _raw(key: X25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _derived(shared: bytes, form: str, sender: bytes, receiver: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, None, form.encode() + sender + receiver).derive(shared)


__all__ = ["InvalidTag", "make_pair", "private_key", "public_key", "seal", "unseal"]
