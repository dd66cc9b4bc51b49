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
from guitai.messages.sync import chain_hash
from guitai.tables import Lane
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

    events: tuple[tuple[Any, ...], ...]
    """Rows of `event`."""

    effects: dict[int, list[tuple[Any, ...]]]
    """Rows of `effect` by sequence."""


@dataclass(slots=True)
class Saved:
    """What was read."""

    lanes: dict[Lane, tuple[int, str]] = field(default_factory=dict)
    outbox: list[tuple[Any, ...]] = field(default_factory=list)
    sessions: list[SavedSession] = field(default_factory=list)
    dropped: int = 0
    complete: bool = True
    """Whether nothing that was looked for failed to be read or did not fit its chain."""

    @property
    def unfinished(self) -> int:
        """How many effects have no outcome."""
        return sum(row[6] for one in self.sessions for rows in one.effects.values() for row in rows)


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
        for lane, sequence, hash_ in self._rows("SELECT lane, sequence, hash FROM lane"):
            saved.lanes[lane] = (sequence, hash_)
        self._outbox()
        heads = {row[0]: row[1:] for row in self._rows("SELECT session_id, closed, last_seq, last_hash FROM session")}
        wanted = {session for session, head in heads.items() if not head[0]}
        wanted |= {row[0] for row in self._rows("SELECT session_id FROM effect WHERE unfinished = 1")}
        for session in sorted(wanted):
            if (one := self._session(session, heads.get(session))) is not None:
                saved.sessions.append(one)
        for (value,) in self._rows("SELECT value FROM counter WHERE name = 'debug_dropped'"):
            saved.dropped = value
        if self._connection is not None:
            self._connection.close()
        return saved

    def _outbox(self) -> None:
        lanes = {row[0] for row in self._rows("SELECT DISTINCT lane FROM outbox")} | set(self._saved.lanes)
        for lane in sorted(lanes):
            before: tuple[int, str] | None = None
            for row in self._rows("SELECT * FROM outbox WHERE lane = ? ORDER BY sequence", lane):
                _, sequence, id_, type_, session, at_ms, previous, hash_, body = row
                fits = before is None or before == (sequence - 1, previous)
                data = _data(body)
                if not fits or chain_hash(previous, lane, sequence, id_, type_, session, at_ms, data) != hash_:
                    self._saved.complete = False
                    break
                before = (sequence, hash_)
                self._saved.outbox.append(row)
            if before is not None and before[0] > self._saved.lanes.get(lane, (0, GENESIS))[0]:
                self._saved.lanes[lane] = before

    def _session(self, session: str, head: tuple[int, int, str] | None) -> SavedSession | None:
        effects: dict[int, list[tuple[Any, ...]]] = {}
        for row in self._rows("SELECT * FROM effect WHERE session_id = ? ORDER BY seq, n", session):
            effects.setdefault(row[1], []).append(row)
        run: list[tuple[Any, ...]] = []
        for row in self._rows("SELECT * FROM event WHERE session_id = ? ORDER BY seq", session):
            _, seq, at_ms, _, body, previous, hash_ = row
            bodies = [bytes(effect[4]) for effect in effects.get(seq, [])]
            if link_bodies(previous, seq, at_ms, bytes(body), bodies) != hash_:
                self._saved.complete, run = False, []
                continue
            if run and (run[-1][1], run[-1][6]) != (seq - 1, previous):
                self._saved.complete, run = False, []
            run.append(row)
        if not run:
            return None
        last = run[-1]
        ends = head is not None and head[1:] == (last[1], last[6])
        # A session that is not whole cannot be replayed, so nobody resumes it: its loose ends are asked about.
        resumable = head is not None and not head[0] and ends and run[0][1] == 1
        return SavedSession(session, not resumable, last[1] if ends else last[1] + JUMP, tuple(run), effects)

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
    first = {row[0]: (row[1] - 1, row[6]) for row in reversed(saved.outbox)}
    for lane, (sequence, hash_) in saved.lanes.items():
        connection.execute("INSERT INTO lane VALUES(?, ?, ?)", (lane, sequence, hash_))
        changes.append(["lane", lane, *first.get(lane, (sequence, hash_))])
    marks = ", ".join("?" * 9)
    connection.executemany(f"INSERT INTO outbox VALUES({marks})", saved.outbox)
    changes += [["out", row[0], row[7]] for row in saved.outbox]
    changes += [["lane", lane, *at] for lane, at in saved.lanes.items()]  # rows after the last saved one may be lost
    for one in saved.sessions:
        _adopt_session(connection, one, changes)
    if saved.dropped:
        connection.execute("INSERT INTO counter VALUES('debug_dropped', ?)", (saved.dropped,))
        changes.append(["counter", "debug_dropped", saved.dropped])


def _adopt_session(connection: Connection, one: SavedSession, changes: list[list[Any]]) -> None:
    start, end = one.events[0], one.events[-1]
    connection.execute(
        "INSERT INTO session(session_id, last_seq, last_hash, closed) VALUES(?, ?, ?, ?)",
        (one.session_id, one.last_seq, end[6], int(one.closed)),
    )
    changes.append(["session", one.session_id, start[1] - 1, start[5], int(one.closed)])
    for row in one.events:
        effects = one.effects.get(row[1], [])
        connection.execute("INSERT INTO event VALUES(?, ?, ?, ?, ?, ?, ?)", row)
        connection.executemany("INSERT INTO effect VALUES(?, ?, ?, ?, ?, ?, ?)", effects)
        changes.append(["event", one.session_id, row[1], row[6], "".join(str(effect[6]) for effect in effects), 0])
    changes.append(["session", one.session_id, one.last_seq, end[6], int(one.closed)])


def _data(body: bytes) -> dict[str, Any]:
    try:
        data: dict[str, Any] = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return data
