"""PCR policies that a release's key signs: which states of a machine may have the key. Needs no TPM.

A policy's digest and the signed hash are those of TPM 2.0 Part 3 (TPM2_PolicyPCR, TPM2_PolicyAuthorize), so that a TPM takes
the signature: SHA-256 bank, RSA with SHA-256 (PKCS #1 v1.5).
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from guitai.errors import GuitaiError
from guitai.wire.whole import write_whole

REFERENCE = b"guitai.journal/1"
"""What a policy is signed for: one of another purpose does not open this key."""

PCRS = 24
TPM_CC_POLICY_PCR, TPM_ALG_SHA256 = 0x0000017F, 0x000B


@dataclass(frozen=True, slots=True)
class SignedPolicy:
    """One state of the machine that may have the key."""

    pcrs: tuple[int, ...]
    digest: bytes
    signature: bytes

    @property
    def message(self) -> bytes:
        """What is signed."""
        return self.digest + REFERENCE


def policy_digest(pcrs: Sequence[int], values: Sequence[bytes]) -> bytes:
    """Return the policy digest of PCRs (ascending) with these SHA-256 values."""
    chosen = sum(1 << pcr for pcr in pcrs).to_bytes(PCRS // 8, "little")
    selection = struct.pack(">IHB", 1, TPM_ALG_SHA256, len(chosen)) + chosen
    state = hashlib.sha256(b"".join(values)).digest()
    return hashlib.sha256(bytes(32) + struct.pack(">I", TPM_CC_POLICY_PCR) + selection + state).digest()


def sign(key: Path, pcrs: Sequence[int], values: Sequence[bytes]) -> SignedPolicy:
    """Allow a state. Raises GuitaiError ``keys.missing``, ``keys.not_a_policy_key``."""
    digest = policy_digest(pcrs, values)
    signature = _private(key).sign(digest + REFERENCE, PKCS1v15(), SHA256())
    return SignedPolicy(tuple(pcrs), digest, signature)


def read(path: Path, public: bytes) -> tuple[SignedPolicy, ...]:
    """Return the policies of a file that were signed by this key; others are left out.

    Raises GuitaiError ``keys.missing``, ``keys.bad_file``, ``keys.not_a_policy_key``.
    """
    key = _public(public)
    found = []
    for one in _rows(path):
        try:
            policy = SignedPolicy(
                tuple(map(int, one["pcrs"])), bytes.fromhex(one["digest"]), bytes.fromhex(one["signature"])
            )
            key.verify(policy.signature, policy.message, PKCS1v15(), SHA256())
        except InvalidSignature:
            continue
        except (KeyError, ValueError, TypeError) as error:
            raise GuitaiError("keys.bad_file", path=path, reason=str(error)) from error
        found.append(policy)
    return tuple(found)


def add(path: Path, policy: SignedPolicy) -> None:
    """Put a policy into the file, made if it is not there. Raises GuitaiError ``keys.bad_file``, OSError."""
    new = {"pcrs": list(policy.pcrs), "digest": policy.digest.hex(), "signature": policy.signature.hex()}
    rows = [row for row in (_rows(path) if path.exists() else []) if row.get("digest") != new["digest"]]
    write_whole(path, orjson.dumps([*rows, new], option=orjson.OPT_INDENT_2), 0o644)


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        rows = orjson.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise GuitaiError("keys.missing", path=path) from error
    except (OSError, ValueError) as error:
        raise GuitaiError("keys.bad_file", path=path, reason=str(error)) from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise GuitaiError("keys.bad_file", path=path, reason="no list of policies")
    return rows


def _private(path: Path) -> rsa.RSAPrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except FileNotFoundError as error:
        raise GuitaiError("keys.missing", path=path) from error
    except (OSError, ValueError, TypeError) as error:
        raise GuitaiError("keys.not_a_policy_key", path=path) from error
    if not isinstance(key, rsa.RSAPrivateKey):
        raise GuitaiError("keys.not_a_policy_key", path=path)
    return key


def _public(pem: bytes) -> rsa.RSAPublicKey:
    try:
        key = load_pem_public_key(pem)
    except ValueError as error:
        raise GuitaiError("keys.not_a_policy_key", path="policy.pub") from error
    if not isinstance(key, rsa.RSAPublicKey):
        raise GuitaiError("keys.not_a_policy_key", path="policy.pub")
    return key
