"""Random damage to headquarters' store by somebody who has its database, not its keys: edits, deletions, insertions, reorder."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import orjson

from guitai.messages.sync import GENESIS, chain_hash
from headquarters import ledger
from headquarters.engine import ERRORS, Engine
from headquarters.sealing import DESTROYED
from tests.unit.journal.mutations import _other

TABLES = {
    "events": (("kiosk", "lane", "sequence"), ledger.COLUMNS),
    "ledger": (("kiosk", "n"), ("kiosk", "n", "named", "chain")),
    "ledger_heads": (("kiosk",), ("kiosk", "n", "chain", "seal")),
    "watermarks": (("kiosk", "lane"), ("kiosk", "lane", "sequence", "hash")),
}
"""Keys and columns: all that is looked at."""

Row = dict[str, Any]
Tables = dict[str, list[Row]]


def read(connection: Engine) -> Tables:
    """Return every row, in order."""
    return {
        table: sorted((dict(row) for row in connection.execute(f"SELECT * FROM {table}")), key=repr) for table in TABLES
    }


def write(connection: Engine, tables: Tables) -> None:
    """Put these rows in place of what is there."""
    with connection.transaction():
        for table, rows in tables.items():
            connection.execute(f"DELETE FROM {table}")
            marks = ", ".join("?" * len(rows[0]))
            connection.executemany(
                f"INSERT INTO {table}({', '.join(rows[0])}) VALUES({marks})", [list(row.values()) for row in rows]
            )


def put(connection: Engine, table: str, row: Row) -> None:
    connection.execute(f"INSERT INTO {table}({', '.join(row)}) VALUES({', '.join('?' * len(row))})", list(row.values()))


def unnoticed(connection: Engine, count: int, seed: int, fault: Callable[[], str]) -> list[str]:
    """Make so many mutations, each taken back before the next; return those of which `fault` says nothing."""
    before, chance = read(connection), random.Random(seed)
    missed, done = [], 0
    while done < count:
        try:
            with connection.transaction():
                what = chance.choice(DEEDS)(connection, chance, before)
        except ERRORS:  # a constraint refused it
            continue
        if read(connection) != before:
            done += 1
            if not fault():
                missed.append(what)
            write(connection, before)
    assert fault() == ""
    return missed


def _some(chance: random.Random, before: Tables, table: str = "") -> tuple[str, Row]:
    table = table or chance.choice(("events", "events", "events", *TABLES))
    return table, chance.choice(before[table])


def _where(table: str, row: Row) -> tuple[str, list[Any]]:
    keys = TABLES[table][0]
    return " AND ".join(f"{key} = ?" for key in keys), [row[key] for key in keys]


def _set(connection: Engine, table: str, row: Row, **values: Any) -> None:
    condition, keys = _where(table, row)
    sets = ", ".join(f"{name} = ?" for name in values)
    connection.execute(f"UPDATE {table} SET {sets} WHERE {condition}", [*values.values(), *keys])


def edit(connection: Engine, chance: random.Random, before: Tables) -> str:
    table, row = _some(chance, before)
    name = chance.choice(TABLES[table][1])
    _set(connection, table, row, **{name: _other(row[name], chance)})
    return f"edit {table}.{name} of {row}"


def delete(connection: Engine, chance: random.Random, before: Tables) -> str:
    table, row = _some(chance, before)
    condition, keys = _where(table, row)
    connection.execute(f"DELETE FROM {table} WHERE {condition}", keys)
    return f"delete {row} of {table}"


def insert(connection: Engine, chance: random.Random, before: Tables) -> str:
    table, row = _some(chance, before)
    columns = TABLES[table][1]
    new = row | {name: _other(row[name], chance) for name in columns if chance.random() < 0.5}
    put(connection, table, new)
    return f"insert {new} into {table}"


def reorder(connection: Engine, chance: random.Random, before: Tables) -> str:
    """Let two rows change places: all but the columns that say which is which."""
    table, one = _some(chance, before, chance.choice(("events", "ledger")))
    _, two = _some(chance, before, table)
    names = [name for name in TABLES[table][1] if name not in (*TABLES[table][0], "id")]
    _set(connection, table, one, **{name: two[name] for name in names})
    _set(connection, table, two, **{name: one[name] for name in names})
    return f"reorder {one} and {two} of {table}"


def cut(connection: Engine, chance: random.Random, before: Tables) -> str:
    """Cut the end of a lane off, and set its watermark back."""
    _, row = _some(chance, before, "events")
    place = (row["kiosk"], row["lane"], row["sequence"])
    connection.execute("DELETE FROM events WHERE kiosk = ? AND lane = ? AND sequence >= ?", place)
    connection.execute(
        "UPDATE watermarks SET sequence = ?, hash = ? WHERE kiosk = ? AND lane = ?",
        (row["sequence"] - 1, row["previous_hash"], *place[:2]),
    )
    return f"cut {place}"


def forget_kiosk(connection: Engine, chance: random.Random, before: Tables) -> str:
    """Take a kiosk out of every table."""
    _, row = _some(chance, before, "events")
    for table in TABLES:
        connection.execute(f"DELETE FROM {table} WHERE kiosk = ?", (row["kiosk"],))
    return f"forget {row['kiosk']}"


def forge(connection: Engine, chance: random.Random, before: Tables) -> str:
    """Change a row and make all public hashes anew, the kiosk's and the store's: only the seal is left as it was."""
    _, row = _some(chance, before, "events")
    body = orjson.loads(row["body"])
    body = {**body, "forged": True} if isinstance(body, dict) else [{**body[0], "forged": True}, body[1]]
    opened = connection.sealing.open(row["kiosk"], row["id"], orjson.dumps(body).decode())
    opened.pop(DESTROYED, None)
    digest = chain_hash(
        row["previous_hash"], row["lane"], row["sequence"], row["id"], row["type"], row["session_id"], row["at_ms"],
        opened,
    )  # fmt: skip
    _set(connection, "events", row, body=orjson.dumps(body).decode(), hash=digest)
    new = row | {"body": orjson.dumps(body).decode(), "hash": digest}
    previous = GENESIS
    entries = sorted((one for one in before["ledger"] if one["kiosk"] == row["kiosk"]), key=lambda one: one["n"])
    for entry in entries:
        named = [
            [lane, sequence, ledger.digest([new[name] for name in ledger.COLUMNS])]
            if (lane, sequence) == (row["lane"], row["sequence"])
            else [lane, sequence, old]
            for lane, sequence, old in orjson.loads(entry["named"])
        ]
        text = orjson.dumps(named).decode()
        previous = ledger.chain(previous, row["kiosk"], entry["n"], text)
        _set(connection, "ledger", entry, named=text, chain=previous)
    connection.execute("UPDATE ledger_heads SET chain = ? WHERE kiosk = ?", (previous, row["kiosk"]))
    return f"forge {row}"


DEEDS: tuple[Callable[[Engine, random.Random, Tables], str], ...] = (
    edit, edit, edit, edit, delete, delete, insert, insert, reorder, reorder, cut, forget_kiosk, forge,
)  # fmt: skip
