"""The tables, and how a journal of an older version becomes one of this: numbered, forward only, one transaction each.

A new file goes the same way, from the first version on: there is one definition of the tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson

from guitai.errors import GuitaiError
from guitai.journal import ledger
from guitai.journal.chain import GENESIS
from guitai.journal.database import Connection, open_database, transaction, translated
from guitai.journal.ledger import Changes, Keys, Ledger

FIRST = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE session(number INTEGER PRIMARY KEY, session_id TEXT NOT NULL UNIQUE, last_seq INTEGER NOT NULL,
  last_hash TEXT NOT NULL, closed INTEGER NOT NULL) STRICT;
CREATE TABLE event(session_id TEXT NOT NULL, seq INTEGER NOT NULL, at_ms INTEGER NOT NULL, type TEXT NOT NULL,
  body BLOB NOT NULL, previous_hash TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY(session_id, seq)) STRICT;
CREATE TABLE effect(session_id TEXT NOT NULL, seq INTEGER NOT NULL, n INTEGER NOT NULL, type TEXT NOT NULL,
  body BLOB NOT NULL, request_id TEXT, unfinished INTEGER NOT NULL, PRIMARY KEY(session_id, seq, n)) STRICT;
CREATE INDEX effect_unfinished ON effect(request_id) WHERE unfinished = 1;
CREATE TABLE lane(lane TEXT PRIMARY KEY, sequence INTEGER NOT NULL, hash TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE outbox(lane TEXT NOT NULL, sequence INTEGER NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL,
  session_id TEXT NOT NULL, at_ms INTEGER NOT NULL, previous_hash TEXT NOT NULL, hash TEXT NOT NULL,
  body BLOB NOT NULL, PRIMARY KEY(lane, sequence)) STRICT;
CREATE TABLE vault(session_id TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL,
  PRIMARY KEY(session_id, key)) STRICT, WITHOUT ROWID;
CREATE TABLE debug_log(number INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
CREATE TABLE counter(name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
"""

MOST_CHANGES = 1000
"""Changes in one entry of what an older file held."""


def open_current(path: Path, key: bytes, kiosk_id: str) -> Connection:
    """Return a connection to the journal at `path`, made if absent, its tables those of this version.

    Raises what `open_database` and `prepare` raise.
    """
    connection = open_database(path, key)
    try:
        with translated(path):
            prepare(connection, path, kiosk_id, Keys.of(key))
    except BaseException:
        connection.close()
        raise
    return connection


def prepare(connection: Connection, path: Path, kiosk_id: str, keys: Keys) -> None:
    """Make the tables in an empty file, or bring those of an older version to this one.

    Raises GuitaiError ``journal.other_kiosk``, ``journal.newer_version``, ``journal.other_version``.
    """
    if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        with transaction(connection):
            _run(connection, FIRST)
            rows = [("kiosk_id", kiosk_id), ("schema", "1")]
            connection.executemany("INSERT INTO meta(key, value) VALUES(?, ?)", rows)
    meta = dict(connection.execute("SELECT key, value FROM meta"))
    if meta.get("kiosk_id") != kiosk_id:
        raise GuitaiError("journal.other_kiosk", path=path, kiosk=meta.get("kiosk_id"))
    for version in range(_known(meta.get("schema"), path), SCHEMA_VERSION):
        with transaction(connection):
            connection.execute("UPDATE meta SET value = ? WHERE key = 'schema'", (str(version + 1),))
            MIGRATIONS[version - 1](connection, Ledger(connection, keys))


def _known(text: str | None, path: Path) -> int:
    if text is None or not text.isdecimal() or int(text) < 1:
        raise GuitaiError("journal.other_version", path=path, version=text)
    if int(text) > SCHEMA_VERSION:
        raise GuitaiError("journal.newer_version", path=path, version=text, known=SCHEMA_VERSION)
    return int(text)


def _to_2(connection: Connection, book: Ledger) -> None:
    """Begin the ledger: its first entries name everything the file holds."""
    _run(connection, ledger.SCHEMA)
    part: Changes = []
    for change in _held(connection, book.keys):
        part.append(change)
        if len(part) == MOST_CHANGES:
            book.add(part)
            part = []
    book.add(part)


def _held(connection: Connection, keys: Keys) -> Iterator[list[Any]]:
    for key, value in connection.execute("SELECT key, value FROM meta ORDER BY key"):
        yield ["meta", key, value]
    for session_id, last_seq, closed in connection.execute(
        "SELECT session_id, last_seq, closed FROM session ORDER BY number"
    ).fetchall():
        unfinished: dict[int, str] = {}
        for seq, flag in connection.execute(
            "SELECT seq, unfinished FROM effect WHERE session_id = ? ORDER BY seq, n", (session_id,)
        ):
            unfinished[seq] = unfinished.get(seq, "") + str(flag)
        for seq, hash_ in connection.execute(
            "SELECT seq, hash FROM event WHERE session_id = ? ORDER BY seq", (session_id,)
        ):
            yield ["event", session_id, seq, hash_, unfinished.get(seq, ""), closed if seq == last_seq else 0]
    yield from _waiting(connection)
    for session_id, key, value in connection.execute("SELECT session_id, key, value FROM vault"):
        yield ["vault", session_id, key, keys.tag_of(session_id, key, bytes(value))]
    for name, value in connection.execute("SELECT name, value FROM counter"):
        yield ["counter", name, value]


def _waiting(connection: Connection) -> Iterator[list[Any]]:
    for lane, sequence, hash_ in connection.execute("SELECT lane, sequence, hash FROM lane").fetchall():
        rows = connection.execute(
            "SELECT sequence, previous_hash, hash FROM outbox WHERE lane = ? ORDER BY sequence", (lane,)
        ).fetchall()
        yield ["lane", lane, rows[0][0] - 1, rows[0][1]] if rows else ["lane", lane, sequence, hash_]
        for row in rows:
            yield ["out", lane, row[2]]


def _run(connection: Connection, script: str) -> None:
    for statement in filter(str.strip, script.split(";")):
        connection.execute(statement)


def _to_3(connection: Connection, book: Ledger) -> None:
    """Personal fields may be encrypted from now on; what an older version wrote stays as it is."""
    _bring_seal_home(connection)
    book.add([["meta", "schema", "3"]])


def _to_4(connection: Connection, book: Ledger) -> None:
    """The seal stands in the last entry's own row: a commit writes a page less."""
    _bring_seal_home(connection)
    book.add([["meta", "schema", "4"]])


def _bring_seal_home(connection: Connection) -> None:
    """Take the seal from the table `head` of versions 2 and 3: this program's ledger writes none there."""
    if not connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'head'").fetchone()[0]:
        return
    connection.execute("ALTER TABLE entry ADD COLUMN seal TEXT")
    connection.execute("UPDATE entry SET seal = (SELECT seal FROM head) WHERE n = (SELECT n FROM head)")
    connection.execute("DROP TABLE head")


PLACED = """
CREATE TABLE unfinished(request_id TEXT NOT NULL, place INTEGER NOT NULL, n INTEGER NOT NULL,
  PRIMARY KEY(request_id, place, n)) STRICT, WITHOUT ROWID;
INSERT INTO unfinished SELECT coalesce(request_id, ''), number << 40 | seq, n
  FROM effect JOIN session USING(session_id) WHERE unfinished = 1;
ALTER TABLE event RENAME TO old_event;
CREATE TABLE event(place INTEGER PRIMARY KEY, session_id TEXT NOT NULL, at_ms INTEGER NOT NULL, body BLOB NOT NULL,
  effects BLOB NOT NULL, previous_hash TEXT NOT NULL, hash TEXT NOT NULL) STRICT;
INSERT INTO event SELECT number << 40 | seq, session_id, at_ms, body, CAST('[' || coalesce((
  SELECT group_concat(CAST(effect.body AS TEXT), ',' ORDER BY n) FROM effect
  WHERE effect.session_id = old_event.session_id AND effect.seq = old_event.seq), '') || ']' AS BLOB), previous_hash, hash
  FROM old_event JOIN session USING(session_id) ORDER BY 1;
DROP TABLE effect;
DROP TABLE old_event;
ALTER TABLE outbox RENAME TO old_outbox;
CREATE TABLE outbox(place INTEGER PRIMARY KEY, id TEXT NOT NULL, type TEXT NOT NULL, session_id TEXT NOT NULL,
  at_ms INTEGER NOT NULL, previous_hash TEXT NOT NULL, hash TEXT NOT NULL, body BLOB NOT NULL) STRICT;
INSERT INTO outbox SELECT (CASE lane WHEN 'handover' THEN 1 WHEN 'money' THEN 2 WHEN 'audit' THEN 3 WHEN 'session' THEN 4
  WHEN 'logs' THEN 5 END) << 40 | sequence, id, type, session_id, at_ms, previous_hash, hash, body FROM old_outbox ORDER BY 1;
DROP TABLE old_outbox;
ALTER TABLE session RENAME TO old_session;
CREATE TABLE session(number INTEGER PRIMARY KEY, session_id TEXT NOT NULL UNIQUE, base_seq INTEGER NOT NULL,
  base_hash TEXT NOT NULL, closed INTEGER NOT NULL) STRICT;
INSERT INTO session SELECT number, session_id, 0, '', closed FROM old_session;
DROP TABLE old_session
"""
"""A row's key is one integer (`guitai.journal.places`, whose numbers stand in the file), an event's effects are in its row,
and where a session or a lane stands is said by its last row: a step writes half the pages."""


def _to_5(connection: Connection, book: Ledger) -> None:
    """Rows go to their places; a session's base is where it was taken over from a damaged file, if it was."""
    _run(connection, PLACED)
    bases: dict[str, tuple[int, str]] = {}
    for (changes,) in connection.execute(
        "SELECT changes FROM entry WHERE instr(changes, CAST('[\"session\",' AS BLOB))"
    ):
        bases |= {change[1]: (change[2], change[3]) for change in orjson.loads(changes) if change[0] == "session"}
    connection.execute("UPDATE session SET base_hash = ?", (GENESIS,))
    connection.executemany(
        "UPDATE session SET base_seq = ?, base_hash = ? WHERE session_id = ?",
        [(*base, session_id) for session_id, base in bases.items()],
    )
    lanes = connection.execute("SELECT lane, sequence, hash FROM lane ORDER BY lane").fetchall()
    book.add([["meta", "schema", "5"], *(["lane", *lane] for lane in lanes)])


MIGRATIONS: tuple[Callable[[Connection, Ledger], None], ...] = (_to_2, _to_3, _to_4, _to_5)
"""The first leads from version 1 to 2, and so on."""

SCHEMA_VERSION = len(MIGRATIONS) + 1
