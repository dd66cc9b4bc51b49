"""What proves that nobody changed the store: a chain per kiosk over every row as it is stored, sealed, and anchored outside.

The kiosk's own chain covers what it sent; this one covers the row, so that it holds after a key was destroyed. Each commit
adds one entry for each kiosk of its batch: ``[lane, sequence, digest]`` of its new rows. Entries are chained by SHA-256; the
last carries a seal (HMAC) with a key that is not in the database, and is told to the keys' file every few seconds
(`anchor`): whoever puts an older copy of the database in its place is found.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from guitai.messages.sync import GENESIS
from headquarters.engine import Engine

SCHEMA = """
CREATE TABLE IF NOT EXISTS ledger(
  kiosk TEXT NOT NULL, n INTEGER NOT NULL, named TEXT NOT NULL, chain TEXT NOT NULL,
  PRIMARY KEY(kiosk, n)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ledger_heads(
  kiosk TEXT NOT NULL PRIMARY KEY, n INTEGER NOT NULL, chain TEXT NOT NULL, seal TEXT NOT NULL) STRICT, WITHOUT ROWID;
"""
COLUMNS = (
    "kiosk", "lane", "sequence", "branch", "id", "type", "session_id", "at_ms", "previous_hash", "hash", "body",
    "received_ms",
)  # fmt: skip
"""Of a stored row, in the order its digest covers them."""

ADOPTED_AT_ONCE = 500
"""Rows of one entry when a store of an older version is taken over."""


def digest(row: Sequence[Any]) -> str:
    """Return a stored row's SHA-256 (hex) over the JSON list of its `COLUMNS`; PostgreSQL keeps no NUL."""
    plain = [value.replace("\0", "\ufffd") if isinstance(value, str) else value for value in row]
    return hashlib.sha256(orjson.dumps(plain)).hexdigest()


def chain(previous: str, kiosk: str, n: int, named: str) -> str:
    """Return an entry's hash: SHA-256 (hex) over the entry before, the kiosk, the number and what it names."""
    return hashlib.sha256(f"{previous}\n{kiosk}\n{n}\n{named}".encode()).hexdigest()


def seal(key: bytes, kiosk: str, n: int, hash_: str) -> str:
    """Return the seal of an entry that is a kiosk's last."""
    return hmac.digest(key, f"{kiosk}\n{n}\n{hash_}".encode(), "sha256").hex()


def heads(connection: Engine, kiosks: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Return number and hash of the last entry of some kiosks, whom this transaction has locked."""
    names = sorted(set(kiosks))
    if not names:
        return {}
    given = ", ".join("?" * len(names))
    rows = connection.execute(f"SELECT kiosk, n, chain FROM ledger_heads WHERE kiosk IN ({given})", names)  # noqa: S608 - placeholders only
    return {row["kiosk"]: (row["n"], row["chain"]) for row in rows}


def add(connection: Engine, rows: Iterable[Sequence[Any]], before: dict[str, tuple[int, str]]) -> None:
    """Add an entry for each kiosk of new rows (`COLUMNS`), after its head before; part of the transaction that stored them."""
    found: dict[str, list[list[Any]]] = defaultdict(list)
    for row in rows:
        found[row[0]].append([row[1], row[2], digest(row)])
    key = connection.sealing.keys.seal
    entries, ends = [], []
    for kiosk, named in found.items():
        last, previous = before.get(kiosk, (0, GENESIS))
        text = orjson.dumps(named).decode()
        hash_ = chain(previous, kiosk, last + 1, text)
        entries.append((kiosk, last + 1, text, hash_))
        ends.append((kiosk, last + 1, hash_, seal(key, kiosk, last + 1, hash_)))
    connection.executemany("INSERT INTO ledger VALUES(?, ?, ?, ?)", entries)
    connection.executemany(
        "INSERT INTO ledger_heads VALUES(?, ?, ?, ?) ON CONFLICT(kiosk) DO UPDATE SET n = excluded.n, "
        "chain = excluded.chain, seal = excluded.seal",
        ends,
    )


def anchor(connection: Engine) -> None:
    """Tell the keys' file how far each kiosk's ledger has come."""
    keys = connection.sealing.keys
    known = keys.anchors()
    rows = connection.execute("SELECT kiosk, n, chain FROM ledger_heads").fetchall()
    if ahead := [tuple(row[name] for name in ("kiosk", "n", "chain")) for row in rows if _ahead(row, known)]:
        keys.anchor(ahead)


def adopt(connection: Engine) -> None:
    """Begin the ledger of a store that an older version wrote; nothing where there ever was one."""
    if connection.execute("SELECT 1 FROM ledger_heads LIMIT 1").fetchone() or connection.sealing.keys.anchors():
        return
    for found in connection.execute("SELECT DISTINCT kiosk FROM events").fetchall():
        with connection.transaction():
            connection.lock([found["kiosk"]])
            if heads(connection, [found["kiosk"]]):
                continue  # another process did
            rows = connection.execute(f"SELECT {', '.join(COLUMNS)} FROM events WHERE kiosk = ?", (found["kiosk"],))  # noqa: S608 - our own names
            stored = [tuple(row[name] for name in COLUMNS) for row in rows]
            for at in range(0, len(stored), ADOPTED_AT_ONCE):
                add(connection, stored[at : at + ADOPTED_AT_ONCE], heads(connection, [found["kiosk"]]))


def _ahead(row: Any, known: dict[str, tuple[int, str]]) -> bool:
    return bool(row["n"] > known.get(row["kiosk"], (0, ""))[0])
