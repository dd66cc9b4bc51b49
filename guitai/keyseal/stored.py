"""Where the journal's key is kept: in a file of its own, or sealed; and how it is got out."""

from __future__ import annotations

import base64
from pathlib import Path

import orjson

from guitai.errors import GuitaiError
from guitai.keys import read_key
from guitai.keyseal import policy, tpm
from guitai.wire.whole import write_whole

PLAIN, SEALED, RECOVERY = "journal.key", "journal.sealed", "journal.recovery"
POLICY_KEY, RECOVERY_KEY, POLICIES = "policy.pub", "recovery.pub", "pcr-policies.json"
FORMAT = "guitai.sealed-key/1"


def journal_key(folder: Path) -> bytes:
    """Return the journal's key, from its file or else from the TPM. Raises GuitaiError ``keys.*``."""
    if (folder / PLAIN).exists() or not (folder / SEALED).exists():
        return read_key(folder / PLAIN)
    return unsealed(folder, SEALED)


def unsealed(folder: Path, name: str) -> bytes:
    """Return what a sealed file holds. Raises GuitaiError ``keys.*``."""
    path = folder / name
    try:
        data = orjson.loads(path.read_bytes())
        sealed = tpm.Sealed(base64.b64decode(data["public"]), base64.b64decode(data["private"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise GuitaiError("keys.bad_file", path=path, reason=str(error)) from error
    return _open(folder, sealed)


def seal(folder: Path, key: bytes, name: str = SEALED) -> None:
    """Seal a key (32 bytes) beside its file, and try whether this machine can open it. Raises GuitaiError ``keys.*``, OSError."""
    sealed = tpm.seal(key, policy_key(folder))
    if _open(folder, sealed) != key:
        raise GuitaiError("keys.not_allowed", reason="what was sealed is not what comes back")
    halves = {"public": base64.b64encode(sealed.public).decode(), "private": base64.b64encode(sealed.private).decode()}
    write_whole(folder / name, orjson.dumps({"format": FORMAT, **halves}))


def policy_key(folder: Path) -> bytes:
    """Return the public key (PEM) whose policies count. Raises GuitaiError ``keys.missing``."""
    try:
        return (folder / POLICY_KEY).read_bytes()
    except OSError as error:
        raise GuitaiError("keys.missing", path=folder / POLICY_KEY) from error


def _open(folder: Path, sealed: tpm.Sealed) -> bytes:
    """Unseal with the policy that is of this machine's state."""
    public = policy_key(folder)
    for one in policy.read(folder / POLICIES, public):
        if policy.policy_digest(one.pcrs, tpm.pcr_values(one.pcrs)) == one.digest:
            return tpm.unseal(sealed, public, one)
    raise GuitaiError("keys.not_allowed", reason="None of the policies is of this state.")
