"""Steps of sessions as rows: an event with its effects, chained per session, and what of them is still unfinished."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from guitai.errors import GuitaiError
from guitai.journal.chain import GENESIS, canonical, link_bodies
from guitai.journal.committed import COMMITTED, settles, settles_cash_before
from guitai.journal.database import Connection
from guitai.journal.ledger import Changes
from guitai.journal.outbox import Outbox, told
from guitai.journal.sealing import Sealer
from guitai.messages.codec import to_data
from guitai.messages.session import CloseSession, Occurred
from guitai.messages.sync import OutboxRow


@dataclass(frozen=True, slots=True)
class Step:
    """What one event of a session led to."""

    session_id: str
    occurred: Occurred
    effects: Sequence[object]


@dataclass(slots=True)
class _Head:
    """Where a session stands."""

    seq: int = 0
    hash: str = GENESIS
    closed: bool = False


@dataclass(slots=True)
class Steps:
    """The tables of sessions, events and effects. `add` belongs inside a transaction."""

    connection: Connection
    outbox: Outbox
    sealer: Sealer
    record: str
    """The branch's own record: it speaks of no customer."""

    _heads: dict[str, _Head] = field(default_factory=dict)
    """Of the sessions of the steps being added."""

    def add(self, steps: Sequence[Step], changes: Changes) -> tuple[OutboxRow, ...]:
        """Write steps in order; each session's head is written once.

        Raises GuitaiError ``journal.out_of_order``.
        """
        self._heads = {}
        queued: list[Any] = []
        for step in steps:
            event, effects = to_data(step.occurred.event), [to_data(effect) for effect in step.effects]
            self._add(step, event, effects, changes)
            queued += told(step.session_id, step.occurred, event, effects)
        self.connection.executemany(
            "INSERT INTO session(session_id, last_seq, last_hash, closed) VALUES(?, ?, ?, ?) ON CONFLICT(session_id) "
            "DO UPDATE SET last_seq = excluded.last_seq, last_hash = excluded.last_hash, "
            "closed = max(closed, excluded.closed)",
            [(session_id, head.seq, head.hash, int(head.closed)) for session_id, head in self._heads.items()],
        )
        return self.outbox.add(queued, changes)

    def head(self, session_id: str) -> tuple[int, str]:
        """Return a session's last sequence and hash."""
        row = self.connection.execute(
            "SELECT last_seq, last_hash FROM session WHERE session_id = ?", (session_id,)
        ).fetchone()
        return (row[0], row[1]) if row else (0, GENESIS)

    def _add(self, step: Step, event: dict[str, Any], effects: list[dict[str, Any]], changes: Changes) -> None:
        session_id, occurred = step.session_id, step.occurred
        head = self._heads.get(session_id) or _Head(*self.head(session_id))
        if occurred.seq != head.seq + 1:
            raise GuitaiError("journal.out_of_order", seq=occurred.seq, session=session_id, last=head.seq)
        body, *bodies = [self._body(step, n, data) for n, data in enumerate([event, *effects])]
        digest = link_bodies(head.hash, occurred.seq, occurred.at_ms, body, bodies)
        unfinished = [int(effect["type"] in COMMITTED) for effect in effects]
        closes = any(isinstance(effect, CloseSession) for effect in step.effects)
        changes.append(["event", session_id, occurred.seq, digest, "".join(map(str, unfinished)), int(closes)])
        self.connection.execute(
            "INSERT INTO event VALUES(?, ?, ?, ?, ?, ?, ?)",
            (session_id, occurred.seq, occurred.at_ms, event["type"], body, head.hash, digest),
        )
        self._settle(session_id, occurred.event, event["type"], changes)
        self.connection.executemany(
            "INSERT INTO effect VALUES(?, ?, ?, ?, ?, ?, ?)",
            [
                (session_id, occurred.seq, n, data["type"], bodies[n], request_id_of(data), unfinished[n])
                for n, data in enumerate(effects)
            ],
        )
        self._heads[session_id] = _Head(occurred.seq, digest, closes or head.closed)

    def _body(self, step: Step, n: int, data: dict[str, Any]) -> bytes:
        if step.session_id == self.record:
            return canonical(data)
        return canonical(self.sealer.seal(data, step.session_id, step.occurred.seq, n, step.occurred.at_ms))

    def _settle(self, session_id: str, event: object, type_: str, changes: Changes) -> None:
        settled: list[Any] = []
        if (request_id := settles(event)) is not None:
            settled += self.connection.execute(
                "UPDATE effect SET unfinished = 0 WHERE request_id = ? AND unfinished = 1 RETURNING session_id, seq, n",
                (request_id,),
            ).fetchall()
        if (question := settles_cash_before(event)) is not None:
            settled += self.connection.execute(
                "UPDATE effect SET unfinished = 0 WHERE session_id = ? AND unfinished = 1 AND type LIKE ? "
                "AND (seq, n) < (SELECT seq, n FROM effect WHERE session_id = ? AND request_id = ? "
                "AND type LIKE '%.ask_status') RETURNING session_id, seq, n",
                (session_id, type_.replace("status", "%"), session_id, question),
            ).fetchall()
        changes += [["settled", *row] for row in settled]


def request_id_of(data: dict[str, Any]) -> str | None:
    """Return the request id in a message's plain data, if it carries one."""
    request_id = data.get("request_id")
    return request_id if isinstance(request_id, str) else None
