"""What waits for headquarters: rows sequenced and hash chained per lane, gone only when acknowledged."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from guitai.errors import GuitaiError
from guitai.journal.chain import canonical
from guitai.journal.committed import QUIET_EVENTS, TOLD_EFFECTS
from guitai.journal.database import Connection
from guitai.journal.ledger import Changes
from guitai.journal.mask import mask
from guitai.journal.places import LANE_NUMBERS, MASK, place, span
from guitai.messages.classes import classes_of
from guitai.messages.session import Occurred
from guitai.messages.sync import GENESIS, OutboxRow, chain_hash_of
from guitai.tables import LANES, Lane, lane_of

_lane_of = functools.cache(lane_of)


class Outbox:
    """The outbox tables, as they are at the end of the transaction under way."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._heads: dict[Lane, tuple[int, str]] = {}

    def forget(self) -> None:
        """Ask the file again where the lanes stand."""
        self._heads = {}

    def rows(self, limit: int) -> tuple[OutboxRow, ...]:
        """Return at most `limit` rows, most urgent lane first, in sequence."""
        found: list[OutboxRow] = []
        for lane in LANES:
            found += self.after(lane, 0, limit - len(found))
        return tuple(found)

    def after(self, lane: Lane, sequence: int, limit: int) -> tuple[OutboxRow, ...]:
        """Return at most `limit` rows of a lane beyond `sequence`, in sequence."""
        first, last = span(LANE_NUMBERS[lane])
        rows = self._connection.execute(
            "SELECT place, id, type, session_id, at_ms, previous_hash, hash, body FROM outbox "
            "WHERE place > ? AND place <= ? ORDER BY place LIMIT ?",
            (first + sequence, last, limit),
        )
        return tuple(_row(lane, values) for values in rows)

    def size(self, lane: Lane) -> int:
        """Return how many rows of a lane wait."""
        size: int = self._connection.execute(
            "SELECT count(*) FROM outbox WHERE place BETWEEN ? AND ?", span(LANE_NUMBERS[lane])
        ).fetchone()[0]
        return size

    def heads(self) -> dict[Lane, tuple[int, str]]:
        """Return sequence and hash of the last row of every lane that ever had one."""
        heads = {lane: self._head(lane) for lane in LANES}
        return {lane: head for lane, head in heads.items() if head[0]}

    def acknowledge(self, watermarks: Mapping[Lane, int], changes: Changes) -> None:
        """Delete up to each lane's sequence; the lane's own row says which was the last, so numbers and hashes go on."""
        for lane, sequence in watermarks.items():
            last, _ = self._head(lane)
            if sequence > last:
                raise GuitaiError("journal.not_acknowledgeable", lane=lane, sequence=sequence, last=last)
            first = span(LANE_NUMBERS[lane])[0]
            gone = self._connection.execute(
                "SELECT place, hash FROM outbox WHERE place BETWEEN ? AND ? ORDER BY place DESC LIMIT 1",
                (first, first + sequence),
            ).fetchone()
            if gone is None:
                continue
            self._connection.execute("DELETE FROM outbox WHERE place BETWEEN ? AND ?", (first, gone[0]))
            self._connection.execute(
                "INSERT INTO lane VALUES(?, ?, ?) ON CONFLICT(lane) DO UPDATE SET sequence = excluded.sequence, "
                "hash = excluded.hash WHERE excluded.sequence > sequence",
                (lane, gone[0] & MASK, gone[1]),
            )
            changes.append(["gone", lane, sequence])

    def add(self, rows: Sequence[tuple[str, str, int, str, dict[str, Any]]], changes: Changes) -> tuple[OutboxRow, ...]:
        """Queue rows of (id, session id, time, type, masked body)."""
        hashes: dict[Lane, list[str]] = {}
        queued: list[OutboxRow] = []
        values: list[tuple[Any, ...]] = []
        for id_, session_id, at_ms, type_, body in rows:
            lane = _lane_of(type_)
            last, previous = self._head(lane)
            raw, sequence = canonical(body), last + 1
            digest = chain_hash_of(previous, lane, sequence, id_, type_, session_id, at_ms, raw)
            queued.append(OutboxRow(lane, sequence, id_, type_, session_id, at_ms, previous, digest, body))
            values.append((place(LANE_NUMBERS[lane], sequence), id_, type_, session_id, at_ms, previous, digest, raw))
            self._heads[lane] = (sequence, digest)
            hashes.setdefault(lane, []).append(digest)
        self._connection.executemany("INSERT INTO outbox VALUES(?, ?, ?, ?, ?, ?, ?, ?)", values)
        changes += [["queued", lane, self._heads[lane][0], digests] for lane, digests in hashes.items()]
        return tuple(queued)

    def _head(self, lane: Lane) -> tuple[int, str]:
        """Return where a lane stands: at its last row that waits, or where its own row says if that is further."""
        if known := self._heads.get(lane):
            return known
        last = self._connection.execute(
            "SELECT place, hash FROM outbox WHERE place BETWEEN ? AND ? ORDER BY place DESC LIMIT 1",
            span(LANE_NUMBERS[lane]),
        ).fetchone()
        own = self._connection.execute("SELECT sequence, hash FROM lane WHERE lane = ?", (lane,)).fetchone()
        head: tuple[int, str] = (last[0] & MASK, last[1]) if last else (0, GENESIS)
        self._heads[lane] = head if own is None or own[0] < head[0] else (own[0], own[1])
        return self._heads[lane]


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
    type_ = data["type"]
    stays = _stays(type_)
    body = {key: value for key, value in mask(data).items() if key not in stays}
    return id_, session_id, at_ms, type_, body


@functools.cache
def _stays(type_name: str) -> frozenset[str]:
    """Return the fields that are not sent: what tells people apart by body or manner stays here."""
    return frozenset({"type", *(name for name, of in classes_of(type_name).items() if of == "C3")})


def _row(lane: Lane, values: tuple[Any, ...]) -> OutboxRow:
    at, id_, type_, session_id, at_ms, previous_hash, hash_, body = values
    return OutboxRow(lane, at & MASK, id_, type_, session_id, at_ms, previous_hash, hash_, orjson.loads(body))
