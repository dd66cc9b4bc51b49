"""A damaged journal is put aside whole, what holds together is saved, the branch stops, and nothing is ever numbered twice."""

from __future__ import annotations

import contextlib
import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from guitai import branch as rules
from guitai.branch import Branch
from guitai.errors import GuitaiError
from guitai.journal import Journal
from guitai.journal.checkpoints import Signing
from guitai.journal.rebuild import open_or_rebuild
from guitai.messages.branch import JournalDamaged, SensorChanged
from guitai.messages.card import CardOffered
from guitai.messages.session import Occurred
from headquarters.pki import provision
from tests.unit.journal.conftest import KEY
from tests.unit.journal.sample import START_MS, fill

PAGE = 4096
NOW_MS = START_MS + 999_000
RECORD = "kiosk-001-branch"


@pytest.fixture
def signing(tmp_path: Path) -> Signing:
    provision(tmp_path / "keys", "kiosk-001")
    return Signing.of(tmp_path / "keys", tmp_path / "keys" / "journal.anchor")


@pytest.fixture
def whole(path: Path, signing: Signing, tmp_path: Path) -> Path:
    journal = rebuilt(path, signing)
    fill(journal)
    journal.append(RECORD, Occurred(1, START_MS, SensorChanged("cabinet", False)), [])
    journal.close()
    return path


def rebuilt(path: Path, signing: Signing) -> Journal:
    return open_or_rebuild(path, KEY, "kiosk-001", 5, signing, path.parent / "ring", NOW_MS)


def damage(path: Path, page: int) -> bytes:
    content = bytearray(path.read_bytes())
    content[page * PAGE + 100] ^= 1
    path.write_bytes(content)
    return bytes(content)


def copies(path: Path, tmp_path: Path, signing: Signing) -> Iterator[tuple[int, Path]]:
    """Yield a copy of everything for every page of the journal."""
    anchor = signing.anchor.read_bytes()
    for page in range(path.stat().st_size // PAGE):
        folder = tmp_path / f"page-{page}"
        folder.mkdir()
        for part in (path, path.with_name("journal.db-keyid"), path.with_name("ring")):
            shutil.copy(part, folder / part.name)
        signing.anchor.write_bytes(anchor)
        yield page, folder / path.name


def test_whatever_page_is_damaged_the_kiosk_starts_and_nothing_is_numbered_twice(
    whole: Path, signing: Signing, tmp_path: Path
) -> None:
    first = Journal.open(whole, KEY, "kiosk-001", keyring=whole.parent / "ring")
    waited, lengths, unfinished = first.outbox(999), first.lane_lengths(), first.unfinished("s4")
    first.close()
    saved_all = 0
    for page, path in copies(whole, tmp_path, signing):
        content = damage(path, page)
        journal = rebuilt(path, signing)
        alarm = journal.events(RECORD)[-1].event
        assert isinstance(alarm, JournalDamaged), page
        assert (path.parent / alarm.folder / path.name).read_bytes() == content
        assert journal.verify().fault == ""
        rows = [row for row in journal.outbox(999) if row.type != "branch.journal_damaged"]
        assert all(row in waited for row in rows), page
        for lane, group in itertools.groupby(rows, key=lambda row: row.lane):
            numbers = [row.sequence for row in group]
            assert numbers == list(range(numbers[0], numbers[0] + len(numbers))), (page, lane)
        now = journal.lane_lengths()
        assert all(now[lane] >= lengths[lane] for lane in lengths), page
        assert all(one in unfinished for one in journal.unfinished("s4"))
        if alarm.complete and tuple(rows) == waited:
            saved_all += 1
            assert journal.open_session() == "s4"
            assert journal.unfinished("s4") == unfinished
            journal.append("s4", Occurred(journal.next_seq("s4"), NOW_MS, CardOffered("x")), [])
        assert journal.verify().fault == ""
        journal.acknowledge(journal.lane_lengths())
        assert (journal.verify().fault, journal.outbox(9)) == ("", ())
        journal.close()
        rebuilt(path, signing).close()
        assert len(list((path.parent / "quarantine").iterdir())) == 1
    assert saved_all > 0


def test_a_damaged_file_of_the_version_before_is_read_as_it_was_laid_out(signing: Signing, tmp_path: Path) -> None:
    files, saved = Path(__file__).with_name("files"), []
    for page in range(2, (files / "v4.db").stat().st_size // PAGE):
        folder = tmp_path / f"older-{page}"
        folder.mkdir()
        for part, name in (("v4.db", "journal.db"), ("v4.db-keyid", "journal.db-keyid"), ("v4.db-keyring", "ring")):
            shutil.copy(files / part, folder / name)
        damage(folder / "journal.db", page)
        journal = rebuilt(folder / "journal.db", signing)
        assert journal.verify().fault == ""
        assert journal.lane_lengths().keys() >= {row.lane for row in journal.outbox(99)}
        saved.append((len(journal.unfinished("s2")), len(journal.loose_ends()), journal.outbox_size()))
        journal.close()
    assert (1, 1, 10) in saved  # both effects, nine rows and the alarm


def test_a_wrong_key_a_newer_file_and_a_lost_keyring_are_no_damage(whole: Path, signing: Signing) -> None:
    before = whole.read_bytes()
    ring = whole.parent / "ring"
    with pytest.raises(GuitaiError, match=r"wrong_key"):
        open_or_rebuild(whole, bytes(32), "kiosk-001", 5, signing, ring, NOW_MS)
    with pytest.raises(GuitaiError, match=r"other_kiosk"):
        open_or_rebuild(whole, KEY, "kiosk-2", 5, signing, ring, NOW_MS)
    ring.rename(ring.with_name("away"))
    with pytest.raises(GuitaiError, match=r"keyring_lost"):
        rebuilt(whole, signing)
    assert whole.read_bytes() == before
    assert not (whole.parent / "quarantine").exists()


@pytest.mark.parametrize("moment", range(6))
def test_a_break_at_any_moment_of_the_change_is_made_good_at_the_next_start(
    whole: Path, signing: Signing, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    damaged = damage(whole, whole.stat().st_size // PAGE - 1)
    whole.with_name("journal.db-wal").write_bytes(b"")
    moves = itertools.count()
    replace = Path.replace

    def breaks(self: Path, target: Path) -> Path:
        if self.name.startswith("journal.db") and next(moves) == moment:
            raise KeyboardInterrupt
        return replace(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", breaks)
        with contextlib.suppress(KeyboardInterrupt):
            rebuilt(whole, signing).close()
    if whole.exists() and whole.read_bytes() == damaged:
        assert signing.anchor.exists()  # the next start needs it as this one did
    journal = rebuilt(whole, signing)
    assert any(isinstance(one.event, JournalDamaged) for one in journal.events(RECORD))
    assert journal.verify().fault == ""
    journal.close()
    assert list((whole.parent / "quarantine").rglob("journal.db"))


def test_after_a_clock_set_back_a_break_still_finds_its_own_folder(
    whole: Path, signing: Signing, monkeypatch: pytest.MonkeyPatch
) -> None:
    damage(whole, whole.stat().st_size // PAGE - 1)
    later = whole.parent / "quarantine" / "journal-9999999999999"
    later.mkdir(parents=True)
    whole.with_name("journal.db-wal").write_bytes(b"")
    replace = Path.replace

    def breaks(self: Path, target: Path) -> Path:
        if self.name == "journal.db-rebuilt":
            raise KeyboardInterrupt
        return replace(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", breaks)
        with pytest.raises(KeyboardInterrupt):
            rebuilt(whole, signing)
    rebuilt(whole, signing).close()
    assert list(later.iterdir()) == []
    assert not whole.with_name("journal.db-aside").exists()


def test_an_older_copy_in_its_place_stops_the_branch_once(whole: Path, signing: Signing, tmp_path: Path) -> None:
    older = tmp_path / "older"
    journal = rebuilt(whole, signing)
    fill(journal, sessions=("s6", "s7"))
    journal._connection.execute("PRAGMA wal_checkpoint").fetchall()
    shutil.copy(whole, older)
    fill(journal, sessions=("s8", "s9"))
    journal.close()
    shutil.copy(older, whole)
    newest = signing.anchor.read_bytes()
    for _ in range(2):
        journal = rebuilt(whole, signing)
        assert [type(one.event) for one in journal.events(RECORD)] == [SensorChanged, JournalDamaged]
        journal.close()
    assert [file.read_bytes() for file in whole.parent.glob("quarantine/*/journal.anchor")] == [newest]


def test_the_branch_stays_stopped_until_somebody_has_looked_inside() -> None:
    state, _ = rules.step(Branch(), JournalDamaged("quarantine/journal-1", 3, 1, True), serving=False)
    assert state.stopped == "journal"
    state, _ = rules.step(state, SensorChanged("cabinet", True), serving=False)
    assert state.stopped == "door"
    state, _ = rules.step(state, SensorChanged("cabinet", False), serving=False)
    assert state.stopped is None
