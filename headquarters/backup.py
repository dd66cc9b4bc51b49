"""A copy of headquarters' store that fits together while headquarters runs: the tables, and apart from them the keys.

The keyring remembers how far each kiosk's ledger had come (`headquarters.ledger`); a store older than that looks cut. So its anchors
are of before the tables were copied, its keys of after: every copied row can be read, and the copied ledger is as long as it says.
Chunks of uploads never change once written; any tool that copies files takes them (docs/operations.md).
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from guitai.errors import GuitaiError
from headquarters.engine import DATABASE, KEYRING, Where

DUMP = "headquarters.dump"
SUMS = "SHA256SUMS"
LATER = "later.keyring"


def make(place: Where, folder: Path, keys: Path) -> list[Path]:
    """Write the tables to the new folder `folder`, the keyring to the new folder `keys`; return the files.

    Raises GuitaiError ``hq.backup``, ``hq.backup_there``.
    """
    _new(folder)
    _new(keys)
    try:
        _copied(place.keyring, keys / KEYRING)
        if isinstance(place.database, Path):
            tables = folder / DATABASE
            _copied(place.database, tables)
        else:
            tables = folder / DUMP
            _run(["pg_dump", "--format=custom", f"--file={tables}", f"--dbname={place.database}"])
        _copied(place.keyring, keys / LATER)
        _with_keys_of(keys / LATER, keys / KEYRING)
        (keys / LATER).unlink()
        (folder / SUMS).write_text(f"{_sum(tables)}  {tables.name}\n", encoding="ascii")
    except (OSError, sqlite3.Error) as error:
        raise GuitaiError("hq.backup", reason=str(error)) from error
    return [tables, folder / SUMS, keys / KEYRING]


def restore(folder: Path, keys: Path, place: Where) -> None:
    """Put a copy where headquarters looks for it; what is there already is not written over.

    Raises GuitaiError ``hq.backup``, ``hq.backup_there``.
    """
    try:
        told, _, name = (folder / SUMS).read_text(encoding="ascii").strip().partition("  ")
        source = folder / Path(name).name
        if _sum(source) != told:
            raise GuitaiError("hq.backup", reason=f"{source} is not what {SUMS} says")
        if (source.name == DATABASE) != isinstance(place.database, Path):
            raise GuitaiError("hq.backup", reason="headquarters.database is of the other kind")
        if place.keyring.exists() or (isinstance(place.database, Path) and place.database.exists()):
            raise GuitaiError("hq.backup_there", path=place.keyring if place.keyring.exists() else place.database)
        if isinstance(place.database, Path):
            place.database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _copied(source, place.database)
        else:  # an empty database; what is there already ends it, and nothing of this stays
            _run(["pg_restore", "--no-owner", "--single-transaction", f"--dbname={place.database}", str(source)])
        place.keyring.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _copied(keys / KEYRING, place.keyring)
    except (OSError, sqlite3.Error) as error:
        raise GuitaiError("hq.backup", reason=str(error)) from error


def _copied(source: Path, target: Path) -> None:
    """Copy an SQLite file as it is in one moment, also while others write to it."""
    if not source.is_file():
        raise GuitaiError("hq.backup", reason=f"there is no {source}")
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    old = sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=30)
    with closing(old), closing(sqlite3.connect(target)) as new:
        old.backup(new)


def _with_keys_of(later: Path, keyring: Path) -> None:
    """Take the day's keys of `later`: those made while the tables were copied, and the end of those destroyed."""
    with closing(sqlite3.connect(keyring)) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("ATTACH ? AS later", (str(later),))
        with connection:
            connection.execute("INSERT OR REPLACE INTO main.day_keys SELECT * FROM later.day_keys")


def _run(command: list[str]) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise GuitaiError("hq.backup", reason=f"{command[0]}: {done.stderr.strip()[-300:]}")


def _new(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError as error:
        raise GuitaiError("hq.backup_there", path=folder) from error


def _sum(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as content:
        while block := content.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
