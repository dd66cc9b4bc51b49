"""The write-ahead log is folded in from a thread: what was written is in the file, and no lock of this process is lost."""

from __future__ import annotations

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
