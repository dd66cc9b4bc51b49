"""Personal fields at headquarters: encrypted before they are stored, unreadable once their kiosk or our clock says so."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from guitai.errors import GuitaiError
from guitai.journal import Journal
from guitai.messages.codec import to_data
from guitai.messages.service import UnansweredQuestion
from guitai.messages.session import CloseSession, Occurred
from guitai.messages.sync import GENESIS, OutboxRow, chain_hash
from guitai.messages.voice import CustomerSaid, IntentGuess, Understanding
from guitai.tables import KEYS_DESTROYED, lane_of
from headquarters import audit, day_keys, projections
from headquarters.console import calls
from headquarters.day_keys import DAY_MS, DayKeys, Place
from headquarters.dead_letters import DeadLetter
from headquarters.engine import Where, beside
from headquarters.quality.days import Quality
from headquarters.retention import destroy_old
from headquarters.review import cases
from headquarters.sealing import DESTROYED
from headquarters.service.questions import Questions
from headquarters.store import Arrival, Store
from tests.fixtures.hq import bundles
from tests.fixtures.hq.clock import StandingClock

DAY = 20_000
SAID = "这句话谁也不该读到"
DECISION = {"level": "high", "floors": [{"evidence": SAID}]}


def row(n: int, type_: str, body: dict[str, Any], day: int = DAY, session: str = "S1") -> OutboxRow:
    lane, at_ms = lane_of(type_), day * DAY_MS + 1000 + n
    digest = chain_hash(GENESIS, lane, n, f"{session}.{n}", type_, session, at_ms, body)
    return OutboxRow(lane, n, f"{session}.{n}", type_, session, at_ms, GENESIS, digest, body)


def question() -> dict[str, Any]:
    asked = UnansweredQuestion("Q1", "not_understood", SAID, (IntentGuess("rates", 0.3),), "", "", "zh")
    return {key: value for key, value in to_data(asked).items() if key != "type"}


ESCALATION = bundles.scam("S1-1-help")
ESCALATION["bundle"]["transcript"][0]["text"] = SAID
TOLD = (
    row(1, "session.opened", {"rules_hash": "0" * 64}),
    row(2, "voice.said", {"text": SAID, "language": "zh", "later": SAID}),
    row(3, "risk.decided", {"risk_ref": "S1-1-r", "decision": DECISION, "context": None}),
    row(4, "handover.escalate", ESCALATION),
    row(5, "service.unanswered", question()),
    row(6, "of_a.later_version", {"words": SAID}),
)
OTHER_DAY = row(7, "voice.said", {"text": SAID, "language": "zh"}, DAY + 1)


def sent(*rows: OutboxRow, kiosk: str = "kiosk-001") -> list[Arrival]:
    return [Arrival("heping", kiosk, one) for one in rows]


def gone(n: int, *days: str) -> OutboxRow:
    return row(n, KEYS_DESTROYED, {"data_class": "C2", "days": list(days)}, session="branch-kiosk-001")


NAME = "2024-10-04"
"""Of DAY."""


def readable(store: Store) -> list[str]:
    return [event["type"] for event in store.events("S1") if SAID in str(event["body"])]


def test_no_file_holds_what_was_said_and_all_who_may_can_read_it(tmp_path: Path) -> None:
    store = Store(tmp_path / "store" / "hq.sqlite3")
    store.add(sent(*TOLD), 0)
    store.bury([DeadLetter("kiosk-001", "session", "mqtt.bad_hash", "", "", SAID.encode())], 0)
    assert sorted(readable(store)) == sorted(one.type for one in TOLD if one.type != "session.opened")
    assert projections.sessions(store.connection, 10)[0]["risk"] == DECISION
    assert SAID in str(calls.latest(store.connection, 0, 200))
    assert next(cases.decisions(store.connection))["body"]["decision"] == DECISION
    assert Questions(store.connection, StandingClock()).all(None, 0, 10)[0]["text"] == SAID
    for file in (tmp_path / "store").iterdir():
        assert SAID.encode() not in file.read_bytes(), file
    assert (tmp_path / "store" / "store.keyring").stat().st_mode & 0o777 == 0o600


def test_a_kiosks_destruction_ends_all_reading_of_that_day_and_of_nothing_else(place: Where) -> None:
    with closing(Store(place)) as store, closing(Store(place)) as other:
        store.add(sent(*TOLD, OTHER_DAY), 0)
        store.add(sent(*TOLD, kiosk="kiosk-002"), 0)
        assert SAID in str(other.events("S1"))  # its key is known there, too
        key = _key_bytes(place)
        store.add(sent(gone(8, NAME, "no day", "2024-10-05T00")), 0)
        for each in (store, other):
            mine = [event for event in each.events("S1") if event["kiosk"] == "kiosk-001"]
            assert [event["id"] for event in mine if SAID in str(event["body"])] == [OTHER_DAY.id]
            assert next(event for event in mine if event["type"] == "voice.said")["body"] == {
                "language": "zh", DESTROYED: ["C2"],
            }  # fmt: skip
            sessions = {one["kiosk"]: one["risk"] for one in projections.sessions(each.connection, 10)}
            assert sessions == {"kiosk-001": None, "kiosk-002": DECISION}
            questions = Questions(each.connection, StandingClock()).all(None, 0, 10)
            assert {one["kiosk"]: one["text"] for one in questions} == {"kiosk-001": "", "kiosk-002": SAID}
            assert len(list(cases.decisions(each.connection))) == 1
            assert calls.latest(each.connection, 0, 200) == []  # the id was taken by the first kiosk's
            Quality(each.connection).refresh("2024-10-01", "2024-10-06")
        assert key not in place.keyring.read_bytes()


def test_what_comes_late_for_a_destroyed_day_is_stored_and_never_readable(place: Where) -> None:
    with closing(Store(place)) as store:
        store.add(sent(gone(8, NAME)), 0)
        assert len(store.add(sent(*TOLD, OTHER_DAY), 0).new) == len(TOLD) + 1
        assert readable(store) == ["voice.said"]
        assert not store.add(sent(*TOLD), 0).new


def test_a_destruction_that_was_not_stored_is_done_when_it_comes_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(Store(tmp_path / "hq.sqlite3")) as store:
        store.add(sent(*TOLD), 0)
        with monkeypatch.context() as broken:
            broken.setattr(DayKeys, "destroy", lambda *_: (_ for _ in ()).throw(RuntimeError("cut")))
            with pytest.raises(RuntimeError):
                store.add(sent(gone(8, NAME)), 0)
        assert readable(store)
        assert store.add(sent(gone(8, NAME)), 0).new
        assert not readable(store)


def test_our_own_clock_destroys_what_is_past_its_time(tmp_path: Path) -> None:
    place = beside(tmp_path / "hq.sqlite3")
    with closing(Store(place)) as store, closing(DayKeys(place.keyring)) as keys:
        store.add(sent(*TOLD, OTHER_DAY), 0)
        ends_ms = (DAY + 1) * DAY_MS
        assert destroy_old(keys, {"C2": 180, "C3": 7}, ends_ms + 180 * DAY_MS - 1) == 0
        assert destroy_old(keys, {"C2": 180, "C3": 7}, ends_ms + 180 * DAY_MS) == 1
        assert readable(store) == ["voice.said"]
        assert keys.destroyed(("kiosk-001", DAY, "C2"))


def test_a_key_of_a_day_to_come_counts_from_when_it_was_made(tmp_path: Path) -> None:
    with closing(DayKeys(tmp_path / "k")) as keys:
        keys.key(("kiosk-001", 90_000, "C2"))
        (made_ms,) = keys._connection.execute("SELECT made_ms FROM day_keys").fetchone()
        assert destroy_old(keys, {"C2": 10}, made_ms + 11 * DAY_MS) == 1


def test_a_secret_cannot_be_moved_to_another_event(tmp_path: Path) -> None:
    with closing(Store(tmp_path / "hq.sqlite3")) as store:
        store.add(sent(*TOLD), 0)
        other = replace(TOLD[1], sequence=20, id="S1.20")
        store.add(sent(other), 0)
        store.connection.execute(
            "UPDATE events SET body = (SELECT body FROM events WHERE id = 'S1.2') WHERE id = 'S1.20'"
        )
        moved = next(event for event in store.events("S1") if event["id"] == "S1.20")
        assert moved["body"] == {"language": "zh", DESTROYED: ["C2"]}


def _key_bytes(place: Where) -> bytes:
    with closing(DayKeys(place.keyring)) as keys:
        row = keys._connection.execute(
            "SELECT key FROM day_keys WHERE kiosk = 'kiosk-001' AND day = ?", (DAY,)
        ).fetchone()
    key: bytes = row[0]
    assert key in place.keyring.read_bytes()
    return key


def test_a_destruction_at_the_kiosk_ends_reading_at_both_ends_and_both_still_verify(tmp_path: Path) -> None:
    key = bytes(range(32))
    with (
        closing(Journal.open(tmp_path / "journal.db", key, "kiosk-001")) as journal,
        closing(Store(tmp_path / "hq" / "hq.sqlite3")) as store,
    ):
        said = CustomerSaid(SAID, 0.9, Understanding((IntentGuess("rates", 0.3),), ()))
        rows = journal.append("s1", Occurred(1, DAY * DAY_MS, said), (CloseSession("s1", "done", "x"),))
        store.add(sent(*rows), 0)
        assert SAID in str(store.events("s1"))
        store.add(sent(*journal.destroy_keys("C2", (DAY + 2) * DAY_MS, (DAY + 2) * DAY_MS)), 0)
        with pytest.raises(GuitaiError, match="destroyed"):
            journal.recorded("s1")
        assert SAID not in str(store.events("s1"))
        found = audit.verify(store.connection)
        assert (journal.verify().fault, found.fault, found.destroyed) == ("", "", 1)
    for file in (tmp_path / "hq").iterdir():
        assert SAID.encode() not in file.read_bytes()


def commits(path: Path) -> int:
    """Return SQLite's own count of a file's changes (its file format, section 1.3.6)."""
    return int.from_bytes(path.read_bytes()[24:28], "big")


def test_the_keys_of_a_fleet_that_comes_back_are_made_in_one_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "store.keyring"
    places: list[Place] = [
        (f"kiosk-{n}", DAY + day, class_) for n in range(20) for day in range(3) for class_ in ("C2", "C3")
    ]
    with closing(DayKeys(path)) as keys:
        kept = keys.key(places[0])
        keys.destroy([places[1]])
        before = commits(path)
        keys.need([*places, *places])
        keys.need(places)
        assert commits(path) == before + 1
        assert keys.key(places[0]).encrypt(b"0" * 12, b"x", None) == kept.encrypt(b"0" * 12, b"x", None)
        assert keys.find(places[1]) is None
        assert keys.destroyed(places[1])
        monkeypatch.setattr(day_keys, "MOST_KNOWN", 5)
        secrets = {place: keys.key(place).encrypt(b"0" * 12, b"x", None) for place in places[2:]}
        assert {place: keys.key(place).encrypt(b"0" * 12, b"x", None) for place in places[2:]} == secrets
        assert len(set(secrets.values())) == len(secrets)


def test_a_batch_of_rows_costs_one_commit_of_keys(place: Where) -> None:
    with closing(Store(place)) as store:
        before = commits(place.keyring)
        store.add([Arrival("heping", f"kiosk-{n}", one) for n in range(20) for one in TOLD], 0)
        assert commits(place.keyring) == before + 1
