"""Reads key files: hex, mode 0600, never in the repository."""

from __future__ import annotations

from pathlib import Path

from guitai.errors import GuitaiError


def read_key(path: Path) -> bytes:
    """Return the bytes of a hex key file. Raises GuitaiError ``keys.missing`` or ``keys.malformed``."""
    try:
        return bytes.fromhex(path.read_text(encoding="ascii").strip())
    except FileNotFoundError as error:
        raise GuitaiError("keys.missing", path=path) from error
    except ValueError as error:
        raise GuitaiError("keys.malformed", path=path) from error
