"""A key's copy that only the holder of one private key can open (`guitai.keyseal.box`); for headquarters' safe."""

from __future__ import annotations

import tempfile
from pathlib import Path

import orjson
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from guitai.errors import GuitaiError
from guitai.keys import content
from guitai.keyseal.box import SENDER_BYTES, InvalidTag, private_key, public_key, seal, unseal

FORMAT = "guitai.recovery/1"


def wrap(key: bytes, kiosk: str, public: Path) -> bytes:
    """Return a copy of a kiosk's key for the holder of `public`'s private key (PEM, X25519).

    Raises GuitaiError ``keys.missing``, ``keys.not_a_recovery_key``.
    """
    sealed = seal(key, kiosk.encode(), FORMAT, public_key(public))
    sender, secret = sealed[:SENDER_BYTES], sealed[SENDER_BYTES:]
    return orjson.dumps({"format": FORMAT, "kiosk": kiosk, "sender": sender.hex(), "secret": secret.hex()})


def unwrap(file: Path, private: Path) -> tuple[str, bytes]:
    """Return whose key it is, and the key.

    Raises GuitaiError ``keys.missing``, ``keys.bad_file``, ``keys.not_a_recovery_key``, ``keys.other_recovery_key``.
    """
    key = private_key(private)
    try:
        data = orjson.loads(content(file))
        if data["format"] != FORMAT:
            raise ValueError("no recovery copy")
        kiosk = str(data["kiosk"])
        sealed = bytes.fromhex(data["sender"]) + bytes.fromhex(data["secret"])
        return kiosk, unseal(sealed, kiosk.encode(), FORMAT, key)
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
    return private_key(private).public_key()
