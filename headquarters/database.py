"""SQLite as headquarters and the bank simulator use it: WAL, every commit on disk, one writer."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from guitai.errors import GuitaiError


def open_database(path: Path, schema: str) -> sqlite3.Connection:
    """Open or create a database. Raises GuitaiError ``hq.database``."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.executescript(schema)
    except (OSError, sqlite3.Error) as error:
        raise GuitaiError("hq.database", path=path, reason=str(error)) from error
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Everything in the block is on disk when it ends, or nothing is; within another one: when that ends."""
    inner = connection.in_transaction
    connection.execute("SAVEPOINT inner_block" if inner else "BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK TO inner_block" if inner else "ROLLBACK")
        if inner:
            connection.execute("RELEASE inner_block")
        raise
    connection.execute("RELEASE inner_block" if inner else "COMMIT")
