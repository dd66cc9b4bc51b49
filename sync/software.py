"""Which software runs here and how its update stands, for the state topic."""

from __future__ import annotations

import importlib.metadata
import re
import sys
from pathlib import Path

import orjson
from pydantic import ValidationError

from guitai.wire.commands import Software

STATE = "state.json"
"""What the updater writes down, in its folder (guitai/updates/machine.py)."""

FOLDER = re.compile(r"guitai-\d[A-Za-z0-9._+-]*")


def name_of(prefix: Path) -> str:
    """Return what the running version is called: the folder it was installed in (guitai-VERSION-COMMIT), else the package's version."""
    named = [part for part in prefix.resolve().parts if FOLDER.fullmatch(part)]
    return named[-1] if named else f"guitai-{importlib.metadata.version('guitai')}"


def software(updates: Path) -> Software:
    """Return what to tell. Nothing was ever updated, or it cannot be read: no phase, and the release is empty."""
    name = name_of(Path(sys.prefix))
    try:
        told = orjson.loads((updates / STATE).read_bytes())
        return Software(name=name, phase=told["phase"], release=told["release"])
    except (OSError, orjson.JSONDecodeError, ValidationError, KeyError, TypeError):
        return Software(name=name)
