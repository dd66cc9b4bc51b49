"""The way of a takeover over the HTTP API: who may take, pass on, return; what the kiosk refuses has not happened."""

from __future__ import annotations

import asyncio

import httpx

from guitai.demo.identity import ELSEWHERE, SECOND_TELLER, SENIOR, SUPERVISOR, TELLER

from .conftest import Room


async def post(http: httpx.AsyncClient, path: str, **body: object) -> tuple[int, str]:
    answer = await http.post(path, json=body)
    told = answer.json()
    return answer.status_code, told.get("code") or told.get("state")


async def test_the_first_gets_it_and_nobody_else(room: Room) -> None:
    call = room.escalate()
    async with room.person(TELLER) as one, room.person(SECOND_TELLER) as two:
        answers = await asyncio.gather(*(post(http, f"{call}/accept") for http in (one, two, one, two)))
        assert min(answers) == (200, "accepted")
        assert {status for status, _ in sorted(answers)[1:]} == {409}
        assert room.line.names() == ["teller.joined"]
        assert await post(two if answers.index((200, "accepted")) % 2 == 0 else one, f"{call}/say", text="您好") == (
            403,
            "hq.not_yours",
        )


async def test_a_teller_has_one_customer_at_a_time(room: Room) -> None:
    first, second = room.escalate("S1-1-help"), room.escalate("S2-1-help")
    async with room.person(TELLER) as http:
        assert await post(http, f"{first}/accept") == (200, "accepted")
        assert await post(http, f"{second}/accept") == (409, "hq.busy")
        assert await post(http, f"{first}/close") == (200, "closed")
        assert await post(http, f"{second}/accept") == (200, "accepted")


async def test_what_the_kiosk_refuses_has_not_happened(room: Room) -> None:
    call = room.escalate()
    async with room.person(TELLER) as http:
        room.line.refuse = "busy"
        assert await post(http, f"{call}/accept") == (502, "hq.rejected")
        room.line.refuse = ""
        queue = (await http.get("/api/queue")).json()
        assert [(one["state"], one["teller_id"]) for one in queue["waiting"]] == [("waiting", None)]
        assert await post(http, f"{call}/accept") == (200, "accepted")
        room.line.refuse = "lease_over"  # the kiosk knows better: it is over here, too
        assert await post(http, f"{call}/say", text="在吗") == (502, "hq.rejected")
        assert (await http.get(call)).json()["state"] == "closed"


async def test_declined_it_goes_to_the_next(room: Room) -> None:
    call = room.escalate()
    async with room.person(TELLER) as one, room.person(SENIOR, skills=["risk_desk"]) as two:
        assert [item["for_me"] for item in (await one.get("/api/queue")).json()["waiting"]] == [True]
        assert await post(one, f"{call}/decline", reason="我认识这位客户") == (200, "waiting")
        assert [item["for_me"] for item in (await one.get("/api/queue")).json()["waiting"]] == [False]
        assert [item["for_me"] for item in (await two.get("/api/queue")).json()["waiting"]] == [True]
        assert await post(one, f"{call}/decline", reason="") == (422, "hq.bad_request")


async def test_passed_to_a_colleague_it_is_kept_for_them_for_a_while(room: Room) -> None:
    call = room.escalate()
    async with room.person(TELLER) as one, room.person(SECOND_TELLER) as two, room.person(SENIOR) as three:
        await post(one, f"{call}/accept")
        assert await post(one, f"{call}/transfer", teller_id="nobody") == (404, "hq.no_colleague")
        assert await post(one, f"{call}/transfer", teller_id=TELLER) == (422, "hq.bad_request")
        assert await post(one, f"{call}/transfer", teller_id=SECOND_TELLER, skill="wealth") == (422, "hq.bad_request")
        assert await post(one, f"{call}/transfer", teller_id=SECOND_TELLER, note="请核实收款人 6217000012343802") == (
            200,
            "waiting",
        )
        assert room.line.told[-1] == (
            "teller.left", {"escalation_id": "S1-1-help", "teller_id": TELLER, "transferred": True}
        )  # fmt: skip
        (item,) = (await two.get("/api/queue")).json()["waiting"]
        assert (item["for_me"], item["note"]) == (True, "请核实收款人 ************3802")
        assert await post(three, f"{call}/accept") == (403, "hq.not_yours")
        assert await post(one, f"{call}/say", text="还在") == (409, "hq.wrong_state")
        room.later(30)
        assert await post(three, f"{call}/accept") == (200, "accepted")
        assert await post(two, f"{call}/accept") == (409, "hq.wrong_state")


async def test_passed_to_a_skill_whoever_has_it_sees_it_first(room: Room) -> None:
    call = room.escalate()
    async with room.person(TELLER) as one, room.person(SENIOR) as two:
        await post(one, f"{call}/accept")
        await post(one, f"{call}/transfer", skill="senior", note="客户很着急")
        assert [item["for_me"] for item in (await one.get("/api/queue")).json()["waiting"]] == [False]
        (item,) = (await two.get("/api/queue")).json()["waiting"]
        assert (item["for_me"], item["skills"]) == (True, ["senior"])
        assert await post(two, f"{call}/accept") == (200, "accepted")


async def test_returned_with_a_note_the_machine_goes_on(room: Room) -> None:
    call = room.escalate()
    async with room.person(TELLER) as http:
        await post(http, f"{call}/accept")
        assert await post(http, f"{call}/return", note="客户要自己再想想") == (200, "closed")
        assert room.line.told[-1] == ("teller.left", {"escalation_id": "S1-1-help", "teller_id": TELLER})
        assert [note["text"] for note in (await http.get(call)).json()["notes"]] == ["客户要自己再想想"]
    ended = room.store.connection.execute("SELECT how FROM console_talks").fetchone()
    assert ended["how"] == "returned"


async def test_without_beats_the_teller_is_lost_and_then_the_lease_ends(room: Room) -> None:
    call = room.escalate()
    async with room.person(TELLER) as http:
        await post(http, f"{call}/accept")
        room.later(14.9)
        await room.house.desk.lapse()
        assert (await http.get(call)).json()["state"] == "accepted"
        room.later(0.1)
        assert (await http.get(call)).json()["state"] == "lost"
        assert await post(http, f"{call}/beat") == (200, "lost")
        assert (await http.get(call)).json()["state"] == "accepted"
        room.later(44.9)
        await room.house.desk.lapse()
        assert await post(http, f"{call}/rejoin") == (200, "accepted")
        rejoined = room.line.told[-1]
        assert (rejoined[0], rejoined[1]["lease_ms"]) == ("teller.joined", 600_000 - 59_900)
        room.later(45)
        await room.house.desk.lapse()
        assert (await http.get(call)).json()["state"] == "closed"
        assert room.line.told[-1] == (
            "teller.left", {"escalation_id": "S1-1-help", "teller_id": TELLER, "lapsed": True}
        )  # fmt: skip
        assert await post(http, f"{call}/rejoin") == (409, "hq.wrong_state")


async def test_a_beat_counts_when_the_kiosk_has_heard_it(room: Room) -> None:
    call = room.escalate()
    async with room.person(TELLER) as http:
        await post(http, f"{call}/accept")
        room.line.silent = True  # the broker is gone; the console beats on
        for _ in range(4):
            room.later(11)
            assert (await post(http, f"{call}/beat"))[0] == 200
        assert (await http.get(call)).json()["state"] == "lost"
        room.later(1)
        await room.house.desk.lapse()
        assert (await http.get(call)).json()["state"] == "closed"


async def test_a_kiosk_that_ended_the_lease_ends_it_here_with_the_next_beat(room: Room) -> None:
    call = room.escalate()
    async with room.person(TELLER) as http:
        await post(http, f"{call}/accept")
        room.line.refuse = "lease_over"
        await post(http, f"{call}/beat")
        assert (await http.get(call)).json()["state"] == "closed"
        assert await post(http, f"{call}/beat") == (409, "hq.wrong_state")


async def test_the_lease_ends_after_ten_minutes_whatever_the_console_does(room: Room) -> None:
    call = room.escalate()
    async with room.person(TELLER) as http:
        await post(http, f"{call}/accept")
        for _ in range(59):
            room.later(10)
            assert (await post(http, f"{call}/beat"))[0] == 200
        room.later(10)
        assert await post(http, f"{call}/say", text="还有一句") == (409, "hq.wrong_state")
        assert await post(http, f"{call}/beat") == (409, "hq.wrong_state")
        await room.house.desk.lapse()
        assert (await http.get(call)).json()["state"] == "closed"


async def test_a_kiosk_that_does_not_answer_does_not_keep_the_teller(room: Room, monkeypatch) -> None:
    monkeypatch.setattr("headquarters.commander.ANSWER_TIMEOUT_S", 0.01)
    call = room.escalate()
    async with room.person(TELLER) as http:
        await post(http, f"{call}/accept")
        room.line.silent = True
        assert await post(http, f"{call}/say", text="您好") == (502, "hq.rejected")
        assert await post(http, f"{call}/close") == (200, "closed")


async def test_another_branch_is_not_there_at_all(room: Room) -> None:
    call = room.escalate()
    other = room.escalate("S2-1-help", room.kiosk("kiosk-002", "jiefang"))
    async with room.person(ELSEWHERE) as http:
        assert [item["id"] for item in (await http.get("/api/queue")).json()["waiting"]] == ["S2-1-help"]
        assert (await http.get(call)).status_code == 404
        for deed, body in (
            ("accept", {}), ("decline", {"reason": "x"}), ("say", {"text": "x"}), ("beat", {}), ("close", {}), ("note", {"text": "x"}),
            ("video/offer", {"sdp": "v=0", "role": "operator"}), ("work-order", {"kind": "call_back", "text": "x"}),
            ("label", {"outcome": "honest"}), ("rejoin", {}), ("transfer", {"skill": "senior"}),
        ):  # fmt: skip
            assert await post(http, f"{call}/{deed}", **body) == (404, "hq.no_escalation"), deed
        assert await post(http, f"{other}/accept") == (200, "accepted")


async def test_a_colleagues_talk_is_not_for_everybody(room: Room) -> None:
    call = room.escalate()
    async with room.person(TELLER) as one, room.person(SECOND_TELLER) as two, room.person(SUPERVISOR) as boss:
        assert (await two.get(call)).status_code == 200  # it waits: whoever may take it reads first
        await post(one, f"{call}/accept")
        assert ((await two.get(call)).status_code, (await boss.get(call)).status_code) == (403, 200)
        # who may not read adds nothing
        assert await post(two, f"{call}/note", text="不是我的") == (403, "hq.not_yours")
        assert await post(two, f"{call}/work-order", kind="call_back", text="x") == (403, "hq.not_yours")
        await post(one, f"{call}/transfer", teller_id=SECOND_TELLER)
        await post(two, f"{call}/accept")
        assert ((await one.get(call)).status_code, (await two.get(call)).status_code) == (
            200,
            200,
        )  # who had it may look again


async def test_a_supervisor_listens_and_everybody_is_told(room: Room) -> None:
    call = room.escalate()
    async with room.person(TELLER) as teller, room.person(SUPERVISOR) as boss:
        assert await post(boss, f"{call}/listen") == (409, "hq.wrong_state")
        await post(teller, f"{call}/accept")
        assert await post(boss, f"{call}/video/offer", sdp="v=0", role="listener") == (403, "hq.not_yours")
        assert (await post(boss, f"{call}/listen"))[0] == 200
        assert room.line.told[-1][0] == "listener.joined"
        room.line.data = {"sdp": "answer"}
        answer = await boss.post(f"{call}/video/offer", json={"sdp": "v=0", "role": "listener"})
        assert answer.json() == {"sdp": "answer"}
        assert await post(boss, f"{call}/video/offer", sdp="v=0", role="operator") == (403, "hq.not_yours")
        assert (await teller.get(call)).json()["video"]["listeners"] == ["何静"]
        assert (await post(boss, f"{call}/unlisten"))[0] == 200
        assert await post(boss, f"{call}/video/offer", sdp="v=0", role="listener") == (403, "hq.not_yours")


async def test_a_label_goes_to_the_review_and_only_from_who_had_the_call(room: Room) -> None:
    decision = room.escalate() and {"risk_ref": "S1-3-risk", "decision": {"level": "high"}, "context": None}
    room.kiosk().send("risk.decided", decision, "S1", room.clock.now_ms, "S1-3-risk")
    call = "/api/escalations/S1-1-help"
    async with room.person(TELLER) as one, room.person(SECOND_TELLER) as two:
        await post(one, f"{call}/accept")
        assert await post(two, f"{call}/label", outcome="honest") == (403, "hq.not_yours")
        assert (await post(one, f"{call}/label", outcome="fraud_stopped"))[0] == 200
        assert (await one.get(call)).json()["outcome"] == "fraud_stopped"
    row = room.store.connection.execute("SELECT * FROM risk_labels").fetchone()
    assert (row["risk_ref"], row["source"], row["fraud"], row["said_by"]) == ("S1-3-risk", "teller", 1, TELLER)


async def test_what_becomes_of_a_hold_is_kept_for_the_review(room: Room) -> None:
    for n, (decision, kept) in enumerate((("release", "approve"), ("confirm", "reject")), 1):
        call = room.escalate(f"S{n}-1-help")
        async with room.person(TELLER) as http:
            await post(http, f"{call}/accept")
            assert (await http.get(call)).json()["hold"] is True
            await post(http, f"{call}/hold", decision=decision, reason="已核实")
            found = (await http.get(call)).json()
            assert (found["decision"], found["hold"]) == (kept, False)
            await post(http, f"{call}/close")


async def test_a_work_order_reaches_the_service_desk_without_names(room: Room) -> None:
    call = room.escalate()
    async with room.person(TELLER) as http:
        assert await post(http, f"{call}/work-order", kind="answered", text="x") == (422, "hq.bad_request")
        made = (
            await http.post(f"{call}/work-order", json={"kind": "call_back", "text": "明天回访 13800138000"})
        ).json()
        order = (await http.get(f"/api/work-orders/{made['kiosk']}/{made['id']}")).json()
        assert (order["solution"], order["category"], order["risk_level"]) == ("call_back", "transfer", "high")
        assert "*******8000" in order["reason"]
        assert "李国强" not in str(order)
