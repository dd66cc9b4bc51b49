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
    return link_bodies(previous_hash, seq, at_ms, canonical(event), canonical(effects))


def link_bodies(previous_hash: str, seq: int, at_ms: int, event: bytes, effects: bytes) -> str:
    """Return what `link` returns, from an event and a list of effects that are canonical already."""
    record = b'{"at_ms":%d,"effects":%b,"event":%b,"seq":%d}' % (at_ms, effects, event, seq)
    return hashlib.sha256(previous_hash.encode() + b"\n" + record).hexdigest()
