"""A few fields as one AES-256-GCM secret in base64, bound to the place where it stands: it cannot be moved to another."""

from __future__ import annotations

import base64
import os
from typing import Any

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


def encrypted(key: AESGCM, fields: dict[str, Any], place: bytes) -> str:
    """Return the fields encrypted, with a random nonce before them."""
    nonce = os.urandom(NONCE_BYTES)
    secret = key.encrypt(nonce, orjson.dumps(fields, option=orjson.OPT_SORT_KEYS), place)
    return base64.b64encode(nonce + secret).decode()


def decrypted(key: AESGCM, text: str, place: bytes) -> dict[str, Any]:
    """Return the fields. Raises InvalidTag if they were changed, moved, or encrypted with another key; ValueError."""
    secret = base64.b64decode(text)
    fields: dict[str, Any] = orjson.loads(key.decrypt(secret[:NONCE_BYTES], secret[NONCE_BYTES:], place))
    return fields
