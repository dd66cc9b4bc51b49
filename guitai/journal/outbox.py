"""What waits for headquarters: rows sequenced and hash chained per lane, gone only when acknowledged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from guitai.errors import GuitaiError
from guitai.journal.chain import canonical
from guitai.journal.committed import QUIET_EVENTS, TOLD_EFFECTS
from guitai.journal.database import Connection, transaction
from guitai.journal.mask import mask
from guitai.messages.session import Occurred
from guitai.messages.sync import GENESIS, OutboxRow, chain_hash
from guitai.tables import LANES, Lane, lane_of


class Outbox:
    """The outbox tables. `add` belongs inside the journal's own transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self, session_id: str, occurred: Occurred, event: dict[str, Any], effects: Sequence[dict[str, Any]]
    ) -> tuple[OutboxRow, ...]:
        """Queue what headquarters shall know of one step; ids are ``session.seq`` and ``session.seq.n``."""
        told = [] if event["type"] in QUIET_EVENTS else [(f"{session_id}.{occurred.seq}", event)]
        told += [
            (f"{session_id}.{occurred.seq}.{n}", effect)
            for n, effect in enumerate(effects)
            if effect["type"] in TOLD_EFFECTS
        ]
        return tuple(self._add(id_, session_id, occurred.at_ms, data) for id_, data in told)

    def rows(self, limit: int) -> tuple[OutboxRow, ...]:
        """Return at most `limit` rows, most urgent lane first, in sequence."""
        found: list[OutboxRow] = []
        for lane in LANES:
            rows = self._connection.execute(
                "SELECT lane, sequence, id, type, session_id, at_ms, previous_hash, hash, body FROM outbox "
                "WHERE lane = ? ORDER BY sequence LIMIT ?",
                (lane, limit - len(found)),
            )
            found += [_row(values) for values in rows]
        return tuple(found)

    def acknowledge(self, watermarks: Mapping[Lane, int]) -> None:
        """Delete up to each lane's sequence; heads stay, so numbers and hashes go on."""
        with transaction(self._connection):
            for lane, sequence in watermarks.items():
                last, _ = self._head(lane)
                if sequence > last:
                    raise GuitaiError("journal.not_acknowledgeable", lane=lane, sequence=sequence, last=last)
                self._connection.execute("DELETE FROM outbox WHERE lane = ? AND sequence <= ?", (lane, sequence))

    def _add(self, id_: str, session_id: str, at_ms: int, data: dict[str, Any]) -> OutboxRow:
        lane = lane_of(data["type"])
        last, previous = self._head(lane)
        body = {key: value for key, value in mask(data).items() if key != "type"}
        digest = chain_hash(previous, lane, last + 1, id_, data["type"], session_id, at_ms, body)
        row = OutboxRow(lane, last + 1, id_, data["type"], session_id, at_ms, previous, digest, body)
        self._connection.execute(
            "INSERT INTO outbox VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (lane, row.sequence, id_, row.type, session_id, at_ms, previous, digest, canonical(body)),
        )
        self._connection.execute(
            "INSERT INTO lane VALUES(?, ?, ?) ON CONFLICT(lane) DO UPDATE SET sequence = excluded.sequence, "
            "hash = excluded.hash",
            (lane, row.sequence, digest),
        )
        return row

    def _head(self, lane: str) -> tuple[int, str]:
        row = self._connection.execute("SELECT sequence, hash FROM lane WHERE lane = ?", (lane,)).fetchone()
        return (row[0], row[1]) if row else (0, GENESIS)


def _row(values: tuple[Any, ...]) -> OutboxRow:
    lane, sequence, id_, type_, session_id, at_ms, previous_hash, hash_, body = values
    return OutboxRow(lane, sequence, id_, type_, session_id, at_ms, previous_hash, hash_, orjson.loads(body))
