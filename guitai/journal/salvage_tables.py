"""Reads the tables of a damaged journal, of this version's layout or of those before version 5, row by row as far as it goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, Protocol

import orjson

from guitai.journal.places import BITS, LANE_NUMBERS, MASK, span
from guitai.tables import Lane

Rows = Callable[..., Iterator[Any]]
"""(query, values) -> rows, until one cannot be read."""

OutboxValues = tuple[Any, ...]
"""Lane, sequence, id, type, session id, time, previous hash, hash, body."""


class Event(NamedTuple):
    """A step as it stands in the file, whatever its version."""

    seq: int
    at_ms: int
    body: bytes
    effects: bytes
    """A list, canonical."""

    previous: str
    hash: str


class Tables(Protocol):
    """What is asked of either layout."""

    def lanes(self) -> dict[Lane, tuple[int, str]]:
        """Return where lanes stood, as far as the lanes' own rows do not say so."""

    def outbox(self, lane: Lane) -> Iterator[OutboxValues]:
        """Yield what waits of a lane, in sequence."""

    def ends(self) -> dict[str, tuple[int, str]]:
        """Return sequence and hash of each session's last event, where that is known."""

    def closed(self) -> dict[str, bool]:
        """Return every session whose row is read, and whether it is closed."""

    def loose(self) -> set[str]:
        """Return the sessions that have effects without an outcome."""

    def events(self, session: str) -> Iterator[Event]:
        """Yield a session's events in sequence."""

    def unfinished(self, session: str) -> dict[tuple[int, int], str]:
        """Return the request ids of its effects without an outcome, by sequence and number."""


class Placed:
    """Version 5: rows stand by their places. Where lanes and sessions stood is said by the end of the ledger, too."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._numbers: dict[str, int] = {}
        self._closed: dict[str, bool] = {}
        for number, session, closed in rows("SELECT number, session_id, closed FROM session"):
            self._numbers[session], self._closed[session] = number, bool(closed)
        self._lanes: dict[Lane, tuple[int, str]] = {}
        self._ends: dict[str, tuple[int, str]] = {}
        self._follow_back()

    def _follow_back(self) -> None:
        """Read the ledger from its sealed end: what is named there last is how it stood."""
        for at, (changes, seal) in enumerate(self._rows("SELECT changes, seal FROM entry ORDER BY n DESC")):
            if at == 0 and seal is None:
                return  # not the end: nothing is known of it
            for change in reversed(orjson.loads(changes)):
                match change:
                    case ["queued", lane, sequence, hashes]:
                        self._lanes.setdefault(lane, (sequence, hashes[-1]))
                    case ["lane", lane, sequence, hash_]:
                        self._lanes.setdefault(lane, (sequence, hash_))
                    case ["event" | "session", session, seq, hash_, *_]:
                        self._ends.setdefault(session, (seq, hash_))

    def lanes(self) -> dict[Lane, tuple[int, str]]:
        """As `Tables.lanes`."""
        return self._lanes

    def outbox(self, lane: Lane) -> Iterator[OutboxValues]:
        """As `Tables.outbox`."""
        query = (
            "SELECT place, id, type, session_id, at_ms, previous_hash, hash, body FROM outbox "
            "WHERE place BETWEEN ? AND ? ORDER BY place"
        )
        for at, *rest in self._rows(query, *span(LANE_NUMBERS[lane])):
            yield (lane, at & MASK, *rest)

    def ends(self) -> dict[str, tuple[int, str]]:
        """As `Tables.ends`."""
        return self._ends

    def closed(self) -> dict[str, bool]:
        """As `Tables.closed`."""
        return self._closed

    def loose(self) -> set[str]:
        """As `Tables.loose`."""
        names = {number: session for session, number in self._numbers.items()}
        found: set[str] = set()
        for at in [row[0] for row in self._rows("SELECT place FROM unfinished")]:
            if session := names.get(at >> BITS):
                found.add(session)
            else:
                found |= {row[0] for row in self._rows("SELECT session_id FROM event WHERE place = ?", at)}
        return found

    def events(self, session: str) -> Iterator[Event]:
        """As `Tables.events`."""
        query = "SELECT place, at_ms, body, effects, previous_hash, hash FROM event "
        if number := self._numbers.get(session):
            rows = self._rows(query + "WHERE place BETWEEN ? AND ? ORDER BY place", *span(number))
        else:
            rows = self._rows(query + "WHERE session_id = ? ORDER BY place", session)
        for at, at_ms, body, effects, previous, hash_ in rows:
            self._numbers.setdefault(session, at >> BITS)
            yield Event(at & MASK, at_ms, bytes(body), bytes(effects), previous, hash_)

    def unfinished(self, session: str) -> dict[tuple[int, int], str]:
        """As `Tables.unfinished`."""
        rows = self._rows(
            "SELECT place, n, request_id FROM unfinished WHERE place BETWEEN ? AND ?", *span(self._numbers[session])
        )
        return {(at & MASK, n): request_id for at, n, request_id in rows}


class Older:
    """Versions 1 to 4: rows stand by names, effects in a table of their own; lanes and sessions have a row that says all."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._sessions = {
            row[0]: row[1:] for row in rows("SELECT session_id, closed, last_seq, last_hash FROM session")
        }

    def lanes(self) -> dict[Lane, tuple[int, str]]:
        """As `Tables.lanes`."""
        return {}

    def outbox(self, lane: Lane) -> Iterator[OutboxValues]:
        """As `Tables.outbox`."""
        return self._rows("SELECT * FROM outbox WHERE lane = ? ORDER BY sequence", lane)

    def ends(self) -> dict[str, tuple[int, str]]:
        """As `Tables.ends`."""
        return {session: (seq, hash_) for session, (_, seq, hash_) in self._sessions.items()}

    def closed(self) -> dict[str, bool]:
        """As `Tables.closed`."""
        return {session: bool(closed) for session, (closed, *_) in self._sessions.items()}

    def loose(self) -> set[str]:
        """As `Tables.loose`."""
        return {row[0] for row in self._rows("SELECT session_id FROM effect WHERE unfinished = 1")}

    def events(self, session: str) -> Iterator[Event]:
        """As `Tables.events`."""
        effects: dict[int, list[bytes]] = {}
        for seq, body in self._rows("SELECT seq, body FROM effect WHERE session_id = ? ORDER BY seq, n", session):
            effects.setdefault(seq, []).append(bytes(body))
        query = "SELECT seq, at_ms, body, previous_hash, hash FROM event WHERE session_id = ? ORDER BY seq"
        for seq, at_ms, body, previous, hash_ in self._rows(query, session):
            yield Event(seq, at_ms, bytes(body), b"[%b]" % b",".join(effects.get(seq, [])), previous, hash_)

    def unfinished(self, session: str) -> dict[tuple[int, int], str]:
        """As `Tables.unfinished`."""
        query = "SELECT seq, n, request_id FROM effect WHERE session_id = ? AND unfinished = 1"
        return {(seq, n): request_id or "" for seq, n, request_id in self._rows(query, session)}
