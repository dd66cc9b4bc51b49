"""A new board's key pair, and the journal's key for it: wrapped anew at headquarters with the offline key."""

from __future__ import annotations

import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from guitai.keyseal import recovery
from guitai.wire.whole import write_whole


def board_key(path: Path) -> str:
    """Return the public half (PEM) of the board's key, which is made if it is not there."""
    if path.exists():
        key = load_pem_private_key(path.read_bytes(), None)
    else:
        key = X25519PrivateKey.generate()
        write_whole(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def rewrap(copy: bytes, private: Path, public: bytes) -> tuple[str, bytes]:
    """Return whose key a copy holds, and a copy for the holder of `public`'s private key (PEM) instead.

    Raises GuitaiError ``keys.bad_file``, ``keys.not_a_recovery_key``, ``keys.other_recovery_key``.
    """
    with tempfile.TemporaryDirectory() as folder:  # public and wrapped things alone
        theirs, wrapped = Path(folder) / "theirs.pub", Path(folder) / "copy"
        theirs.write_bytes(public)
        wrapped.write_bytes(copy)
        kiosk, key = recovery.unwrap(wrapped, private)
        return kiosk, recovery.wrap(key, kiosk, theirs)
