"""Random damage by somebody who has the journal's key and SQL: edits, deletions, insertions, reorder, whole sessions, ends."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

TABLES = ("meta", "session", "event", "unfinished", "lane", "outbox", "vault", "counter", "entry", "checkpoint")

Row = tuple[Any, ...]
Tables = dict[str, list[Row]]


def read(connection: Any) -> Tables:
    """Return every row of every table that matters, in order."""
    return {table: sorted(connection.execute(f"SELECT * FROM {table}").fetchall(), key=repr) for table in TABLES}


def write(connection: Any, tables: Tables) -> None:
    """Put these rows in place of what is there."""
    for table, rows in tables.items():
        connection.execute(f"DELETE FROM {table}")
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            connection.executemany(f"INSERT INTO {table} VALUES({marks})", rows)


def mutate(connection: Any, chance: random.Random, before: Tables) -> str:
    """Change something; return what, or an empty string if nothing came of it (a constraint, a change to the same)."""
    deed = chance.choice(DEEDS)
    try:
        what = deed(connection, chance)
    except Exception as error:  # the driver's own kinds: a constraint refused it
        if type(error).__name__ not in ("IntegrityError", "OperationalError"):
            raise
        return ""
    return what if read(connection) != before else ""


def unnoticed(connection: Any, count: int, seed: int, fault: Callable[[], str]) -> list[str]:
    """Make so many mutations, each taken back before the next; return those of which `fault` says nothing."""
    before, chance = read(connection), random.Random(seed)
    missed, done = [], 0
    while done < count:
        connection.execute("BEGIN")
        what = mutate(connection, chance, before)
        if what:
            done += 1
            if not fault():
                missed.append(what)
        connection.execute("ROLLBACK")
    assert fault() == ""
    return missed


def edit(connection: Any, chance: random.Random) -> str:
    table = _filled(connection, chance)
    rowid, row = _some(connection, chance, table)
    names = _columns(connection, table)
    at = chance.randrange(len(names))
    connection.execute(f"UPDATE {table} SET {names[at]} = ? WHERE {rowid[0]}", (_other(row[at], chance), *rowid[1]))
    return f"edit {table}.{names[at]} of {row}"


def delete(connection: Any, chance: random.Random) -> str:
    table = _filled(connection, chance)
    rowid, row = _some(connection, chance, table)
    connection.execute(f"DELETE FROM {table} WHERE {rowid[0]}", rowid[1])
    return f"delete {row} of {table}"


def insert(connection: Any, chance: random.Random) -> str:
    table = _filled(connection, chance)
    _, row = _some(connection, chance, table)
    values = [_other(value, chance) if chance.random() < 0.5 else value for value in row]
    connection.execute(f"INSERT INTO {table} VALUES({', '.join('?' * len(values))})", values)
    return f"insert {values} into {table}"


def reorder(connection: Any, chance: random.Random) -> str:
    """Let two rows change places: all but the columns that say which is which."""
    table = _filled(connection, chance, ("event", "outbox", "entry", "session", "checkpoint"))
    one, first = _some(connection, chance, table)
    two, second = _some(connection, chance, table)
    names = [name for name in _columns(connection, table) if name not in _keys(connection, table)]
    at = [_columns(connection, table).index(name) for name in names]
    sets = ", ".join(f"{name} = ?" for name in names)
    if table == "session":  # its id is unique: out of the way first
        connection.execute(f"UPDATE session SET session_id = 'away' WHERE {one[0]}", one[1])
    connection.execute(f"UPDATE {table} SET {sets} WHERE {two[0]}", (*(first[n] for n in at), *two[1]))
    connection.execute(f"UPDATE {table} SET {sets} WHERE {one[0]}", (*(second[n] for n in at), *one[1]))
    return f"reorder {first} and {second} of {table}"


def forget_session(connection: Any, chance: random.Random) -> str:
    """Take a session out of every table, and close the gap in the numbers."""
    (session,) = chance.choice(connection.execute("SELECT session_id FROM session ORDER BY number").fetchall())
    connection.execute(
        "DELETE FROM unfinished WHERE place IN (SELECT place FROM event WHERE session_id = ?)", (session,)
    )
    for table in ("session", "event", "vault", "outbox"):
        connection.execute(f"DELETE FROM {table} WHERE session_id = ?", (session,))
    return f"forget {session}"


def cut(connection: Any, chance: random.Random) -> str:
    """Cut the end of a table off."""
    table = chance.choice(["entry", "checkpoint", "event", "outbox", "unfinished"])
    count = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    keys = ", ".join(_keys(connection, table))
    last = ", ".join(f"{key} DESC" for key in keys.split(", "))
    seal = connection.execute("SELECT max(seal) FROM entry").fetchone()[0]
    connection.execute(
        f"DELETE FROM {table} WHERE ({keys}) IN (SELECT {keys} FROM {table} ORDER BY {last} LIMIT ?)",
        (chance.randint(1, max(1, count)),),
    )
    if table == "entry" and chance.random() < 0.7:  # and put the seal on the entry that is the last now
        connection.execute("UPDATE entry SET seal = ? WHERE n = (SELECT max(n) FROM entry)", (seal,))
    return f"cut {table}"


def empty(connection: Any, chance: random.Random) -> str:
    table = _filled(connection, chance)
    connection.execute(f"DELETE FROM {table}")
    return f"empty {table}"


DEEDS: tuple[Callable[[Any, random.Random], str], ...] = (
    edit, edit, edit, edit, delete, delete, insert, insert, reorder, reorder, forget_session, cut, empty,
)  # fmt: skip


def _filled(connection: Any, chance: random.Random, tables: tuple[str, ...] = TABLES) -> str:
    return chance.choice([t for t in tables if connection.execute(f"SELECT count(*) FROM {t}").fetchone()[0]])


def _columns(connection: Any, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]


def _keys(connection: Any, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[5]]


def _some(connection: Any, chance: random.Random, table: str) -> tuple[tuple[str, list[Any]], Row]:
    """Return (a condition with its values) and the row it names."""
    row = chance.choice(sorted(connection.execute(f"SELECT * FROM {table}").fetchall(), key=repr))
    keys, columns = _keys(connection, table), _columns(connection, table)
    return (" AND ".join(f"{key} = ?" for key in keys), [row[columns.index(key)] for key in keys]), row


def _other(value: Any, chance: random.Random) -> Any:
    match value:
        case int():
            return value + chance.choice([-1, 1, 7, 1000])
        case str() if value:
            at = chance.randrange(len(value))
            return value[:at] + chance.choice(["x", "0", "一", ""]) + value[at + 1 :]
        case str():
            return "x"
        case bytes():
            at = chance.randrange(len(value)) if value else 0
            return chance.choice(
                [
                    value[:at] + bytes([value[at] ^ 1 << chance.randrange(8)]) + value[at + 1 :] if value else b"x",
                    value + b" ",
                    value[:-1],
                ]
            )
        case None:
            return "r1"
    raise AssertionError(value)
