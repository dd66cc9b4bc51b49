"""Sync: a row of the outbox, as core hands it to sync and headquarters checks it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import orjson

from guitai.tables import Lane

GENESIS = "0" * 64
"""The previous hash of a lane's first row."""


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One thing headquarters shall know, exactly once. The body is already masked."""

    lane: Lane
    sequence: int
    """1, 2, 3 … within (kiosk, lane)."""

    id: str
    """The dedupe key (CloudEvents ``id``)."""

    type: str
    session_id: str
    at_ms: int
    previous_hash: str
    hash: str
    body: dict[str, Any]
    """The event's or effect's fields, without its type."""


def chain_hash(
    previous_hash: str,
    lane: Lane,
    sequence: int,
    id_: str,
    type_: str,
    session_id: str,
    at_ms: int,
    body: dict[str, Any],
) -> str:
    """Return a row's hash: SHA-256 (hex) over the previous hash, a newline and the canonical JSON of the row."""
    raw = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
    return chain_hash_of(previous_hash, lane, sequence, id_, type_, session_id, at_ms, raw)


def chain_hash_of(
    previous_hash: str,
    lane: Lane,
    sequence: int,
    id_: str,
    type_: str,
    session_id: str,
    at_ms: int,
    body: bytes,
) -> str:
    """Return what `chain_hash` returns, from a body that is canonical JSON already."""
    text = orjson.dumps
    record = b'{"at_ms":%d,"body":%b,"id":%b,"lane":%b,"sequence":%d,"session_id":%b,"type":%b}' % (
        at_ms, body, text(id_), text(lane), sequence, text(session_id), text(type_),
    )  # fmt: skip
    return hashlib.sha256(previous_hash.encode() + b"\n" + record).hexdigest()
