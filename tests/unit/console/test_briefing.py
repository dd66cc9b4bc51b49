"""The briefing tells everything once, follows the talk, and shows nothing that must be masked; boards and figures beside it."""

from __future__ import annotations

from typing import Any

import pytest

from guitai.demo.identity import AUDITOR, ELSEWHERE, RISK_OFFICER, SECOND_TELLER, SUPERVISOR, TELLER
from guitai.knowledge import answers
from headquarters.console import advice
from tests.fixtures.hq import bundles
from tests.unit.service.desk import Kiosk

from .conftest import Room


def said(room: Room, text: str, **understanding: Any) -> None:
    room.later(1)
    understood = {
        "intents": [{"name": "fee_query", "probability": 0.9}],
        "answers": [],
        "sentiment": "neutral",
    } | understanding
    body = {"text": text, "confidence": 0.9, "language": "zh", "understanding": understood}
    room.kiosk().send("voice.said", body, "S1", room.clock.now_ms)


async def test_nothing_has_to_be_asked_again(room: Room) -> None:
    call = room.escalate()
    async with room.person(TELLER) as http:
        found = (await http.get(call)).json()
    assert [line["who"] for line in found["transcript"]] == ["kiosk", "customer", "kiosk", "customer", "kiosk"]
    assert found["slots"] == {"payee": "李国强", "amount": "180,000.00", "account": "尾号9999"}
    assert (found["screen"], found["hold"], found["headline"]) == ("held", True, "给李国强转 180,000 元")
    assert sum(part["contribution"] for part in found["risk"]["factors"]) == pytest.approx(
        found["risk"]["r"], abs=0.005
    )
    assert found["risk"]["floors"][1]["evidence"] == "公安局的人、安全账户"
    assert found["risk"]["cues"][0]["evidence"] == "公安局的人、安全账户"
    assert [mood["anxiety"] for mood in found["moods"]] == [0.0, 0.42]
    assert [one["text"] for one in found["intents"]] == ["转账"]


async def test_the_talk_goes_on_in_it_and_each_line_stands_there_once(room: Room) -> None:
    call = room.escalate()
    async with room.person(TELLER) as http:
        await http.post(f"{call}/accept")
        said(room, "我的卡号是 6217 0000 1234 3802")
        room.kiosk().send(
            "teller.said",
            {"escalation_id": "S1-1-help", "teller_id": TELLER, "text": "您慢慢说"},
            "S1",
            room.clock.now_ms,
        )
        room.kiosk().send("voice.speak", {"speak_id": "1", "text": "您慢慢说"}, "S1", room.clock.now_ms)
        room.kiosk().send("voice.speak", {"speak_id": "2", "text": "请看屏幕"}, "S1", room.clock.now_ms)
        lines = (await http.get(call)).json()["transcript"][5:]
    assert [(line["who"], line["text"]) for line in lines] == [
        ("customer", "我的卡号是 ************3802"), ("teller", "您慢慢说"), ("kiosk", "请看屏幕"),
    ]  # fmt: skip


async def test_what_is_recommended_follows_the_talk(room: Room) -> None:
    call = room.escalate()
    async with room.person(TELLER) as http:
        before = (await http.get(call)).json()["recommended"]
        assert before["wording"][0]["id"] == "safe_account"
        assert before["answers"][0]["id"] == "fr-safe-account"
        assert {"never_pin", "do_not_accuse", "right_to_review", "hold_needs_reason", "aml"} <= {
            one["id"] for one in before["reminders"]
        }
        said(room, "转账手续费多少", answers=[{"id": "transfer-fee", "probability": 0.8}])
        answer = next(iter(answers.in_use().entries))
        said(
            room,
            "我想买基金",
            intents=[{"name": "wealth_products", "probability": 0.9}],
            answers=[{"id": answer, "probability": 0.8}],
        )
        after = (await http.get(call)).json()
    assert [one["id"] for one in after["recommended"]["answers"]][:2] == ["fr-safe-account", answer]
    assert "consent_recording" in {one["id"] for one in after["recommended"]["reminders"]}
    assert [one["id"] for one in after["intents"]] == ["transfer", "fee_query", "wealth_products"]


async def test_in_english_for_who_reads_english(room: Room) -> None:
    call = room.escalate()
    async with room.person(TELLER, locale="en") as http:
        found = (await http.get(call)).json()
    assert found["recommended"]["wording"][0]["text"].startswith("The police")
    assert found["risk"]["factors"][0]["text"] == "card's region: card from another region"


async def test_a_silent_alarm_warns_first(room: Room) -> None:
    body = bundles.scam("S1-1-help")
    body["bundle"]["silent"] = True
    call = room.escalate(body=body)
    async with room.person(TELLER) as http:
        found = (await http.get(call)).json()
    assert (found["silent"], found["priority"]) == (True, 0)
    assert found["recommended"]["wording"][0]["id"] == "silent"
    assert "silent_first" in {one["id"] for one in found["recommended"]["reminders"]}


async def test_what_the_customer_gave_and_who_is_connected(room: Room) -> None:
    call, kiosk = room.escalate(), room.kiosk()
    ours = {"escalation_id": "S1-1-help"}
    async with room.person(TELLER) as http:
        await http.post(f"{call}/accept")
        room.later(1)
        for type_, body in (
            ("handover.consent", ours | {"what": "video", "agreed": True}),
            ("video.state", ours | {"viewer_id": TELLER, "state": "connected"}),
            ("handover.signed", ours | {"title": "确认书", "sha256": "0" * 64}),
            ("teller.queued", ours | {"position": 1, "wait_s": 10}),
        ):
            kiosk.send(type_, body, "S1", room.clock.now_ms)
        found = (await http.get(call)).json()
    assert found["video"] == {"operator": "connected", "listener": "none", "consent": True, "listeners": []}
    assert [one["type"] for one in found["happened"]] == ["handover.consent", "video.state", "handover.signed"]


def test_every_condition_of_the_advice_names_something_that_exists() -> None:
    from guitai.dialogue.data import INTENTS

    book, entries = advice.book(), answers.in_use().entries
    for one in (*book.wording, *book.reminders):
        assert set(one.when.intents) <= set(INTENTS), one.id
    assert set(book.scam_answers.values()) <= entries.keys()
    assert len({one.id for one in (*book.wording, *book.reminders)}) == len(book.wording) + len(book.reminders)


def test_the_words_never_accuse() -> None:
    for one in advice.book().wording:
        assert not any(word in one.zh for word in ("您被骗", "你被骗", "骗子", "上当"))


async def test_the_board_shows_the_branches_in_scope(room: Room) -> None:
    room.escalate()
    room.escalate("S2-1-help", room.kiosk("kiosk-002", "jiefang"))
    async with (
        room.person(TELLER) as http,
        room.person(SUPERVISOR) as all_,
        room.person(ELSEWHERE, roles=["supervisor"]) as other,
    ):
        await http.post("/api/escalations/S1-1-help/accept")
        found = (await all_.get("/api/supervisor/board")).json()
        assert [one["id"] for one in found["talking"]] == ["S1-1-help"]
        assert [one["id"] for one in found["waiting"]] == ["S2-1-help"]
        assert [(one["id"], one["state"]) for one in found["tellers"]] == [(TELLER, "busy")]
        found = (await other.get("/api/supervisor/board")).json()
        assert [one["id"] for one in found["waiting"]] == ["S2-1-help"]
        assert found["talking"] == []


async def test_service_quality_is_measured_or_said_not_to_be(room: Room) -> None:
    async with room.person(TELLER) as one, room.person(SECOND_TELLER) as two, room.person(SUPERVISOR) as boss:
        empty = (await boss.get("/api/supervisor/quality")).json()
        assert [
            (figure["name"], figure["value"]) for figure in empty[0]["figures"] if figure["name"] != "declined"
        ] == [
            (name, None) for name in ("first_response_s", "in_time", "talk_s", "resolved", "satisfaction", "unattended")
        ]
        for n, (http, wait_s, talk_s) in enumerate(((one, 30, 100), (two, 200, 300)), 1):
            call = room.escalate(f"S{n}-1-help")
            room.later(wait_s)
            await http.post(f"{call}/accept")
            room.later(talk_s)
            assert (await http.post(f"{call}/close")).status_code == 200
        await one.post("/api/escalations/S1-1-help/label", json={"outcome": "resolved"})
        room.kiosk().send(
            "session.closed", {"reason": "done", "outcome": "", "satisfied": True}, "S1", room.clock.now_ms
        )
        every, *each = (await boss.get("/api/supervisor/quality")).json()
    figures = {figure["name"]: (figure["value"], figure["n"]) for figure in every["figures"]}
    assert figures["first_response_s"] == (115.0, 2)
    assert figures["in_time"] == (50.0, 2)
    assert figures["talk_s"] == (200.0, 2)
    assert figures["resolved"] == (100.0, 1)
    assert figures["satisfaction"] == (100.0, 1)
    assert {one["teller_id"]: one["name"] for one in each} == {TELLER: "林峻", SECOND_TELLER: "周敏"}


async def test_the_forecast_rests_on_the_same_weekday(room: Room) -> None:
    """Four calls an hour of ten minutes each at ten o'clock, for two weeks' Mondays."""
    from headquarters.quality.read import start_ms

    room.clock.now_ms = start_ms("2025-11-25") + 8 * 3_600_000
    for week, day in enumerate(("2025-11-17", "2025-11-24")):
        for n in range(4):
            room.clock.now_ms = start_ms(day) + 10 * 3_600_000 + n * 600_000
            room.escalate(f"S{week}{n}-1-help")
    room.store.connection.execute("INSERT INTO console_talks VALUES('S00-1-help', 1, 't', 't', 1000, 601000, 'closed')")
    room.clock.now_ms = start_ms("2025-11-25") + 8 * 3_600_000
    async with room.person(SUPERVISOR) as http:
        found = (await http.get("/api/supervisor/forecast?weekday=0")).json()
    assert (found["weekday"], found["days"]) == (0, 2)
    ten = found["hours"][10]
    assert (ten["calls"], ten["talk_s"], ten["tellers"]) == (4.0, 600.0, 3)  # 0.67 erlang: C(3) = 4 %
    assert found["hours"][9]["tellers"] == 0


async def test_cases_are_those_above_low(room: Room) -> None:
    room.escalate()
    decision = bundles.scam("x")["bundle"]["risk"]
    room.kiosk().send(
        "risk.decided", {"risk_ref": "S1-3-risk", "decision": decision, "context": None}, "S1", room.clock.now_ms
    )
    low = {**decision, "level": "low"}
    room.kiosk().send(
        "risk.decided", {"risk_ref": "S2-3-risk", "decision": low, "context": None}, "S2", room.clock.now_ms
    )
    async with room.person(RISK_OFFICER) as http:
        (case,) = (await http.get("/api/cases")).json()
        assert (case["session_id"], case["level"], case["labelled"], case["escalation_id"]) == (
            "S1",
            "high",
            None,
            "S1-1-help",
        )
        await http.post("/api/review/labels", json={"case": "S1-3-risk", "fraud": True, "source": "complaint"})
        assert (await http.get("/api/cases")).json()[0]["labelled"] is True


async def test_recordings_are_for_those_who_may(room: Room) -> None:
    room.escalate()
    room.store.connection.execute(
        "INSERT INTO packages VALUES('kiosk-001', 'S1-1', 'recording', ?, '{\"kind\": \"sale\"}', '[\"a\", \"b\"]', 7)",
        ("0" * 64,),
    )
    async with (
        room.person(AUDITOR) as http,
        room.person(TELLER) as teller,
        room.person(ELSEWHERE, roles=["auditor"]) as other,
    ):
        assert [one["id"] for one in (await http.get("/api/recordings")).json()] == ["kiosk-001:S1-1"]
        assert (await http.get("/api/recordings/kiosk-001:S1-1")).json()["manifest"] == {"kind": "sale"}
        assert (await teller.get("/api/recordings")).status_code == 403
        assert (await other.get("/api/recordings")).json() == []
        assert (await other.get("/api/recordings/kiosk-001:S1-1")).status_code == 404


async def test_a_recording_stays_with_the_branch_of_its_session(room: Room) -> None:
    """A kiosk that moved takes its recordings along nowhere; one whose session is not here is for those who see every branch."""
    moved = {"heping": "S1-1-recording", "xincheng": "S1-2-7-recording"}
    room.kiosk().send("session.opened", {}, "S1", room.clock.now_ms)
    Kiosk(room.store, "kiosk-001", "xincheng", room.kiosk().heads).send("session.opened", {}, "S1-2", room.clock.now_ms)
    for name in (*moved.values(), "S9-1-recording"):
        room.store.connection.execute(
            "INSERT INTO packages VALUES('kiosk-001', ?, 'recording', ?, '{}', '[]', 7)", (name, "0" * 64)
        )
    for branch, name in moved.items():
        async with room.person(AUDITOR, branches=[branch]) as http:
            listed = (await http.get("/api/recordings?limit=1")).json()
            assert [(one["name"], one["branch"]) for one in listed] == [(name, branch)]
            for other in {*moved.values(), "S9-1-recording"} - {name}:
                assert (await http.get(f"/api/recordings/kiosk-001:{other}")).status_code == 404
    async with room.person(AUDITOR) as http:
        assert {one["name"]: one["branch"] for one in (await http.get("/api/recordings")).json()} == {
            "S1-1-recording": "heping", "S1-2-7-recording": "xincheng", "S9-1-recording": "",
        }  # fmt: skip
