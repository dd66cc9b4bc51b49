"""Journals of older versions: stored files open, become this version, verify, and go on; newer ones are refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from guitai.errors import GuitaiError
from guitai.journal import Journal, migrations
from guitai.messages.bank import PostTransfer
from guitai.messages.card import CardOffered, MoveCard
from guitai.messages.session import Occurred
from guitai.messages.sync import chain_hash
from guitai.money import Fen
from tests.unit.journal.conftest import KEY

FILES = Path(__file__).with_name("files")
OLDER = sorted(FILES.glob("v*.db"))


@pytest.fixture(params=OLDER, ids=lambda file: file.stem)
def old(request: pytest.FixtureRequest, path: Path) -> Path:
    file: Path = request.param
    for part in FILES.glob(f"{file.name}*"):
        shutil.copy(part, path.with_name(part.name.replace(file.name, path.name)))
    return path


def test_there_is_a_stored_file_of_every_older_version() -> None:
    assert [file.stem for file in OLDER] == [f"v{n}" for n in range(1, migrations.SCHEMA_VERSION)]


def test_an_older_file_opens_and_goes_on(old: Path) -> None:
    journal = Journal.open(old, KEY, "kiosk-001")
    assert journal.verify().fault == ""
    assert journal.sessions() == ("s1", "s2")
    assert [type(o.event).__name__ for o in journal.events("s1")] == [
        "SessionOpened", "CardInserted", "CardOffered", "TellerJoined",
    ]  # fmt: skip
    assert journal.loose_ends() != ()
    assert journal.loose_ends()[0][1].effect == PostTransfer("r2", "tok", "张伟", "ref", Fen(500_000), "now", "k3")
    assert [u.effect for u in journal.unfinished("s2")] == [MoveCard("r5", "exit")]
    assert journal.open_session() == "s2"
    assert journal.vault_get("s2", "sms") == "123456"
    assert [body["n"] for _, _, body in journal.debug_rows(9)] == [0, 1, 2]
    before = {(row.lane, row.sequence): row for row in journal.outbox(99)}
    journal.append("s2", Occurred(3, 1_700_000_009_000, CardOffered("r5")), [])
    assert journal.unfinished("s2") == ()
    for row in journal.outbox(99):
        if row.sequence > 1 and (earlier := before.get((row.lane, row.sequence - 1))):
            assert row.previous_hash == earlier.hash
        assert row.hash == chain_hash(
            row.previous_hash, row.lane, row.sequence, row.id, row.type, row.session_id, row.at_ms, row.body
        )
    assert journal.verify().fault == ""
    journal.close()
    Journal.open(old, KEY, "kiosk-001").close()


def test_a_migration_that_breaks_off_leaves_the_older_file(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS[:-1], breaks))
        with pytest.raises(RuntimeError):
            Journal.open(old, KEY, "kiosk-001")
    journal = Journal.open(old, KEY, "kiosk-001")
    assert journal.verify().fault == ""
    journal.close()


def test_a_newer_file_is_refused_in_words_and_left_alone(path: Path) -> None:
    journal = Journal.open(path, KEY, "kiosk-001")
    journal._connection.execute("UPDATE meta SET value = '99' WHERE key = 'schema'")
    journal.close()
    before = path.read_bytes()
    with pytest.raises(GuitaiError, match=r"newer_version") as caught:
        Journal.open(path, KEY, "kiosk-001")
    assert "99" in caught.value.english()
    assert path.read_bytes() == before
