"""Opens the encrypted file, makes its tables, and turns SQLite's errors into ours."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from guitai.errors import GuitaiError

KEY_BYTES = 32
SCHEMA_VERSION = 1
SCHEMA = """
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

Connection = Any  # sqlcipher3 has no types; this module and its three users are the only ones that touch it


def open_database(path: Path, key: bytes, kiosk_id: str) -> Connection:
    """Return a connection to the journal at `path`, made if absent (mode 0600).

    Raises GuitaiError ``journal.wrong_key``, ``journal.corrupt``, ``journal.other_kiosk``, ``journal.disk_full``.
    """
    if len(key) != KEY_BYTES:
        raise GuitaiError("journal.wrong_key", path=path)
    _check_fingerprint(path, key)
    with translated(path):
        connection = _connect(path, key)
        try:
            _prepare(connection, path, kiosk_id)
        except BaseException:
            connection.close()
            raise
    return connection


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ``journal.*``."""
    try:
        yield
    except sqlcipher.DatabaseError as error:
        name = getattr(error, "sqlite_errorname", None) or ""
        if name == "SQLITE_FULL":
            raise GuitaiError("journal.disk_full", path=path) from error
        if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
            raise GuitaiError("journal.corrupt", path=path, reason=str(error)) from error
        raise GuitaiError("journal.failed", path=path, reason=f"{error} ({name})") from error


@contextlib.contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """Run the block as one transaction: all of it is on disk when the block ends, or none of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite rolls back by itself when the disk is full
            connection.execute("ROLLBACK")
        raise


def _connect(path: Path, key: bytes) -> Connection:
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    connection = sqlcipher.connect(str(path), isolation_level=None, timeout=5.0)
    connection.execute("PRAGMA cipher_log_level = NONE")  # errors reach us as exceptions; stderr is for our own log
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    return connection


def _prepare(connection: Connection, path: Path, kiosk_id: str) -> None:
    made = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if damage := connection.execute("PRAGMA cipher_integrity_check").fetchall():
        raise GuitaiError("journal.corrupt", path=path, reason=str(damage[0][0]))
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")  # a wiped vault leaves no ciphertext of it behind
    if not made:
        _create(connection, kiosk_id)
    meta = dict(connection.execute("SELECT key, value FROM meta"))
    if meta["kiosk_id"] != kiosk_id:
        raise GuitaiError("journal.other_kiosk", path=path, kiosk=meta["kiosk_id"])
    if meta["schema"] != str(SCHEMA_VERSION):
        raise GuitaiError("journal.other_version", path=path, version=meta["schema"])


def _create(connection: Connection, kiosk_id: str) -> None:
    with transaction(connection):
        for statement in filter(str.strip, SCHEMA.split(";")):
            connection.execute(statement)
        rows = [("kiosk_id", kiosk_id), ("schema", str(SCHEMA_VERSION))]
        connection.executemany("INSERT INTO meta(key, value) VALUES(?, ?)", rows)


def _check_fingerprint(path: Path, key: bytes) -> None:
    """Tell a wrong key from a damaged file, which look the same to SQLCipher, by a hash of the key beside the file."""
    beside = path.with_name(path.name + "-keyid")
    fingerprint = hashlib.blake2b(key, digest_size=16, person=b"guitai.journal").hexdigest()
    try:
        known = beside.read_text(encoding="ascii")
    except FileNotFoundError:
        if path.exists() and path.stat().st_size:
            with translated(path), contextlib.closing(_connect(path, key)) as connection:
                _try_key(connection, path)
        _write_durably(beside, fingerprint)
        return
    if not hmac.compare_digest(known, fingerprint):
        raise GuitaiError("journal.wrong_key", path=path)


def _try_key(connection: Connection, path: Path) -> None:
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlcipher.DatabaseError as error:
        raise GuitaiError("journal.wrong_key", path=path) from error


def _write_durably(path: Path, text: str) -> None:
    draft = path.with_name(path.name + ".new")
    try:
        with open(draft, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        raise GuitaiError("journal.disk_full", path=path) from error
