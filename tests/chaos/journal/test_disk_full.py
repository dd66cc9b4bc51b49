"""The disk runs full: what was recorded stays, the ballast and the debug logs go first, drops are counted exactly."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from guitai.clock import SystemClock
from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.journal import Journal, ballast
from guitai.messages.session import Occurred
from guitai.messages.voice import Speak, SpeechStarted
from guitai.shell.records import Upkeep

KEY = bytes(32)
BIG = Speak("k", "长" * 3000)

pytestmark = pytest.mark.chaos


def fill(journal: Journal) -> int:
    """Append until there is no room; return how many steps are in."""
    seq = len(journal.events("s1"))
    while True:
        try:
            journal.append("s1", Occurred(seq + 1, seq, SpeechStarted()), [BIG])
        except GuitaiError as error:
            if error.code != "journal.disk_full":
                raise
            return seq
        seq += 1


def test_a_capped_file_refuses_whole_steps_and_keeps_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    journal = Journal.open(path, KEY, "kiosk-001")
    journal._connection.execute("PRAGMA max_page_count = 100")
    written = fill(journal)
    assert len(journal.events("s1")) == written > 5
    assert journal.outbox_size() == written
    journal._connection.execute("PRAGMA max_page_count = 200")
    journal.append("s1", Occurred(written + 1, 0, SpeechStarted()), [BIG])
    journal.close()
    again = Journal.open(path, KEY, "kiosk-001")
    assert len(again.recorded("s1")) == written + 1
    again.close()


def test_debug_logs_make_room_for_events(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "journal.db", KEY, "kiosk-001")
    for n in range(50):
        journal.debug([(n, {"text": "x" * 3000})])
    pages = journal._connection.execute("PRAGMA page_count").fetchone()[0]
    journal._connection.execute(f"PRAGMA max_page_count = {pages}")
    journal.debug([(50, {"text": "x" * 30_000})])
    assert journal.debug_dropped() == 1
    for seq in range(1, 6):
        journal.append("s1", Occurred(seq, 0, SpeechStarted()), [BIG])
    assert journal.debug_rows(99) == ()
    assert journal.debug_dropped() == 51
    journal.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(tmp_path)], capture_output=True)
    if mounted.returncode:
        pytest.skip("may not mount a tmpfs here")
    try:
        yield tmp_path
    finally:
        with contextlib.suppress(FileNotFoundError):
            subprocess.run(["umount", str(tmp_path)], check=True)


def test_a_really_full_disk_spends_the_ballast_then_refuses_and_reopens(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ballast, "BALLAST_BYTES", 1024 * 1024)
    path = small_disk / "journal.db"
    journal = Journal.open(path, KEY, "kiosk-001")
    assert (small_disk / "journal.db-ballast").stat().st_size == 1024 * 1024
    written = fill(journal)
    assert not (small_disk / "journal.db-ballast").exists()
    assert len(journal.events("s1")) == written
    assert not Upkeep(Config(), journal, SystemClock()).look()  # core goes on, and says that it is out of use
    del journal  # as after a crash: no clean close
    again = Journal.open(path, KEY, "kiosk-001")
    assert len(again.recorded("s1")) == written
    with contextlib.suppress(GuitaiError):
        again.acknowledge({"session": written})
    again.close()
    third = Journal.open(path, KEY, "kiosk-001")
    assert len(third.recorded("s1")) == written
    third.close()
