"""The journal: one transaction per step, on disk before any effect is carried out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import orjson

from guitai.errors import GuitaiError
from guitai.journal import recording
from guitai.journal.ballast import Ballast
from guitai.journal.chain import GENESIS, canonical, link
from guitai.journal.committed import COMMITTED, request_of, settles, settles_cash_before
from guitai.journal.database import Connection, open_database, transaction, translated
from guitai.journal.debug_log import DebugLog
from guitai.journal.outbox import Outbox
from guitai.journal.recording import Recorded
from guitai.journal.vault import Vault
from guitai.messages.codec import effect_from, event_from, name_of, to_data
from guitai.messages.session import CloseSession, Occurred
from guitai.messages.sync import OutboxRow
from guitai.tables import Lane, branch_record

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A committed effect whose outcome no event has told yet: ask, never repeat."""

    request_id: str
    effect: object


class Journal:
    """The open file. Not to be shared between threads; every write is durable when the method returns."""

    def __init__(self, path: Path, connection: Connection, kiosk_id: str, debug_rows: int) -> None:
        self._path, self._connection, self._kiosk_id = path, connection, kiosk_id
        self._ballast = Ballast(path)
        self._outbox = Outbox(connection)
        self._vault = Vault(connection)
        self._debug = DebugLog(connection, debug_rows)

    @classmethod
    def open(cls, path: Path, key: bytes, kiosk_id: str, debug_rows: int = 10_000) -> Journal:
        """Open or make the journal at `path` with the 32-byte `key`.

        Raises GuitaiError ``journal.wrong_key``, ``journal.corrupt``, ``journal.other_kiosk``, ``journal.disk_full``.
        """
        ballast = Ballast(path)
        try:
            connection = open_database(path, key, kiosk_id)
        except GuitaiError as error:
            if error.code != "journal.disk_full" or not ballast.give_up():
                raise
            connection = open_database(path, key, kiosk_id)
        else:
            ballast.lay()
        return cls(path, connection, kiosk_id, debug_rows)

    def close(self) -> None:
        """Fold the write-ahead log into the file and close it."""
        self._connection.close()

    def append(self, session_id: str, occurred: Occurred, effects: Sequence[object]) -> tuple[OutboxRow, ...]:
        """Write one step: the event, the effects it led to, and what headquarters shall know, in one transaction.

        Returns the new outbox rows. Raises GuitaiError ``journal.out_of_order`` if `occurred` is not the session's next
        event, ``journal.disk_full`` (nothing was written; do not carry the effects out).
        """
        return self._write(lambda: self._append(session_id, occurred, effects))

    def unfinished(self, session_id: str) -> tuple[Unfinished, ...]:
        """Return the committed effects without an outcome, oldest first."""
        rows = self._read(
            "SELECT request_id, body FROM effect WHERE session_id = ? AND unfinished = 1 ORDER BY seq, n", session_id
        )
        return tuple(Unfinished(request_id, effect_from(orjson.loads(body))) for request_id, body in rows)

    def loose_ends(self) -> tuple[tuple[str, Unfinished], ...]:
        """Return (session, effect) for every committed effect without an outcome in a session that is closed."""
        rows = self._read(
            "SELECT session_id, request_id, body FROM effect JOIN session USING(session_id) "
            "WHERE unfinished = 1 AND closed = 1 ORDER BY session.number, seq, n"
        )
        return tuple((session, Unfinished(request, effect_from(orjson.loads(body)))) for session, request, body in rows)

    def next_seq(self, session_id: str) -> int:
        """Return the number the session's next event gets."""
        return self._head(session_id)[0] + 1

    def open_session(self) -> str | None:
        """Return the last session that was not closed, if any."""
        rows = self._read(
            "SELECT session_id FROM session WHERE closed = 0 AND session_id != ? ORDER BY number DESC LIMIT 1",
            branch_record(self._kiosk_id),
        )
        return rows[0][0] if rows else None

    def sessions(self) -> tuple[str, ...]:
        """Return every session's id, oldest first."""
        return tuple(row[0] for row in self._read("SELECT session_id FROM session ORDER BY number"))

    def events(self, session_id: str) -> list[Occurred]:
        """Return the session's events in order."""
        return [line.occurred for line in self.recorded(session_id)]

    def effects(self, session_id: str) -> list[object]:
        """Return the session's effects in order."""
        return [effect for line in self.recorded(session_id) for effect in line.effects]

    def recorded(self, session_id: str) -> tuple[Recorded, ...]:
        """Return every step with its effects and its place in the chain."""
        effects: dict[int, list[object]] = {}
        for seq, body in self._read("SELECT seq, body FROM effect WHERE session_id = ? ORDER BY seq, n", session_id):
            effects.setdefault(seq, []).append(effect_from(orjson.loads(body)))
        rows = self._read(
            "SELECT seq, at_ms, body, previous_hash, hash FROM event WHERE session_id = ? ORDER BY seq", session_id
        )
        return tuple(
            Recorded(Occurred(seq, at_ms, event_from(orjson.loads(body))), tuple(effects.get(seq, ())), previous, hash_)
            for seq, at_ms, body, previous, hash_ in rows
        )

    def outbox(self, limit: int) -> tuple[OutboxRow, ...]:
        """Return what headquarters has not acknowledged, most urgent lane first, in sequence."""
        with translated(self._path):
            return self._outbox.rows(limit)

    def outbox_size(self) -> int:
        """Return how many rows wait."""
        size: int = self._read("SELECT count(*) FROM outbox")[0][0]
        return size

    def lane_lengths(self) -> dict[str, int]:
        """Return how many rows each lane has carried since the kiosk began."""
        return dict(self._read("SELECT lane, sequence FROM lane"))

    def acknowledge(self, watermarks: Mapping[Lane, int]) -> None:
        """Forget the rows up to each lane's sequence. Raises GuitaiError ``journal.not_acknowledgeable``."""
        self._write(lambda: self._outbox.acknowledge(watermarks))

    def vault_put(self, session_id: str, key: str, value: str) -> None:
        """Keep a value too sensitive to be an event."""
        self._write(lambda: self._vault.put(session_id, key, value))

    def vault_get(self, session_id: str, key: str) -> str | None:
        """Return a kept value, or None."""
        with translated(self._path):
            return self._vault.get(session_id, key)

    def vault_wipe(self, session_id: str) -> None:
        """Forget a session's kept values."""
        self._write(lambda: self._vault.wipe(session_id))

    def debug(self, at_ms: int, body: dict[str, Any]) -> None:
        """Keep a droppable log row. Never raises for want of room: the row is counted as dropped."""
        try:
            with translated(self._path):
                self._debug.add(at_ms, body)
        except GuitaiError as error:
            if error.code != "journal.disk_full":
                raise
            self._debug.missed()

    def debug_rows(self, limit: int) -> tuple[tuple[int, int, dict[str, Any]], ...]:
        """Return (number, at_ms, body) of the oldest kept log rows."""
        with translated(self._path):
            return self._debug.rows(limit)

    def debug_delivered(self, number: int) -> None:
        """Forget the log rows up to `number`."""
        self._write(lambda: self._debug.delivered(number))

    def debug_dropped(self) -> int:
        """Return how many log rows were ever dropped, exactly."""
        with translated(self._path):
            return self._debug.dropped()

    def export(self, session_id: str, path: Path) -> None:
        """Write the session as a hash-chained ``*.jsonl`` that `guitai replay` reads (mode 0600).

        Raises GuitaiError ``journal.no_session``.
        """
        lines = self.recorded(session_id)
        if not lines:
            raise GuitaiError("journal.no_session", session=session_id)
        recording.write(path, session_id, self._kiosk_id, lines)

    def _append(self, session_id: str, occurred: Occurred, effects: Sequence[object]) -> tuple[OutboxRow, ...]:
        event_data = to_data(occurred.event)
        effects_data = [to_data(effect) for effect in effects]
        with transaction(self._connection):
            last_seq, last_hash = self._head(session_id)
            if occurred.seq != last_seq + 1:
                raise GuitaiError("journal.out_of_order", seq=occurred.seq, session=session_id, last=last_seq)
            digest = link(last_hash, occurred.seq, occurred.at_ms, event_data, effects_data)
            self._insert_event(session_id, occurred, event_data, last_hash, digest)
            self._insert_effects(session_id, occurred.seq, effects, effects_data)
            self._move_head(session_id, occurred.seq, digest, closed=any(isinstance(e, CloseSession) for e in effects))
            return self._outbox.add(session_id, occurred, event_data, effects_data)

    def _head(self, session_id: str) -> tuple[int, str]:
        row = self._connection.execute(
            "SELECT last_seq, last_hash FROM session WHERE session_id = ?", (session_id,)
        ).fetchone()
        return (row[0], row[1]) if row else (0, GENESIS)

    def _move_head(self, session_id: str, seq: int, digest: str, *, closed: bool) -> None:
        self._connection.execute(
            "INSERT INTO session(session_id, last_seq, last_hash, closed) VALUES(?, ?, ?, ?) ON CONFLICT(session_id) "
            "DO UPDATE SET last_seq = excluded.last_seq, last_hash = excluded.last_hash, "
            "closed = max(closed, excluded.closed)",
            (session_id, seq, digest, int(closed)),
        )

    def _insert_event(
        self, session_id: str, occurred: Occurred, data: dict[str, Any], previous_hash: str, digest: str
    ) -> None:
        row = (session_id, occurred.seq, occurred.at_ms, data["type"], canonical(data), previous_hash, digest)
        self._connection.execute("INSERT INTO event VALUES(?, ?, ?, ?, ?, ?, ?)", row)
        if (request_id := settles(occurred.event)) is not None:
            self._connection.execute(
                "UPDATE effect SET unfinished = 0 WHERE request_id = ? AND unfinished = 1", (request_id,)
            )
        if (question := settles_cash_before(occurred.event)) is not None:
            self._connection.execute(
                "UPDATE effect SET unfinished = 0 WHERE session_id = ? AND unfinished = 1 AND type LIKE ? "
                "AND (seq, n) < (SELECT seq, n FROM effect WHERE session_id = ? AND request_id = ? "
                "AND type LIKE '%.ask_status')",
                (session_id, data["type"].replace("status", "%"), session_id, question),
            )

    def _insert_effects(
        self, session_id: str, seq: int, effects: Sequence[object], effects_data: Sequence[dict[str, Any]]
    ) -> None:
        self._connection.executemany(
            "INSERT INTO effect VALUES(?, ?, ?, ?, ?, ?, ?)",
            [
                (session_id, seq, n, data["type"], canonical(data), request_of(effect), name_of(effect) in COMMITTED)
                for n, (effect, data) in enumerate(zip(effects, effects_data, strict=True))
            ],
        )

    def _read(self, query: str, *values: object) -> list[Any]:
        with translated(self._path):
            rows: list[Any] = self._connection.execute(query, values).fetchall()
        return rows

    def _write(self, work: Callable[[], T]) -> T:
        """Do `work`; when the disk is full give up the ballast, then the debug logs, before giving up."""
        for make_room in (self._ballast.give_up, self._debug.shed):
            try:
                with translated(self._path):
                    return work()
            except GuitaiError as error:
                if error.code != "journal.disk_full":
                    raise
                with translated(self._path):
                    make_room()
        with translated(self._path):
            return work()
