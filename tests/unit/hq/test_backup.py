"""A copy of the store, put back elsewhere: every row, both chains, the seal and personal fields are as they were."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from guitai.errors import GuitaiError
from headquarters import backup
from headquarters.audit import verify
from headquarters.engine import DATABASE, KEYRING, Where, open_engine
from headquarters.store import Arrival, Store

from .test_store import chain

ROWS = chain(*(("money", "bank.debit_reserved", {"amount": 100 + n, "payee": "慕容雪雁"}) for n in range(20)))


def filled(place: Where, rows: list) -> None:  # type: ignore[type-arg]
    with closing(Store(place)) as store:
        store.add([Arrival("heping", "kiosk-001", row) for row in rows], 1)


def elsewhere(place: Where, folder: Path, request: pytest.FixtureRequest) -> Where:
    if isinstance(place.database, Path):
        return Where(folder / DATABASE, folder / KEYRING)
    return Where(request.getfixturevalue("postgres").create(f"r{folder.name[-20:].lower()}x"), folder / KEYRING)


def test_what_is_restored_verifies_and_reads(place: Where, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    filled(place, ROWS[:10])
    backup.make(place, tmp_path / "tables", tmp_path / "keys")
    filled(place, ROWS[10:])  # what comes after is not in it
    new = elsewhere(place, tmp_path / "new", request)
    backup.restore(tmp_path / "tables", tmp_path / "keys", new)
    with closing(open_engine(new)) as engine:
        found = verify(engine)
        assert (found.fault, found.destroyed) == ("", 0)
        assert engine.execute("SELECT COUNT(*) AS n FROM events").fetchone()["n"] == 10
    with pytest.raises(GuitaiError, match=r"hq\.backup"):
        backup.restore(tmp_path / "tables", tmp_path / "keys", new)
    assert all(file.stat().st_mode & 0o077 == 0 for file in (tmp_path / "keys").iterdir())


def test_a_damaged_copy_is_refused(tmp_path: Path) -> None:
    place = Where(tmp_path / DATABASE, tmp_path / KEYRING)
    filled(place, ROWS)
    backup.make(place, tmp_path / "tables", tmp_path / "keys")
    with pytest.raises(GuitaiError, match=r"hq\.backup_there"):
        backup.make(place, tmp_path / "tables", tmp_path / "others")
    copy = tmp_path / "tables" / DATABASE
    copy.write_bytes(copy.read_bytes()[:-1] + b"x")
    with pytest.raises(GuitaiError, match=r"hq\.backup"):
        backup.restore(
            tmp_path / "tables", tmp_path / "keys", Where(tmp_path / "n" / DATABASE, tmp_path / "n" / KEYRING)
        )
    assert not (tmp_path / "n").exists()


def test_keys_made_while_the_tables_are_copied_are_in_it_and_anchors_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Where(tmp_path / DATABASE, tmp_path / KEYRING)
    filled(place, ROWS[:10])
    copied = backup._copied

    def slow(source: Path, target: Path) -> None:
        if target.name == DATABASE:  # as if headquarters had gone on between the first look and this
            with closing(sqlite3.connect(place.keyring)) as keyring:
                keyring.execute("INSERT INTO day_keys VALUES('kiosk-009', 1, 'C2', 1, x'00', NULL)")
                keyring.execute("INSERT OR REPLACE INTO anchors VALUES('kiosk-001', 999, 'ff')")
                keyring.commit()
        copied(source, target)

    monkeypatch.setattr(backup, "_copied", slow)
    backup.make(place, tmp_path / "tables", tmp_path / "keys")
    with closing(sqlite3.connect(tmp_path / "keys" / KEYRING)) as keyring:
        assert keyring.execute("SELECT COUNT(*) FROM day_keys WHERE kiosk = 'kiosk-009'").fetchone() == (1,)
        assert keyring.execute("SELECT COUNT(*) FROM anchors WHERE n = 999").fetchone() == (0,)
    assert not (tmp_path / "keys" / backup.LATER).exists()
    assert shutil.which("pg_dump") is not None
