"""Steps of sessions as rows: an event with its effects, chained per session, and what of them is still unfinished."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from guitai.errors import GuitaiError
from guitai.journal.chain import GENESIS, canonical, link_bodies
from guitai.journal.committed import COMMITTED, settles, settles_cash_before
from guitai.journal.database import Connection
from guitai.journal.ledger import Changes
from guitai.journal.outbox import Outbox, told
from guitai.journal.places import BITS, MASK, place, span
from guitai.journal.sealing import Sealer
from guitai.messages.codec import to_data
from guitai.messages.session import CloseSession, Occurred
from guitai.messages.sync import OutboxRow

MOST_HEADS = 8
"""Sessions of which it is remembered between commits where they stand: the customer's, the branch's record, and those with loose ends."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one event of a session led to."""

    session_id: str
    occurred: Occurred
    effects: Sequence[object]


@dataclass(slots=True)
class _Head:
    """Where a session stands."""

    number: int
    seq: int
    hash: str


@dataclass(slots=True)
class Steps:
    """The tables of sessions, events and unfinished effects. `add` belongs inside a transaction."""

    connection: Connection
    outbox: Outbox
    sealer: Sealer
    record: str
    """The branch's own record: it speaks of no customer."""

    _heads: dict[str, _Head] = field(default_factory=dict)
    """Of the sessions that are written to."""

    _events: list[tuple[Any, ...]] = field(default_factory=list)
    _unfinished: list[tuple[Any, ...]] = field(default_factory=list)
    """Rows not yet in their tables."""

    def add(self, steps: Sequence[Step], changes: Changes) -> tuple[OutboxRow, ...]:
        """Write steps in order.

        Raises GuitaiError ``journal.out_of_order``.
        """
        self._events, self._unfinished = [], []
        if len(self._heads) > MOST_HEADS:  # not further down: the file does not know these steps' heads yet
            self._heads = {}
        queued: list[Any] = []
        for step in steps:
            event, effects = to_data(step.occurred.event), [to_data(effect) for effect in step.effects]
            self._add(step, event, effects, changes)
            queued += told(step.session_id, step.occurred, event, effects)
        self._put()
        return self.outbox.add(queued, changes)

    def head(self, session_id: str) -> tuple[int, str]:
        """Return a session's last sequence and hash."""
        head = self._heads.get(session_id) or self._find(session_id)
        return (head.seq, head.hash) if head else (0, GENESIS)

    def forget(self) -> None:
        """Ask the file again where the sessions stand."""
        self._heads = {}

    def newest_ms(self) -> int:
        """Return the time of the newest event of the last session and of the branch's record, 0 if there is none."""
        numbers = self.connection.execute(
            "SELECT max(number) FROM session UNION SELECT number FROM session WHERE session_id = ?", (self.record,)
        ).fetchall()
        last = [
            self.connection.execute(
                "SELECT at_ms FROM event WHERE place BETWEEN ? AND ? ORDER BY place DESC LIMIT 1", span(number)
            ).fetchone()
            for (number,) in numbers
            if number is not None
        ]
        return max((row[0] for row in last if row), default=0)

    def _find(self, session_id: str) -> _Head | None:
        row = self.connection.execute(
            "SELECT number, base_seq, base_hash FROM session WHERE session_id = ?", (session_id,)
        ).fetchone()
        if row is None:
            return None
        number, base_seq, base_hash = row
        last = self.connection.execute(
            "SELECT place, hash FROM event WHERE place > ? AND place <= ? ORDER BY place DESC LIMIT 1",
            (place(number, base_seq), span(number)[1]),
        ).fetchone()
        return _Head(number, last[0] & MASK, last[1]) if last else _Head(number, base_seq, base_hash)

    def _begin(self, session_id: str) -> _Head:
        cursor = self.connection.execute(
            "INSERT INTO session(session_id, base_seq, base_hash, closed) VALUES(?, 0, ?, 0)", (session_id, GENESIS)
        )
        return _Head(cursor.lastrowid, 0, GENESIS)

    def _add(self, step: Step, event: dict[str, Any], effects: list[dict[str, Any]], changes: Changes) -> None:
        session_id, occurred = step.session_id, step.occurred
        head = self._heads.get(session_id) or self._find(session_id)
        last = head.seq if head else 0
        if occurred.seq != last + 1:
            raise GuitaiError("journal.out_of_order", seq=occurred.seq, session=session_id, last=last)
        if head is None:
            head = self._begin(session_id)
        self._heads[session_id] = head
        body, *bodies = [self._body(step, n, data) for n, data in enumerate([event, *effects])]
        raw, all_raw = canonical(body), canonical(bodies)
        digest = link_bodies(head.hash, occurred.seq, occurred.at_ms, raw, all_raw)
        unfinished = [effect["type"] in COMMITTED for effect in effects]
        closes = any(isinstance(effect, CloseSession) for effect in step.effects)
        digits = "".join("1" if one else "0" for one in unfinished)
        changes.append(["event", session_id, occurred.seq, digest, digits, int(closes)])
        self._settle(session_id, head.number, occurred.event, event["type"], changes)
        at = place(head.number, occurred.seq)
        self._events.append((at, session_id, occurred.at_ms, raw, all_raw, head.hash, digest))
        self._unfinished += [(request_id_of(data), at, n) for n, data in enumerate(effects) if unfinished[n]]
        if closes:
            self.connection.execute("UPDATE session SET closed = 1 WHERE number = ?", (head.number,))
        head.seq, head.hash = occurred.seq, digest

    def _body(self, step: Step, n: int, data: dict[str, Any]) -> dict[str, Any]:
        if step.session_id == self.record:
            return data
        return self.sealer.seal(data, step.session_id, step.occurred.seq, n, step.occurred.at_ms)

    def _put(self) -> None:
        self.connection.executemany("INSERT INTO event VALUES(?, ?, ?, ?, ?, ?, ?)", self._events)
        if self._unfinished:
            self.connection.executemany("INSERT INTO unfinished VALUES(?, ?, ?)", self._unfinished)
        self._events, self._unfinished = [], []

    def _settle(self, session_id: str, number: int, event: object, type_: str, changes: Changes) -> None:
        request_id, question = settles(event), settles_cash_before(event)
        if request_id is None and question is None:
            return
        if self._events:
            self._put()
        settled: list[tuple[int, int]] = []
        if request_id is not None:
            settled += self.connection.execute(  # and not DELETE … RETURNING, which takes three times as long
                "SELECT place, n FROM unfinished WHERE request_id = ?", (request_id,)
            ).fetchall()
            if settled:
                self.connection.execute("DELETE FROM unfinished WHERE request_id = ?", (request_id,))
        if question is not None:
            settled += self._settle_before(number, question, type_.removesuffix("status"))
        for at, n in settled:
            of = session_id if at >> BITS == number else self._name(at >> BITS)
            changes.append(["settled", of, at & MASK, n])

    def _name(self, number: int) -> str:
        (name,) = self.connection.execute("SELECT session_id FROM session WHERE number = ?", (number,)).fetchone()
        return str(name)

    def _settle_before(self, number: int, question: str, machine: str) -> list[tuple[int, int]]:
        """End the session's effects on a machine that were asked for before a question about its notes."""
        asked = self.connection.execute(
            "SELECT place, effects FROM event WHERE place BETWEEN ? AND ? AND instr(effects, CAST(? AS BLOB)) ORDER BY place",
            (*span(number), question),
        ).fetchall()
        before = min(
            (
                (at, n)
                for at, effects in asked
                for n, effect in enumerate(orjson.loads(effects))
                if effect["type"].endswith(".ask_status") and effect.get("request_id") == question
            ),
            default=None,
        )
        if before is None:
            return []
        rows = self.connection.execute(
            "SELECT unfinished.place, n, effects FROM unfinished JOIN event USING(place) WHERE place BETWEEN ? AND ?",
            (number << BITS, before[0]),
        ).fetchall()
        ended = [
            (at, n)
            for at, n, effects in rows
            if (at, n) < before and orjson.loads(effects)[n]["type"].startswith(machine)
        ]
        self.connection.executemany("DELETE FROM unfinished WHERE place = ? AND n = ?", ended)
        return ended


def request_id_of(data: dict[str, Any]) -> str:
    """Return the request id in a message's plain data, empty if it carries none."""
    request_id = data.get("request_id")
    return request_id if isinstance(request_id, str) else ""
