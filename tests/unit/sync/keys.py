"""Signing keys and signed commands for the sync tests."""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from guitai.wire.commands import Command, sign

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes([1] * 32))
JOINED = {"escalation_id": "S1-1-help", "teller_id": "0218", "teller_name": "林峻", "lease_ms": 600000}
DECIDED = {"escalation_id": "S1-1-help", "teller_id": "0218", "decision": "reject", "reason": ""}


def command(nonce: str, name: str = "teller.joined", key: Ed25519PrivateKey = KEY, **changes: Any) -> bytes:
    fields = {"id": "c1", "kiosk": "kiosk-001", "name": name, "nonce": nonce, "expires_ms": 1000, "data": JOINED}
    return sign(Command(**(fields | changes)), key)
