"""A damaged journal is put aside whole; what can be read of it and whose chain holds begins the new one.

Saved are rows that wait for headquarters, sessions that are open or have effects without an outcome, the branch's own
record, and where each lane stood. The new file is complete before the damaged one gives up its name, so that a break at any
moment leaves one of the two in place.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from guitai.journal.chain import GENESIS, link_bodies
from guitai.journal.database import Connection, connect, is_damage
from guitai.journal.places import LANE_NUMBERS, place
from guitai.journal.salvage_tables import Event, Older, OutboxValues, Placed, Tables
from guitai.messages.sync import chain_hash_of
from guitai.tables import LANES, Lane
from guitai.wire.whole import sync_folder, write_whole

QUARANTINE = "quarantine"
JUMP = 1_000_000
"""How far beyond its last saved event a session goes on when later ones may be lost."""

PARTS = ("", "-wal", "-shm", "-keyid")
"""What a journal's file names end with: all that opening one makes, but for ballast and keyring."""


@dataclass(frozen=True, slots=True)
class SavedSession:
    """The end of a session, as far back as its chain holds."""

    session_id: str
    closed: bool
    last_seq: int
    """Where it goes on: far behind its last event if later ones may be lost, so that no id is used twice."""

    events: tuple[Event, ...]

    unfinished: dict[tuple[int, int], str]
    """Request id by sequence and number of the effect: of the effects of these events."""


@dataclass(slots=True)
class Saved:
    """What was read."""

    lanes: dict[Lane, tuple[int, str]] = field(default_factory=dict)
    outbox: list[OutboxValues] = field(default_factory=list)
    sessions: list[SavedSession] = field(default_factory=list)
    dropped: int = 0
    complete: bool = True
    """Whether nothing that was looked for failed to be read or did not fit its chain."""

    @property
    def unfinished(self) -> int:
        """How many effects have no outcome."""
        return sum(len(one.unfinished) for one in self.sessions)


def finish(path: Path) -> None:
    """Put a rebuilt journal in place if a break came between the damaged one's leaving and its coming."""
    rebuilt = rebuilt_path(path)
    if path.exists() or not rebuilt.exists():
        return
    mark, quarantine = _mark(path), path.parent / QUARANTINE
    # Without a mark an older version moved it: the newest by name was the best it knew.
    folder = quarantine / mark.read_text() if mark.exists() else max(quarantine.iterdir())
    for part in ("-wal", "-shm"):
        left = path.with_name(path.name + part)
        if left.exists():
            left.replace(folder / left.name)
    rebuilt.replace(path)
    sync_folder(path.parent)
    mark.unlink(missing_ok=True)


def put_aside(path: Path, folder: Path) -> None:
    """Move the damaged journal into `folder`, which is there, and the rebuilt one to its place."""
    keyid = path.with_name(path.name + "-keyid")
    if keyid.exists():
        shutil.copy2(keyid, folder / keyid.name)  # stays, too: the key is the same
    write_whole(_mark(path), folder.name.encode())  # names go by the clock, which may have been set back
    path.replace(folder / path.name)  # first: without it `finish` knows what is left to do
    sync_folder(folder)
    finish(path)


def _mark(path: Path) -> Path:
    """Return the file that says which folder the damaged journal is moved to."""
    return path.with_name(path.name + "-aside")


def rebuilt_path(path: Path) -> Path:
    """Return where the new journal stands until it takes the damaged one's place."""
    return path.with_name(path.name + "-rebuilt")


def read(path: Path, key: bytes, anchored: dict[Lane, tuple[int, str]]) -> Saved:
    """Read what can be read of a damaged journal, from a copy; `anchored` is where lanes stood at the last checkpoint."""
    copy = path.with_name(path.name + "-reading")
    for part in ("", "-wal"):
        if (source := path.with_name(path.name + part)).exists():
            shutil.copyfile(source, copy.with_name(copy.name + part))
    try:
        return _Reading(copy, key).everything(anchored)
    finally:
        for part in PARTS:
            copy.with_name(copy.name + part).unlink(missing_ok=True)


class _Reading:
    def __init__(self, path: Path, key: bytes) -> None:
        self._path, self._key = path, key
        self._connection: Connection | None = None
        self._saved = Saved()

    def everything(self, anchored: dict[Lane, tuple[int, str]]) -> Saved:
        saved = self._saved
        saved.lanes = dict(anchored)
        tables = Older(self._rows) if self._is_older() else Placed(self._rows)
        for lane, *at in self._rows("SELECT lane, sequence, hash FROM lane"):
            self._stands(lane, (at[0], at[1]))
        for lane, at in tables.lanes().items():
            self._stands(lane, at)
        self._outbox(tables)
        ends, closed = tables.ends(), tables.closed()
        for session in sorted(tables.loose() | {session for session, is_closed in closed.items() if not is_closed}):
            if (one := self._session(tables, session, ends.get(session), closed.get(session))) is not None:
                saved.sessions.append(one)
        for (value,) in self._rows("SELECT value FROM counter WHERE name = 'debug_dropped'"):
            saved.dropped = value
        if self._connection is not None:
            self._connection.close()
        return saved

    def _is_older(self) -> bool:
        """Tell whether the file is of a version before 5."""
        return bool(list(self._rows("SELECT 1 FROM sqlite_master WHERE name = 'effect'")))

    def _stands(self, lane: Lane, at: tuple[int, str]) -> None:
        if at[0] > self._saved.lanes.get(lane, (0, GENESIS))[0]:
            self._saved.lanes[lane] = at

    def _outbox(self, tables: Tables) -> None:
        for lane in LANES:
            before: tuple[int, str] | None = None
            for row in tables.outbox(lane):
                _, sequence, id_, type_, session, at_ms, previous, hash_, body = row
                fits = before is None or before == (sequence - 1, previous)
                if (
                    not fits
                    or chain_hash_of(previous, lane, sequence, id_, type_, session, at_ms, bytes(body)) != hash_
                ):
                    self._saved.complete = False
                    break
                before = (sequence, hash_)
                self._saved.outbox.append(row)
            if before is not None:
                self._stands(lane, before)

    def _session(
        self, tables: Tables, session: str, end: tuple[int, str] | None, closed: bool | None
    ) -> SavedSession | None:
        """Read a session; `end` is where it is known to have stood, `closed` None if its row was not read."""
        run: list[Event] = []
        for event in tables.events(session):
            if link_bodies(event.previous, event.seq, event.at_ms, event.body, event.effects) != event.hash:
                self._saved.complete, run = False, []
                continue
            if run and (run[-1].seq, run[-1].hash) != (event.seq - 1, event.previous):
                self._saved.complete, run = False, []
            run.append(event)
        if not run:
            return None
        last = run[-1]
        ends = end == (last.seq, last.hash)
        # A session that is not whole cannot be replayed, so nobody resumes it: its loose ends are asked about.
        resumable = closed is False and ends and run[0].seq == 1
        seqs = {event.seq for event in run}
        unfinished = {at: request for at, request in tables.unfinished(session).items() if at[0] in seqs}
        goes_on = last.seq if ends else max(last.seq, end[0] if end else 0) + JUMP
        return SavedSession(session, not resumable, goes_on, tuple(run), unfinished)

    def _rows(self, query: str, *values: object) -> Iterator[Any]:
        """Yield rows until one cannot be read."""
        try:
            if self._connection is None:
                self._connection = connect(self._path, self._key)
            yield from self._connection.execute(query, values)
        except Exception as error:
            if not is_damage(error):
                raise
            self._saved.complete = False
            if self._connection is not None:
                self._connection.close()
            self._connection = None  # a page that does not decrypt spoils the whole connection


def adopt(connection: Connection, saved: Saved, changes: list[list[Any]]) -> None:
    """Write what was saved into an empty journal, inside a transaction."""
    marks = ", ".join("?" * 8)
    connection.executemany(
        f"INSERT INTO outbox VALUES({marks})", [(place(LANE_NUMBERS[row[0]], row[1]), *row[2:]) for row in saved.outbox]
    )
    for lane in LANES:
        if rows := [row for row in saved.outbox if row[0] == lane]:
            changes.append(["queued", lane, rows[-1][1], [row[7] for row in rows]])
    for lane, at in saved.lanes.items():  # rows after the last saved one may be lost
        connection.execute("INSERT INTO lane VALUES(?, ?, ?)", (lane, *at))
        changes.append(["lane", lane, *at])
    for one in saved.sessions:
        _adopt_session(connection, one, changes)
    if saved.dropped:
        connection.execute("INSERT INTO counter VALUES('debug_dropped', ?)", (saved.dropped,))
        changes.append(["counter", "debug_dropped", saved.dropped])


def _adopt_session(connection: Connection, one: SavedSession, changes: list[list[Any]]) -> None:
    start, end = one.events[0], one.events[-1]
    number = connection.execute(
        "INSERT INTO session(session_id, base_seq, base_hash, closed) VALUES(?, ?, ?, ?)",
        (one.session_id, one.last_seq, end.hash, int(one.closed)),
    ).lastrowid
    changes.append(["session", one.session_id, start.seq - 1, start.previous, int(one.closed)])
    for event in one.events:
        at = place(number, event.seq)
        connection.execute("INSERT INTO event VALUES(?, ?, ?, ?, ?, ?, ?)", (at, one.session_id, *event[1:]))
        digits = [int((event.seq, n) in one.unfinished) for n in range(len(orjson.loads(event.effects)))]
        changes.append(["event", one.session_id, event.seq, event.hash, "".join(map(str, digits)), 0])
    connection.executemany(
        "INSERT INTO unfinished VALUES(?, ?, ?)",
        [(request, place(number, seq), n) for (seq, n), request in one.unfinished.items()],
    )
    changes.append(["session", one.session_id, one.last_seq, end.hash, int(one.closed)])
