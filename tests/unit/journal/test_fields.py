"""Personal fields: encrypted per day and class, unreadable once their key is destroyed, while the chains still hold."""

from __future__ import annotations

import importlib
import os
import pkgutil
from pathlib import Path

import orjson
import pytest

import guitai.messages
from guitai.errors import GuitaiError
from guitai.journal import Journal
from guitai.journal.keyring import Keyring
from guitai.journal.sealing import DAY_MS, Sealer
from guitai.messages.classes import DATA_CLASSES, classes_of
from guitai.messages.codec import EFFECTS, EVENTS
from guitai.messages.session import CloseSession, Occurred, SessionOpened
from guitai.messages.voice import CustomerSaid, IntentGuess, Prosody, Speak, Understanding
from tests.unit.journal.conftest import KEY
from tests.unit.journal.sample import START_MS, fill

SAID = CustomerSaid("我叫张小芳", 0.9, Understanding((IntentGuess("transfer", 0.9),)), prosody=Prosody(3, 120))


def say(journal: Journal, session: str, at_ms: int, *, close: bool = True) -> None:
    journal.append(
        session, Occurred(1, at_ms, SessionOpened(session, "kiosk-001", "heping", "浙江", True, 10, "a")), []
    )
    journal.append(session, Occurred(2, at_ms + 1, SAID), [Speak("k1", "张小芳您好")])
    if close:
        journal.append(session, Occurred(3, at_ms + 2, SAID), [CloseSession(session, "done", "x")])


def test_what_is_personal_of_every_message() -> None:
    for module in pkgutil.iter_modules(guitai.messages.__path__):
        importlib.import_module(f"guitai.messages.{module.name}")
    assert classes_of("voice.said") == {"text": "C2", "understanding": "C2", "prosody": "C3"}
    assert classes_of("bank.customer").keys() >= {"masked_name", "payees", "transfers_30d"}
    assert "card_token" not in classes_of("bank.customer")
    assert set(classes_of("face.expression").values()) == {"C3"}
    assert classes_of("bank.post_transfer") == {"payee_name": "C2", "amount": "C2"}
    assert all("request_id" not in classes_of(name) for name in (*EVENTS, *EFFECTS))
    assert all(classes_of(name) == {} for name in EVENTS if name.startswith(("session.", "branch.", "device.")))


def test_nothing_personal_stands_in_the_rows_and_everything_comes_back(journal: Journal) -> None:
    say(journal, "s1", START_MS)
    for (text,) in journal._connection.execute("SELECT CAST(body || effects AS TEXT) FROM event"):
        assert "张小芳" not in text
        assert "prosody" not in text
    said = next(row for row in journal.outbox(99) if row.type == "voice.said")
    assert "prosody" not in said.body
    assert journal.events("s1")[1].event == SAID
    assert journal.effects("s1")[0] == Speak("k1", "张小芳您好")


def test_a_destroyed_class_is_unreadable_and_the_chains_hold(journal: Journal) -> None:
    say(journal, "s1", START_MS)
    say(journal, "s2", START_MS + DAY_MS)
    (row,) = journal.destroy_keys("C3", START_MS + DAY_MS, START_MS + 9 * DAY_MS)
    assert (row.lane, row.body) == ("audit", {"data_class": "C3", "days": ["2024-10-04"]})
    assert journal.destroy_keys("C3", START_MS + DAY_MS, START_MS + 9 * DAY_MS) == ()
    with pytest.raises(GuitaiError, match=r"key_destroyed") as caught:
        journal.recorded("s1")
    assert "C3" in caught.value.english()
    assert journal.events("s2")[1].event == SAID
    assert journal.verify().fault == ""


def test_no_file_holds_a_destroyed_key(journal: Journal, path: Path) -> None:
    say(journal, "s1", START_MS)
    ring = path.with_name("journal.db-keyring")
    wrapped = [
        bytes.fromhex(key).hex() for keys in orjson.loads(ring.read_bytes())["keys"].values() for key in keys.values()
    ]
    assert len(wrapped) == 2
    for class_ in DATA_CLASSES:
        journal.destroy_keys(class_, START_MS + DAY_MS, START_MS + DAY_MS)
    for file in path.parent.iterdir():
        assert all(key.encode() not in file.read_bytes() for key in wrapped), file


@pytest.mark.parametrize("name", ["link", "fsync", "unlink"])
def test_a_break_while_keys_are_destroyed_is_made_good(path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    journal = Journal.open(path, KEY, "kiosk-001")
    say(journal, "s1", START_MS)
    ring = path.with_name("journal.db-keyring")
    (wrapped,) = (keys["C3"] for keys in orjson.loads(ring.read_bytes())["keys"].values())

    def breaks(*_: object, **__: object) -> None:
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr(Path if name == "unlink" else os, name, breaks)
        with pytest.raises(GuitaiError, match=r"disk_full"):
            journal.destroy_keys("C3", START_MS + DAY_MS, START_MS + DAY_MS)
    journal.close()
    again = Journal.open(path, KEY, "kiosk-001")
    again.destroy_keys("C3", START_MS + DAY_MS, START_MS + DAY_MS)
    again.close()
    files = list(path.parent.iterdir())
    assert ring in files
    assert all(wrapped.encode() not in file.read_bytes() for file in files)


def test_no_room_for_a_smaller_keyring_forgets_nothing(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    say(journal, "s1", START_MS)

    def full(*_: object, **__: object) -> None:
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr(os, "link", full)
        with pytest.raises(GuitaiError, match=r"disk_full"):
            journal.destroy_keys("C3", START_MS + DAY_MS, START_MS + DAY_MS)
    assert journal.events("s1")[1].event == SAID
    assert journal.destroy_keys("C3", START_MS + DAY_MS, START_MS + DAY_MS) != ()


def test_open_sessions_and_effects_without_outcome_keep_their_keys(journal: Journal) -> None:
    fill(journal, sessions=("s1", "s2"))  # s2 stays open
    say(journal, "s3", START_MS + 5 * DAY_MS)
    journal.destroy_keys("C2", START_MS + 99 * DAY_MS, START_MS + 99 * DAY_MS)
    assert journal.open_session() == "s2"
    assert len(journal.events("s2")) == 5
    with pytest.raises(GuitaiError, match=r"key_destroyed"):
        journal.events("s3")


def test_a_journal_knows_its_keyring(path: Path) -> None:
    journal = Journal.open(path, KEY, "kiosk-001")
    say(journal, "s1", START_MS)
    journal.close()
    ring = path.with_name("journal.db-keyring")
    content = ring.read_bytes()
    for other in (None, b"", b"{}", content.replace(b'"id":"', b'"id":"0')):
        ring.unlink()
        if other is not None:
            ring.write_bytes(other)
        with pytest.raises(GuitaiError, match=r"keyring_lost"):
            Journal.open(path, KEY, "kiosk-001")
        ring.touch()
    ring.write_bytes(content)
    again = Journal.open(path, KEY, "kiosk-001")
    assert again.events("s1")[1].event == SAID
    again.close()


def test_a_key_is_on_disk_before_it_is_used_and_a_field_stays_in_its_place(tmp_path: Path) -> None:
    ring = Keyring.load(tmp_path / "ring", KEY, None)
    sealer = Sealer(ring)
    sealed = sealer.seal({"type": "voice.speak", "speak_id": "k1", "text": "张小芳"}, "s1", 4, 1, START_MS)
    again = Sealer(Keyring.load(tmp_path / "ring", KEY, ring.id))
    assert again.open(sealed, "s1", 4, 1)["text"] == "张小芳"
    with pytest.raises(GuitaiError, match=r"field_altered"):
        again.open(sealed, "s1", 5, 1)
    with pytest.raises(GuitaiError, match=r"keyring_lost"):
        Sealer(Keyring.load(tmp_path / "ring", bytes(32), ring.id)).open(sealed, "s1", 4, 1)
