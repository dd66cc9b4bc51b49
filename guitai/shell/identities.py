"""Which models this version carries, as one hash: recorded with every session and risk decision."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources


@cache
def models_hash() -> str:
    """Return SHA-256 over the catalogue (which pins every pulled model) and the language's own learned parts."""
    room = resources.files("edge_models")
    whole = hashlib.sha256(room.joinpath("catalog.toml").read_bytes())
    weights = room.joinpath("language", "weights")
    for file in sorted(weights.iterdir(), key=lambda one: one.name):
        if file.is_file():
            whole.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()
