"""Reads what sessions did: their steps in order, and what of them still has no outcome."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from guitai.journal.chain import GENESIS, canonical, link_bodies
from guitai.journal.database import Connection
from guitai.journal.recording import Recorded
from guitai.journal.sealing import DAY_MS, Sealer
from guitai.messages.codec import effect_from, event_from
from guitai.messages.session import Occurred


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A committed effect whose outcome no event has told yet: ask, never repeat."""

    request_id: str
    effect: object


@dataclass(frozen=True, slots=True)
class History:
    """The tables of sessions, events and effects, personal fields opened. Raises GuitaiError ``journal.key_destroyed``."""

    connection: Connection
    sealer: Sealer

    def unfinished(self, session_id: str) -> tuple[Unfinished, ...]:
        """Return a session's committed effects without an outcome, oldest first."""
        rows = self.connection.execute(
            "SELECT session_id, seq, n, request_id, body FROM effect WHERE session_id = ? AND unfinished = 1 "
            "ORDER BY seq, n",
            (session_id,),
        ).fetchall()
        return tuple(one for _, one in self._opened(rows))

    def loose_ends(self) -> tuple[tuple[str, Unfinished], ...]:
        """Return (session, effect) for every committed effect without an outcome in a session that is closed."""
        rows = self.connection.execute(
            "SELECT session_id, seq, n, request_id, body FROM effect JOIN session USING(session_id) "
            "WHERE unfinished = 1 AND closed = 1 ORDER BY session.number, seq, n"
        ).fetchall()
        return tuple(self._opened(rows))

    def recorded(self, session_id: str) -> tuple[Recorded, ...]:
        """Return a session's steps with their effects, chained as a recording is: over what they say, not its ciphertext."""
        effects: dict[int, list[dict[str, Any]]] = {}
        for seq, n, body in self.connection.execute(
            "SELECT seq, n, body FROM effect WHERE session_id = ? ORDER BY seq, n", (session_id,)
        ):
            effects.setdefault(seq, []).append(self.sealer.open(orjson.loads(body), session_id, seq, n + 1))
        rows = self.connection.execute(
            "SELECT seq, at_ms, body FROM event WHERE session_id = ? ORDER BY seq", (session_id,)
        )
        found: list[Recorded] = []
        previous = GENESIS
        for seq, at_ms, body in rows:
            event, led_to = self.sealer.open(orjson.loads(body), session_id, seq, 0), effects.get(seq, [])
            digest = link_bodies(previous, seq, at_ms, canonical(event), [canonical(effect) for effect in led_to])
            occurred = Occurred(seq, at_ms, event_from(event))
            found.append(Recorded(occurred, tuple(effect_from(effect) for effect in led_to), previous, digest))
            previous = digest
        return tuple(found)

    def needed_days(self, record: str) -> frozenset[int]:
        """Return the days whose keys may not go yet: of sessions that are open, and of effects without an outcome."""
        rows = self.connection.execute(
            "SELECT DISTINCT at_ms / ? FROM event WHERE session_id != ? AND session_id IN "
            "(SELECT session_id FROM session WHERE closed = 0 UNION SELECT session_id FROM effect WHERE unfinished = 1)",
            (DAY_MS, record),
        )
        return frozenset(day for (day,) in rows)

    def _opened(self, rows: Iterable[Any]) -> Iterable[tuple[str, Unfinished]]:
        for session_id, seq, n, request_id, body in rows:
            data = self.sealer.open(orjson.loads(body), session_id, seq, n + 1)
            yield session_id, Unfinished(request_id, effect_from(data))
