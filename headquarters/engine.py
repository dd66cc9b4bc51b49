"""The database under headquarters' tables: SQLite in a file, or PostgreSQL by URL, behind one small interface.

Statements are written once, in the SQL both understand, with SQLite's ``?`` and ``?1`` as placeholders; text is compared
byte by byte on both. Every statement outside of `transaction` is a commit of its own.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import psycopg
from psycopg.rows import dict_row

from guitai.config import Config
from guitai.errors import GuitaiError
from headquarters.database import open_database, transaction
from headquarters.day_keys import DayKeys
from headquarters.sealing import Sealing

DATABASE = "headquarters.sqlite3"
KEYRING = "store.keyring"
"""The keys of personal fields, outside the database."""

ERRORS = (sqlite3.Error, psycopg.Error)
"""What the drivers raise."""

UNSTORABLE = (sqlite3.DataError, sqlite3.IntegrityError, psycopg.DataError, psycopg.IntegrityError)
"""Of these: it is the row that is at fault, not the database. Trying again would stop everything behind it for ever."""

CONNECT_TIMEOUT_S = 5
SCHEMA_LOCK = 0x67756974
"""Advisory lock under which tables are made: two collectors may start at once."""

UNCHANGED = """
CREATE OR REPLACE FUNCTION guitai_unchanged() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'the audit is never changed' USING ERRCODE = 'integrity_constraint_violation'; END $$;
"""


@dataclass(frozen=True, slots=True)
class Where:
    """Where headquarters' tables are, and the keys of what is personal in them."""

    database: Path | str
    keyring: Path


class Result(Protocol):
    """What a statement came to; rows are read by column name."""

    @property
    def rowcount(self) -> int:
        """How many rows it changed."""
        ...

    def fetchone(self) -> Any:
        """Return the next row, or None."""
        ...

    def fetchall(self) -> list[Any]:
        """Return all rows that are left."""
        ...

    def __iter__(self) -> Iterator[Any]: ...


class Engine(Protocol):
    """One connection, and one to the keys. Not to be used by two threads at once."""

    @property
    def sealing(self) -> Sealing:
        """What encrypts the personal fields of what is stored."""
        ...

    def execute(self, statement: str, values: Sequence[Any] = ()) -> Result:
        """Carry out one statement."""
        ...

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]]) -> object:
        """Carry out one statement for each of the rows."""
        ...

    def executescript(self, schema: str) -> None:
        """Make the tables that are not there yet."""
        ...

    def keep_unchanged(self, table: str) -> None:
        """Refuse every later change and deletion in a table."""
        ...

    def transaction(self) -> AbstractContextManager[None]:
        """Everything in the block is on disk when it ends, or nothing is; within another one: when that ends."""
        ...

    def snapshot(self) -> AbstractContextManager[None]:
        """Show the block one state of the tables, whatever others write meanwhile; nothing may be written in it."""
        ...

    def lock(self, names: Iterable[str]) -> None:
        """Keep other transactions that lock one of these names waiting until this transaction ends."""
        ...

    def pipeline(self) -> AbstractContextManager[object]:
        """Send the statements of the block without waiting for each one's result; none of them may be read."""
        ...

    def insert_new(self, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]], key: int) -> list[bool]:
        """Insert rows; tell of each whether it is new. A row that is there already, by any unique key, stays as it is.

        The first `key` columns are the table's primary key, and no two rows share it.
        """
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


class SqliteEngine:
    """A file; one writer at a time."""

    def __init__(self, path: Path, sealing: Sealing) -> None:
        self._connection, self.sealing = open_database(path, ""), sealing

    def execute(self, statement: str, values: Sequence[Any] = ()) -> Result:
        """Carry out one statement."""
        return self._connection.execute(statement, values)

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]]) -> object:
        """Carry out one statement for each of the rows."""
        return self._connection.executemany(statement, rows)

    def executescript(self, schema: str) -> None:
        """Make the tables that are not there yet."""
        self._connection.executescript(schema)

    def close(self) -> None:
        """Close both files."""
        self._connection.close()
        self.sealing.keys.close()

    def keep_unchanged(self, table: str) -> None:
        """Refuse every later change and deletion in a table."""
        for deed, name in (("UPDATE", "kept"), ("DELETE", "stays")):
            self.executescript(
                f"CREATE TRIGGER IF NOT EXISTS {table}_{name} BEFORE {deed} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'the audit is never changed'); END;"
            )

    def transaction(self) -> AbstractContextManager[None]:
        """Everything in the block is on disk when it ends, or nothing is."""
        return transaction(self._connection)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Show the block one state of the tables; writers do not wait for it."""
        self.execute("SAVEPOINT snapshot")
        try:
            yield
        finally:
            self.execute("RELEASE snapshot")

    def lock(self, names: Iterable[str]) -> None:
        """Do nothing: a transaction holds the whole file."""

    def pipeline(self) -> AbstractContextManager[object]:
        """Do nothing: there is no line to wait for."""
        return nullcontext()

    def insert_new(self, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]], key: int) -> list[bool]:
        """Insert rows; tell of each whether it is new."""
        del key
        marks = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {table}({', '.join(columns)}) VALUES({marks}) ON CONFLICT DO NOTHING"
        return [self.execute(statement, row).rowcount == 1 for row in rows]


class PostgresEngine:
    """A server; any number of writers. A line that broke is built anew before the next statement outside a transaction."""

    def __init__(self, url: str, sealing: Sealing) -> None:
        self._url, self.sealing = url, sealing
        self._connection = self._connect()

    def execute(self, statement: str, values: Sequence[Any] = ()) -> Result:
        """Carry out one statement."""
        text, numbered = translated(statement)
        clean = [_storable(value) for value in values]
        given = {f"p{n}": value for n, value in enumerate(clean, 1)} if numbered else clean
        return self._alive().execute(text.encode(), given or None)

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]]) -> object:
        """Carry out one statement for each of the rows."""
        cursor = self._alive().cursor()
        cursor.executemany(translated(statement)[0].encode(), [[_storable(value) for value in row] for row in rows])
        return cursor

    def executescript(self, schema: str) -> None:
        """Make the tables that are not there yet; a schema that was made before costs one question."""
        if schema:
            self._once(postgres_schema(schema))

    def keep_unchanged(self, table: str) -> None:
        """Refuse every later change and deletion in a table."""
        self._once(
            UNCHANGED + f"CREATE OR REPLACE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION guitai_unchanged();"
            f"CREATE OR REPLACE TRIGGER {table}_stays BEFORE TRUNCATE ON {table} EXECUTE FUNCTION guitai_unchanged();"
        )

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything in the block is on disk when it ends, or nothing is."""
        with self._alive().transaction():
            yield

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Show the block one state of the tables."""
        connection = self._alive()
        level, connection.isolation_level = connection.isolation_level, psycopg.IsolationLevel.REPEATABLE_READ
        try:
            with connection.transaction():
                yield
        finally:
            connection.isolation_level = level

    def lock(self, names: Iterable[str]) -> None:
        """Keep other transactions that lock one of these names waiting until this transaction ends."""
        numbers = sorted({_number(name) for name in names})  # in one order everywhere, so that nobody waits in a ring
        self._connection.execute("SELECT pg_advisory_xact_lock(n) FROM unnest(%s::bigint[]) AS n", (numbers,))

    def pipeline(self) -> AbstractContextManager[object]:
        """Send the statements of the block without waiting for each one's result."""
        return self._alive().pipeline()

    def insert_new(self, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]], key: int) -> list[bool]:
        """Insert rows in one statement; tell of each whether it is new."""
        if not rows:
            return []
        arrays = [list(column) for column in zip(*rows, strict=True)]
        kinds = ["bigint" if isinstance(column[0], int) else "text" for column in arrays]
        given = ", ".join(f"%s::{kind}[]" for kind in kinds)
        statement = (
            f"INSERT INTO {table}({', '.join(columns)}) SELECT * FROM unnest({given}) "  # noqa: S608 - names from our code
            f"ON CONFLICT DO NOTHING RETURNING {', '.join(columns[:key])}"
        )
        found = {tuple(row.values()) for row in self._alive().execute(statement.encode(), arrays)}
        return [row[:key] in found for row in rows]

    def close(self) -> None:
        """Close the connection, and the keys."""
        self._connection.close()
        self.sealing.keys.close()

    def _connect(self) -> psycopg.Connection[dict[str, Any]]:
        try:
            return psycopg.connect(
                self._url, autocommit=True, row_factory=dict_row, connect_timeout=CONNECT_TIMEOUT_S,
                application_name="guitai-hq",
            )  # fmt: skip
        except psycopg.Error as error:
            raise GuitaiError("hq.database", path="headquarters.database", reason=str(error)) from error

    def _alive(self) -> psycopg.Connection[dict[str, Any]]:
        if self._connection.closed:
            self._connection = self._connect()
        return self._connection

    def _once(self, script: str) -> None:
        digest = hashlib.sha256(script.encode()).hexdigest()
        with self.transaction():
            self._connection.execute("SELECT pg_advisory_xact_lock(%s)", (SCHEMA_LOCK,))
            self._connection.execute("CREATE TABLE IF NOT EXISTS schema_made(digest TEXT PRIMARY KEY)")
            done = self._connection.execute("SELECT 1 FROM schema_made WHERE digest = %s", (digest,)).fetchone()
            if done is None:
                self._connection.execute(script.encode())
                self._connection.execute("INSERT INTO schema_made VALUES(%s)", (digest,))


def where(config: Config) -> Where:
    """Return where headquarters' tables are: a file in the state folder, or a PostgreSQL URL; the keys lie elsewhere."""
    database, keyring = config.headquarters.database, config.paths.own_keys / KEYRING
    return Where(config.paths.state / DATABASE if database == "sqlite" else database, keyring)


def beside(place: Where | Path) -> Where:
    """Return where the keys of a file of its own are: in the same folder."""
    return place if isinstance(place, Where) else Where(place, place.with_name(KEYRING))


def open_engine(place: Where | Path, schema: str = "") -> Engine:
    """Return a connection to a file or a PostgreSQL URL, with its tables made.

    Raises GuitaiError ``hq.database``, ``hq.keyring``.
    """
    here = beside(place)
    keys = DayKeys(here.keyring)
    try:
        engine = _opened(here.database, Sealing(keys))
    except GuitaiError:
        keys.close()
        raise
    try:
        engine.executescript(schema)
    except ERRORS as error:
        engine.close()
        raise GuitaiError("hq.database", path=here.database, reason=str(error)) from error
    return engine


def _opened(database: Path | str, sealing: Sealing) -> Engine:
    return SqliteEngine(database, sealing) if isinstance(database, Path) else PostgresEngine(database, sealing)


@lru_cache(1024)
def translated(statement: str) -> tuple[str, bool]:
    """Return a statement with psycopg's placeholders, and whether they are numbered."""
    numbered = re.search(r"\?\d", statement) is not None
    text = re.sub(r"\?(\d+)", r"%(p\1)s", statement.replace("%", "%%"))
    return text.replace("?", "%s"), numbered


def postgres_schema(schema: str) -> str:
    """Return our tables in PostgreSQL's words: 64-bit numbers, text compared byte by byte."""
    for pattern, word in (
        (r"\s*\bSTRICT(, WITHOUT ROWID)?\b", ""),
        (r"\bINTEGER PRIMARY KEY\b", "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"),
        (r"\bINTEGER\b", "BIGINT"),
        (r"\bREAL\b", "DOUBLE PRECISION"),
        (r"\bTEXT\b", 'TEXT COLLATE "C"'),
    ):
        schema = re.sub(pattern, word, schema)
    return schema


def _storable(value: Any) -> Any:
    """PostgreSQL's text holds no NUL; what a kiosk's field says is shown all the same."""
    return value.replace("\0", "\ufffd") if isinstance(value, str) and "\0" in value else value


def _number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
