"""The keys of a simulated branch: one file each, hexadecimal, mode 0600, shared with the bank simulator."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from guitai.errors import GuitaiError

KEY_BYTES = {"pin.key": 16, "pin_aes.key": 16, "e2e.key": 32, "card_token.key": 32}
"""``pin.key``: double-length TDES of the PIN pad; ``pin_aes.key``: its AES key, for PIN blocks of format 4; ``e2e.key``:
HMAC of cash tokens; ``card_token.key``: pseudonyms of cards and of people."""


def provision_keys(folder: Path) -> None:
    """Make the keys that are not there yet; those that are stay as they are."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, size in KEY_BYTES.items():
        path = folder / name
        if path.exists():
            continue
        draft = folder / f"{name}.new"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(size) + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)


def read_key(folder: Path, name: str) -> bytes:
    """Return a key. Raises GuitaiError ``device.key_missing`` or ``device.key_damaged``."""
    path = folder / name
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except FileNotFoundError as error:
        raise GuitaiError("device.key_missing", path=path) from error
    except (OSError, ValueError) as error:
        raise GuitaiError("device.key_damaged", path=path, size=KEY_BYTES[name]) from error
    if len(key) != KEY_BYTES[name]:
        raise GuitaiError("device.key_damaged", path=path, size=KEY_BYTES[name])
    return key
