"""Above the limit a second, different principal allows one deed, once, for a while, signed."""

from __future__ import annotations

from typing import Any

import httpx

from guitai.demo.identity import ELSEWHERE, RISK_OFFICER, SECOND_TELLER, SUPERVISOR, TELLER
from guitai.messages.codec import event_from
from guitai.messages.takeover import TellerOperated
from guitai.wire.approvals import is_signed
from tests.fixtures.hq.console import KEY

from .conftest import Room

ASKED = {"escalation_id": "S1-1-help", "operation": "dispense", "amount_fen": 6_000_000, "reason": "客户急用，证件已核"}
CASH = {"operation": "dispense", "amount_fen": 6_000_000, "reason": "证件已核"}


async def post(http: httpx.AsyncClient, path: str, **body: object) -> tuple[int, str]:
    answer = await http.post(path, json=body)
    return answer.status_code, answer.json().get("code") or answer.json()["state"]


async def asked(room: Room, http: httpx.AsyncClient) -> tuple[str, str]:
    call = room.escalate()
    await http.post(f"{call}/accept")
    return call, (await http.post("/api/approvals", json=ASKED)).json()["id"]


async def test_the_kiosk_gets_what_the_second_principal_signed(room: Room) -> None:
    async with room.person(TELLER) as teller, room.person(RISK_OFFICER) as officer:
        call, id_ = await asked(room, teller)
        assert await post(teller, f"{call}/operate", **CASH, approval_id=id_) == (409, "hq.approval_state")
        assert [one["headline"] for one in (await officer.get("/api/approvals")).json()] == ["给李国强转 180,000 元"]
        assert await post(officer, f"/api/approvals/{id_}/approve") == (200, "approved")
        assert await post(teller, f"{call}/operate", **CASH, approval_id=id_) == (200, "accepted")
        name, data = room.line.told[-1]
        command: Any = event_from({"type": name, **data})
        assert isinstance(command, TellerOperated)
        assert command.approval is not None
        assert (command.approval.approver_id, command.approval.amount_fen) == (RISK_OFFICER, 6_000_000)
        assert is_signed(command.approval, KEY.public_key())
        assert (await teller.get("/api/approvals")).json()[0]["state"] == "used"
        assert await post(teller, f"{call}/operate", **CASH, approval_id=id_) == (409, "hq.approval_state")


async def test_what_others_ask_for_does_not_push_mine_out_of_sight(room: Room) -> None:
    async with room.person(TELLER) as teller, room.person(SUPERVISOR, branches=["heping"]) as boss:
        _, id_ = await asked(room, teller)
        room.escalate("S2-1-help", room.kiosk("kiosk-002", "jiefang"))
        room.store.connection.executemany(
            "INSERT INTO console_approvals(id, escalation_id, operation, amount_fen, reason, asked_by, asked_by_name, asked_ms) "
            "VALUES(?, 'S2-1-help', 'dispense', 1, 'x', ?, 'x', ?)",
            [(f"other-{n}", ELSEWHERE, room.clock.now_ms + 1) for n in range(100)],
        )
        for http in (teller, boss):
            assert [one["id"] for one in (await http.get("/api/approvals")).json()] == [id_]


async def test_nobody_approves_their_own(room: Room) -> None:
    both = {"roles": ["teller", "supervisor"]}
    async with room.person(TELLER, **both) as http:
        _, id_ = await asked(room, http)
        assert await post(http, f"/api/approvals/{id_}/approve") == (403, "hq.own_approval")
    async with room.person(SECOND_TELLER) as teller:
        assert await post(teller, f"/api/approvals/{id_}/approve") == (403, "hq.forbidden")


async def test_nobody_approves_above_their_own_limit_nor_for_another_branch(room: Room) -> None:
    async with room.person(TELLER) as teller, room.person(SUPERVISOR, limit_fen=5_999_999) as junior:
        _, id_ = await asked(room, teller)
        assert await post(junior, f"/api/approvals/{id_}/approve") == (403, "hq.forbidden")
    async with room.person(ELSEWHERE, roles=["supervisor"], limit_fen=100_000_000) as other:
        assert (await other.get("/api/approvals")).json() == []
        assert await post(other, f"/api/approvals/{id_}/approve") == (404, "hq.no_approval")


async def test_it_holds_for_this_deed_only(room: Room) -> None:
    async with room.person(TELLER) as teller, room.person(SUPERVISOR) as boss, room.person(SECOND_TELLER) as two:
        call, id_ = await asked(room, teller)
        await boss.post(f"/api/approvals/{id_}/approve")
        more = CASH | {"amount_fen": 6_000_001}
        assert await post(teller, f"{call}/operate", **more, approval_id=id_) == (404, "hq.no_approval")
        assert await post(teller, f"{call}/hold", decision="release", reason="x", approval_id=id_) == (
            404,
            "hq.no_approval",
        )
        other = room.escalate("S2-1-help")
        await two.post(f"{other}/accept")
        assert await post(two, f"{other}/operate", **CASH, approval_id=id_) == (404, "hq.no_approval")
        assert [name for name in room.line.names() if name == "teller.operated"] == []


async def test_it_lapses_and_is_decided_once(room: Room) -> None:
    async with room.person(TELLER) as teller, room.person(SUPERVISOR) as boss, room.person(RISK_OFFICER) as officer:
        call, id_ = await asked(room, teller)
        assert await post(boss, f"/api/approvals/{id_}/refuse") == (200, "refused")
        assert await post(officer, f"/api/approvals/{id_}/approve") == (409, "hq.approval_state")
        later = (await teller.post("/api/approvals", json=ASKED)).json()["id"]
        await boss.post(f"/api/approvals/{later}/approve")
        room.later(300)
        assert await post(teller, f"{call}/operate", **CASH, approval_id=later) == (409, "hq.approval_state")
        old = (await teller.post("/api/approvals", json=ASKED)).json()["id"]
        room.later(299.9)
        assert (await officer.get("/api/approvals")).json()[0]["state"] == "asked"
        room.later(0.1)
        assert await post(officer, f"/api/approvals/{old}/approve") == (409, "hq.approval_state")


async def test_only_the_holder_asks(room: Room) -> None:
    room.escalate()
    async with room.person(TELLER) as teller:
        assert await post(teller, "/api/approvals", **ASKED) == (409, "hq.wrong_state")
