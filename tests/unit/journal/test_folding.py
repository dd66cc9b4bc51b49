"""The write-ahead log is folded in from a thread: what was written is in the file, and no lock of this process is lost."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from guitai.journal import Journal, folding
from tests.unit.journal.conftest import KEY
from tests.unit.journal.sample import fill

LOCK = """
import fcntl, sys
with open(sys.argv[1], "r+b") as file:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 510, 0x40000002)
    except BlockingIOError:
        sys.exit(3)
"""
"""Takes what SQLite takes (its file format, 'shared range') before it removes the log as the last to leave."""


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folding, "EVERY_S", 0.001)


def test_steps_reach_the_file_while_the_journal_is_open(path: Path) -> None:
    journal = Journal.open(path, KEY, "kiosk-001")
    size = path.stat().st_size
    with journal.kept_folded():
        fill(journal)
        while path.stat().st_size == size:
            pass
    assert journal.verify().fault == ""
    journal.close()


def test_the_lock_that_keeps_others_from_removing_the_log_stays(path: Path) -> None:
    journal = Journal.open(path, KEY, "kiosk-001")
    with journal.kept_folded():
        fill(journal)
    assert subprocess.run([sys.executable, "-c", LOCK, str(path)], check=False).returncode == 3
    journal.close()


def test_the_log_has_its_full_length_and_is_read_after_a_power_cut(path: Path, tmp_path: Path) -> None:
    journal = Journal.open(path, KEY, "kiosk-001")
    fill(journal, sessions=("s1", "s2"))
    log, cut = path.with_name("journal.db-wal"), tmp_path / "cut"
    journal.lay_out_log()
    assert log.stat().st_size == folding.LOG_BYTES
    fill(journal, sessions=("s3", "s4"))
    assert log.stat().st_size == folding.LOG_BYTES
    cut.mkdir()
    for part in ("", "-wal", "-keyid", "-keyring"):
        shutil.copy(path.with_name(path.name + part), cut / (path.name + part))
    again = Journal.open(cut / path.name, KEY, "kiosk-001")
    assert again.verify() == journal.verify()
    assert again.recorded("s4") == journal.recorded("s4")
    again.close()
    journal.close()


def test_a_log_for_which_there_is_no_room_stays_as_it_is(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "full")

    journal = Journal.open(path, KEY, "kiosk-001")
    size = path.with_name("journal.db-wal").stat().st_size
    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        journal.lay_out_log()
    assert path.with_name("journal.db-wal").stat().st_size == size
    fill(journal)
    assert journal.verify().fault == ""
    journal.close()
