"""Every deed stands in the audit before it is done; the database refuses changes, and the chain shows those behind its back."""

from __future__ import annotations

import hashlib
import sqlite3

import orjson
import psycopg
import pytest

from guitai.demo.identity import AUDITOR, RISK_OFFICER, SUPERVISOR, TELLER
from headquarters.console.audit import Audit
from headquarters.engine import PostgresEngine
from headquarters.store import Store

from .conftest import Room


async def deeds(room: Room) -> list[tuple[str, str, str]]:
    async with room.person(AUDITOR) as http:
        found = (await http.get("/api/audit")).json()
    assert found["intact_to"] == found["total"]
    return [(one["who"], one["deed"], one["subject"]) for one in reversed(found["entries"])]


async def test_what_was_done_and_what_was_refused_stands_there(room: Room) -> None:
    call = room.escalate()
    async with room.person(TELLER) as http, room.person(SUPERVISOR) as boss:
        await http.post(f"{call}/accept")
        await http.post(f"{call}/say", json={"text": "您好，我叫林峻"})
        await http.post(f"{call}/say", json={"text": ""})
        await http.post(f"{call}/beat")
        await boss.post(f"{call}/close")
        room.line.refuse = "busy"
        await http.post(f"{call}/push", json={"page": {"title": "说明", "body": "请看"}})
    assert await deeds(room) == [
        (TELLER, "call.accept", "S1-1-help"),
        (TELLER, "call.say", "S1-1-help"),
        (TELLER, "call.say", "S1-1-help"),
        (TELLER, "refused", "S1-1-help"),
        (SUPERVISOR, "refused.role", "S1-1-help"),
        (TELLER, "call.push", "S1-1-help"),
        (TELLER, "refused", "S1-1-help"),
    ]


async def test_words_about_customers_are_not_kept_there(room: Room) -> None:
    call = room.escalate()
    async with room.person(TELLER) as http:
        await http.post(f"{call}/accept")
        await http.post(f"{call}/say", json={"text": "陈浩然先生"})
        await http.post(f"{call}/note", json={"text": "客户住在和平路"})
        await http.post(f"{call}/decide", json={"decision": "reject", "reason": "卡号 6217000012343802 被冒用"})
        await http.post(f"{call}/video/offer", json={"sdp": "v=0 secret", "role": "operator"})
    kept = [row["detail"] for row in room.store.connection.execute("SELECT detail FROM console_audit")]
    assert not any(word in str(kept) for word in ("陈浩然", "和平路", "6217000012343802", "secret"))
    assert any("3802" in one for one in kept)


async def test_what_nobody_reads_does_not_fill_it(room: Room) -> None:
    call = room.escalate()
    async with room.person(TELLER) as http:
        await http.post(f"{call}/accept", json={str(n): "x" * 400 for n in range(100)})
        await http.post(f"{call}/beat", headers={"X-CSRF-Token": "stolen"})
    rows = [
        (row["deed"], row["detail"]) for row in room.store.connection.execute("SELECT * FROM console_audit ORDER BY n")
    ]
    assert rows[0] == ("call.accept", '{"bytes":40791}')
    assert rows[-1][0] == "refused.forged"


async def test_looking_at_recordings_and_sessions_is_a_deed(room: Room) -> None:
    room.escalate()
    async with room.person(RISK_OFFICER) as http:
        await http.get("/api/recordings")
        assert (await http.get("/api/recordings/kiosk-001:r1")).status_code == 404
        await http.get("/api/sessions/S1/events")
    assert await deeds(room) == [
        (RISK_OFFICER, "recording.view", "kiosk-001:r1"),
        (RISK_OFFICER, "refused", "kiosk-001:r1"),
        (RISK_OFFICER, "session.view", "S1"),
    ]


def test_the_database_refuses_to_change_it(room: Room) -> None:
    room.services.audit.write(None, "login.refused")
    for statement in ("UPDATE console_audit SET who = 'x'", "DELETE FROM console_audit"):
        with pytest.raises((sqlite3.IntegrityError, psycopg.errors.IntegrityError)):
            room.store.connection.execute(statement)


def test_a_change_behind_the_databases_back_breaks_the_chain(room: Room) -> None:
    for n in range(5):
        room.services.audit.write(None, f"deed.{n}")
    audit = room.services.audit
    assert (audit.intact_to(), audit.total()) == (5, 5)
    engine = room.store.connection
    for trigger in ("console_audit_kept", "console_audit_stays"):
        on = " ON console_audit" if isinstance(engine, PostgresEngine) else ""
        engine.execute(f"DROP TRIGGER {trigger}{on}")
    engine.execute("UPDATE console_audit SET who = 'somebody else' WHERE n = 3")
    assert audit.intact_to() == 5  # what was found whole is not read again ...
    assert audit.intact_to(anew=True) == 2  # ... unless somebody asks
    engine.execute("DELETE FROM console_audit WHERE n = 2")
    assert audit.intact_to(anew=True) == 1


async def test_pages_go_backwards_and_by_person(room: Room) -> None:
    async with room.person(AUDITOR) as http:
        for n in range(7):
            room.services.audit.write(None, f"deed.{n}")
        first = (await http.get("/api/audit?limit=3")).json()["entries"]
        assert [one["n"] for one in first] == [7, 6, 5]
        second = (await http.get(f"/api/audit?limit=3&before={first[-1]['n']}")).json()["entries"]
        assert [one["n"] for one in second] == [4, 3, 2]
        assert (await http.get("/api/audit?who=0218")).json()["entries"] == []


def test_two_processes_write_one_chain(room: Room, place) -> None:
    other = Store(place)
    try:
        theirs = Audit(other.connection, room.clock)
        for n in range(6):
            (room.services.audit if n % 2 else theirs).write(None, f"deed.{n}")
        assert (theirs.intact_to(), theirs.total()) == (6, 6)
    finally:
        other.close()


def test_a_long_list_is_its_count_and_digest_and_the_rest_stays(room: Room) -> None:
    kiosks = [f"kiosk-{n:04}" for n in range(500)]
    body = {
        "release": "f" * 64,
        "kiosks": kiosks,
        "stages": [5, 25, 100],
        "why": "new voices",
        "in": {"kiosks": kiosks},
    }
    Audit(room.store.connection, room.clock).write(None, "rollout.new", detail=body)
    [entry] = Audit(room.store.connection, room.clock).page(None, 1)
    instead = {"count": 500, "sha256": hashlib.sha256(orjson.dumps(kiosks)).hexdigest()}
    assert entry.detail == {**body, "kiosks": instead, "in": {"kiosks": instead}}
