"""Opens the encrypted file, and turns SQLite's errors into ours."""

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
from guitai.wire.whole import write_whole

KEY_BYTES = 32
MOST_LOG_PAGES = 4000
"""Pages (4 KB) the write-ahead log grows to before a commit folds it in; core folds it in before, beside its work."""

Connection = Any  # sqlcipher3 has no types; this module and its three users are the only ones that touch it


def open_database(path: Path, key: bytes) -> Connection:
    """Return a connection to the file at `path`, made if absent (mode 0600), without looking at its tables.

    Raises GuitaiError ``journal.wrong_key``, ``journal.corrupt``, ``journal.disk_full``.
    """
    if len(key) != KEY_BYTES:
        raise GuitaiError("journal.wrong_key", path=path)
    _check_fingerprint(path, key)
    with translated(path):
        connection = connect(path, key)
        try:
            _set_up(connection, path)
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


def is_damage(error: Exception) -> bool:
    """Tell whether this is how a file that cannot be read shows."""
    return isinstance(error, sqlcipher.DatabaseError | ValueError)


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


def connect(path: Path, key: bytes) -> Connection:
    """Return a connection to the file at `path` as it is, made if absent (mode 0600)."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    return reconnect(path, key)


def reconnect(path: Path, key: bytes) -> Connection:
    """Return one more connection to a file that this process may have open: opening it otherwise would drop its locks."""
    connection = sqlcipher.connect(str(path), isolation_level=None, timeout=5.0)
    connection.execute("PRAGMA cipher_log_level = NONE")  # errors reach us as exceptions; stderr is for our own log
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    return connection


def _set_up(connection: Connection, path: Path) -> None:
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if _damage(connection):
        # The check reads the file past the write-ahead log. A power cut inside a checkpoint tears pages that the log
        # still holds whole: fold it in before anything is called damaged.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        if damage := _damage(connection):
            raise GuitaiError("journal.corrupt", path=path, reason=damage)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA wal_autocheckpoint = {MOST_LOG_PAGES}")
    connection.execute("PRAGMA secure_delete = ON")  # a wiped vault leaves no ciphertext of it behind


def _damage(connection: Connection) -> str:
    """Return what SQLCipher finds wrong with the first bad page, or an empty string."""
    found = connection.execute("PRAGMA cipher_integrity_check").fetchall()
    return str(found[0][0]) if found else ""


def _check_fingerprint(path: Path, key: bytes) -> None:
    """Tell a wrong key from a damaged file, which look the same to SQLCipher, by a hash of the key beside the file."""
    beside = path.with_name(path.name + "-keyid")
    fingerprint = hashlib.blake2b(key, digest_size=16, person=b"guitai.journal").hexdigest()
    try:
        known = beside.read_text(encoding="ascii")
    except FileNotFoundError:
        if path.exists() and path.stat().st_size:
            with translated(path), contextlib.closing(connect(path, key)) as connection:
                _try_key(connection, path)
        try:
            write_whole(beside, fingerprint.encode())
        except OSError as error:
            raise GuitaiError("journal.disk_full", path=path) from error
        return
    if not hmac.compare_digest(known, fingerprint):
        raise GuitaiError("journal.wrong_key", path=path)


def _try_key(connection: Connection, path: Path) -> None:
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlcipher.DatabaseError as error:
        raise GuitaiError("journal.wrong_key", path=path) from error
