"""A second principal's approval of one deed above a teller's limit: signed by headquarters, checked by core itself."""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace
from typing import Any

import msgspec
import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from guitai.messages.takeover import Approval


def sign_approval(approval: Approval, key: Ed25519PrivateKey) -> Approval:
    """Return the approval with headquarters' signature."""
    return replace(approval, signature=base64.b64encode(key.sign(_signed(approval))).decode())


def is_signed(approval: Approval, key: Ed25519PublicKey) -> bool:
    """Tell whether headquarters made it as it stands."""
    try:
        key.verify(base64.b64decode(approval.signature, validate=True), _signed(approval))
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def _signed(approval: Approval) -> bytes:
    """Return what the signature covers: canonical JSON (keys sorted, no spaces) of everything else."""
    fields: dict[str, Any] = msgspec.to_builtins(approval)
    del fields["signature"]
    return orjson.dumps(fields, option=orjson.OPT_SORT_KEYS)
