"""What waits for headquarters: rows sequenced and hash chained per lane, gone only when acknowledged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from guitai.errors import GuitaiError
from guitai.journal.chain import canonical
from guitai.journal.committed import QUIET_EVENTS, TOLD_EFFECTS
from guitai.journal.database import Connection
from guitai.journal.ledger import Changes
from guitai.journal.mask import mask
from guitai.messages.classes import classes_of
from guitai.messages.session import Occurred
from guitai.messages.sync import GENESIS, OutboxRow, chain_hash
from guitai.tables import LANES, Lane, lane_of


class Outbox:
    """The outbox tables, as they are at the end of the transaction under way."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def rows(self, limit: int) -> tuple[OutboxRow, ...]:
        """Return at most `limit` rows, most urgent lane first, in sequence."""
        found: list[OutboxRow] = []
        for lane in LANES:
            found += self.after(lane, 0, limit - len(found))
        return tuple(found)

    def after(self, lane: Lane, sequence: int, limit: int) -> tuple[OutboxRow, ...]:
        """Return at most `limit` rows of a lane beyond `sequence`, in sequence."""
        rows = self._connection.execute(
            "SELECT lane, sequence, id, type, session_id, at_ms, previous_hash, hash, body FROM outbox "
            "WHERE lane = ? AND sequence > ? ORDER BY sequence LIMIT ?",
            (lane, sequence, limit),
        )
        return tuple(_row(values) for values in rows)

    def acknowledge(self, watermarks: Mapping[Lane, int], changes: Changes) -> None:
        """Delete up to each lane's sequence; heads stay, so numbers and hashes go on."""
        for lane, sequence in watermarks.items():
            last, _ = self._head(lane)
            if sequence > last:
                raise GuitaiError("journal.not_acknowledgeable", lane=lane, sequence=sequence, last=last)
            if self._connection.execute(
                "DELETE FROM outbox WHERE lane = ? AND sequence <= ?", (lane, sequence)
            ).rowcount:
                changes.append(["gone", lane, sequence])

    def add(self, rows: Sequence[tuple[str, str, int, str, dict[str, Any]]], changes: Changes) -> tuple[OutboxRow, ...]:
        """Queue rows of (id, session id, time, type, masked body); each lane's head is written once."""
        heads: dict[Lane, tuple[int, str]] = {}
        queued: list[OutboxRow] = []
        for id_, session_id, at_ms, type_, body in rows:
            lane = lane_of(type_)
            last, previous = heads.get(lane) or self._head(lane)
            digest = chain_hash(previous, lane, last + 1, id_, type_, session_id, at_ms, body)
            queued.append(OutboxRow(lane, last + 1, id_, type_, session_id, at_ms, previous, digest, body))
            heads[lane] = (last + 1, digest)
            changes.append(["out", lane, digest])
        self._connection.executemany(
            "INSERT INTO outbox VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (r.lane, r.sequence, r.id, r.type, r.session_id, r.at_ms, r.previous_hash, r.hash, canonical(r.body))
                for r in queued
            ],
        )
        self._connection.executemany(
            "INSERT INTO lane VALUES(?, ?, ?) ON CONFLICT(lane) DO UPDATE SET sequence = excluded.sequence, "
            "hash = excluded.hash",
            [(lane, *head) for lane, head in heads.items()],
        )
        return tuple(queued)

    def _head(self, lane: str) -> tuple[int, str]:
        row = self._connection.execute("SELECT sequence, hash FROM lane WHERE lane = ?", (lane,)).fetchone()
        return (row[0], row[1]) if row else (0, GENESIS)


def told(
    session_id: str, occurred: Occurred, event: dict[str, Any], effects: Sequence[dict[str, Any]]
) -> Iterator[tuple[str, str, int, str, dict[str, Any]]]:
    """Yield what headquarters shall know of one step, masked; ids are ``session.seq`` and ``session.seq.n``."""
    if event["type"] not in QUIET_EVENTS:
        yield _told(f"{session_id}.{occurred.seq}", session_id, occurred.at_ms, event)
    for n, effect in enumerate(effects):
        if effect["type"] in TOLD_EFFECTS:
            yield _told(f"{session_id}.{occurred.seq}.{n}", session_id, occurred.at_ms, effect)


def _told(id_: str, session_id: str, at_ms: int, data: dict[str, Any]) -> tuple[str, str, int, str, dict[str, Any]]:
    classes = classes_of(data["type"])  # what tells people apart by body or manner stays here
    body = {key: value for key, value in mask(data).items() if key != "type" and classes.get(key) != "C3"}
    return id_, session_id, at_ms, data["type"], body


def _row(values: tuple[Any, ...]) -> OutboxRow:
    lane, sequence, id_, type_, session_id, at_ms, previous_hash, hash_, body = values
    return OutboxRow(lane, sequence, id_, type_, session_id, at_ms, previous_hash, hash_, orjson.loads(body))
