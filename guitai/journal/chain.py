"""The hash chain of one session: every event's line covers the effects it led to and the line before it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import orjson

GENESIS = "0" * 64


def canonical(data: object) -> bytes:
    """Return the one JSON writing of `data` that hashes and comparisons are made over (keys sorted, no spaces)."""
    return orjson.dumps(data, option=orjson.OPT_SORT_KEYS)


def link(previous_hash: str, seq: int, at_ms: int, event: dict[str, Any], effects: Sequence[dict[str, Any]]) -> str:
    """Return the hash (SHA-256, hex) of one step of a session.

    The time is inside it. The digest runs over the previous hash, a newline and the canonical record.
    """
    record = {"seq": seq, "at_ms": at_ms, "event": event, "effects": list(effects)}
    return hashlib.sha256(previous_hash.encode() + b"\n" + canonical(record)).hexdigest()
