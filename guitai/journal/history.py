"""Reads what sessions did: their steps in order, and what of them still has no outcome."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from guitai.journal.chain import GENESIS, link
from guitai.journal.database import Connection
from guitai.journal.places import BITS, MASK
from guitai.journal.recording import Recorded
from guitai.journal.sealing import DAY_MS, Sealer
from guitai.messages.codec import effect_from, event_from
from guitai.messages.session import Occurred

OF_SESSION = f"place BETWEEN number << {BITS} AND number << {BITS} | {MASK}"


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
            "SELECT session_id, place, n, request_id, effects FROM unfinished JOIN event USING(place) "
            "WHERE session_id = ? ORDER BY place, n",
            (session_id,),
        ).fetchall()
        return tuple(one for _, one in self._opened(rows))

    def loose_ends(self) -> tuple[tuple[str, Unfinished], ...]:
        """Return (session, effect) for every committed effect without an outcome in a session that is closed."""
        rows = self.connection.execute(
            "SELECT session_id, place, n, request_id, effects FROM unfinished JOIN event USING(place) "
            "JOIN session USING(session_id) WHERE closed = 1 ORDER BY place, n"
        ).fetchall()
        return tuple(self._opened(rows))

    def recorded(self, session_id: str) -> tuple[Recorded, ...]:
        """Return a session's steps with their effects, chained as a recording is: over what they say, not its ciphertext."""
        rows = self.connection.execute(
            f"SELECT place, at_ms, body, effects FROM event JOIN session ON {OF_SESSION} "  # noqa: S608 - constants
            "WHERE session.session_id = ? ORDER BY place",
            (session_id,),
        )
        found: list[Recorded] = []
        previous = GENESIS
        for at, at_ms, body, effects in rows:
            seq = at & MASK
            event = self.sealer.open(orjson.loads(body), session_id, seq, 0)
            led_to = [
                self.sealer.open(effect, session_id, seq, n) for n, effect in enumerate(orjson.loads(effects), start=1)
            ]
            digest = link(previous, seq, at_ms, event, led_to)
            occurred = Occurred(seq, at_ms, event_from(event))
            found.append(Recorded(occurred, tuple(effect_from(effect) for effect in led_to), previous, digest))
            previous = digest
        return tuple(found)

    def needed_days(self, record: str) -> frozenset[int]:
        """Return the days whose keys may not go yet: of sessions that are open, and of effects without an outcome."""
        rows = self.connection.execute(
            f"SELECT DISTINCT at_ms / ? FROM session JOIN event ON {OF_SESSION} WHERE session.session_id != ? "  # noqa: S608 - constants
            f"AND (closed = 0 OR number IN (SELECT place >> {BITS} FROM unfinished))",
            (DAY_MS, record),
        )
        return frozenset(day for (day,) in rows)

    def _opened(self, rows: Iterable[Any]) -> Iterable[tuple[str, Unfinished]]:
        for session_id, at, n, request_id, effects in rows:
            data = self.sealer.open(orjson.loads(effects)[n], session_id, at & MASK, n + 1)
            yield session_id, Unfinished(request_id, effect_from(data))
