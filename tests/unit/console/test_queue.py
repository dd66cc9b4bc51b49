"""Order, skills and expected wait are pure; the promise is kept at the kiosk, and an alarm is given when nobody accepts."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from guitai.demo.identity import PEOPLE, SENIOR, TELLER
from headquarters.console import queue
from headquarters.console.calls import Call
from headquarters.console.queue import Place, alarming, ordered, places, priority, skills
from headquarters.console.staff import Colleague
from headquarters.live import Notice
from tests.fixtures.hq import bundles
from tests.fixtures.hq.console import somebody

from .conftest import NOW, Room


def call(id_: str = "c1", at_ms: int = NOW, **changes: Any) -> Call:
    bundle = {"why": "asked", "transcript": [], "intents": [], "risk": None, "silent": False} | changes.pop(
        "bundle", {}
    )
    plain: dict[str, Any] = {
        "id": id_, "kiosk": "kiosk-001", "branch": "heping", "session_id": "S1", "at_ms": at_ms, "bundle": bundle, "state": "waiting",
        "teller_id": None, "teller_name": None, "accepted_ms": None, "lease_until_ms": None, "beat_ms": None, "decision": None,
        "outcome": None, "skill": None, "for_teller": None, "passed_by": None, "passed_ms": None, "note": "",
        "declined_by": frozenset(), "told": None, "alarmed": False, "events": 0,
    }  # fmt: skip
    return Call(**(plain | changes))


def colleague(id_: str = "t1", state: str = "ready", **changes: Any) -> Colleague:
    plain: dict[str, Any] = {"id": id_, "name": id_, "skills": (), "branches": (), "state": state, "seen_ms": NOW}
    return Colleague(**(plain | changes))


HIGH, MEDIUM = {"risk": {"level": "high"}, "why": "risk"}, {"risk": {"level": "medium"}, "why": "risk"}


@pytest.mark.parametrize(
    ("bundle", "expected"),
    [
        (HIGH, 0),
        ({"silent": True}, 0),
        (MEDIUM, 1),
        ({"why": "negative"}, 1),
        ({"why": "dispute"}, 1),
        ({}, 2),
        ({"why": "approve"}, 2),
    ],
)
def test_danger_comes_first(bundle: dict[str, Any], expected: int) -> None:
    assert priority(call(bundle=bundle), NOW) == expected


def test_nobody_waits_for_ever_behind_urgent_ones() -> None:
    plain, upset = call("plain", NOW - 91_000), call("upset", NOW - 1_000, bundle={"why": "complaint"})
    assert [one.id for one in ordered([upset, plain], NOW)] == ["plain", "upset"]
    assert [one.id for one in ordered([upset, plain], NOW - 2_000)] == ["upset", "plain"]


@pytest.mark.parametrize(
    ("bundle", "expected"),
    [
        (HIGH, ("risk_desk",)),
        ({"why": "negative"}, ("senior",)),
        ({"why": "complaint"}, ("senior",)),
        ({"intents": ["insurance"]}, ("wealth",)),
        ({"transcript": [{"who": "customer", "text": "I would like to open an account"}]}, ("language",)),
        ({"transcript": [{"who": "customer", "text": "我要开户，OK 吗"}]}, ()),
        ({"transcript": [{"who": "kiosk", "text": "Hello"}]}, ()),
    ],
)
def test_the_call_asks_for_who_can_help(bundle: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert skills(call(bundle=bundle)) == expected


def test_every_intent_of_wealth_is_one_of_the_kiosks() -> None:
    from guitai.dialogue.data import INTENTS

    assert set(INTENTS) >= queue.WEALTH


def test_the_expected_wait_grows_with_the_place_and_shrinks_with_the_tellers() -> None:
    waiting = [call(f"c{n}", NOW + n) for n in range(4)]
    held = [call("h1", state="accepted", teller_id="t1"), call("h2", state="accepted", teller_id="t2")]
    staff = [colleague("t1"), colleague("t2"), colleague("t3")]
    found = places([*waiting, *held], staff, 120.0, NOW)
    assert found == {"c0": Place(1, 10), "c1": Place(2, 70), "c2": Place(3, 130), "c3": Place(4, 190)}
    assert places(waiting, [], 120.0, NOW)["c0"] == Place(1, queue.PROMISE_S)
    assert places([*waiting, held[0]], [colleague("t1")], None, NOW)["c0"] == Place(1, queue.TALK_S + 10)


def test_the_alarm_comes_after_a_minute_or_when_nobody_is_there() -> None:
    ready, elsewhere = [colleague()], [colleague(branches=("jiefang",))]
    assert not alarming(call(at_ms=NOW - 59_000), ready, NOW)
    assert alarming(call(at_ms=NOW - 60_000), ready, NOW)
    assert alarming(call(), [], NOW)
    assert alarming(call(), elsewhere, NOW)
    assert alarming(call(), [colleague(state="away")], NOW)
    assert not alarming(call(at_ms=NOW - 600_000, passed_ms=NOW - 1_000), ready, NOW)
    assert not alarming(call(state="accepted", at_ms=NOW - 600_000), ready, NOW)


async def test_the_kiosk_is_told_when_its_place_changes(room: Room) -> None:
    async with room.person(TELLER) as http:
        room.escalate("S1-1-help", room.kiosk(), bundles.asked("S1-1-help"))
        room.later(1)
        room.escalate("S2-1-help", room.kiosk("kiosk-002"), bundles.asked("S2-1-help"))
        for _ in range(3):
            room.house.promise.round()
        told = [data for name, data in room.line.told if name == "teller.queued"]
        assert told == [
            {"escalation_id": "S1-1-help", "position": 1, "wait_s": 10},
            {"escalation_id": "S2-1-help", "position": 2, "wait_s": 180},
        ]
        await http.post("/api/escalations/S1-1-help/accept")
        room.house.promise.round()
        assert room.line.told[-1] == ("teller.queued", {"escalation_id": "S2-1-help", "position": 1, "wait_s": 250})


async def test_a_kiosk_is_told_of_the_customer_before_it_alone(room: Room) -> None:
    """Thousands of calls left open by one kiosk's killed sessions were each told twice a second; its events waited behind."""
    async with room.person(TELLER):
        for number in range(1, 4):
            room.escalate(f"S{number}-1-help", room.kiosk(), bundles.asked(f"S{number}-1-help"))
            room.later(1)
        room.house.promise.round()
    assert [data["escalation_id"] for name, data in room.line.told if name == "teller.queued"] == ["S3-1-help"]


async def test_what_the_kiosk_could_not_hear_is_told_again(room: Room) -> None:
    async with room.person(TELLER):
        room.line.refuse = "unknown_nonce"
        room.escalate()
        for _ in range(2):
            room.house.promise.round()
            await asyncio.sleep(0)  # the answer comes
        room.line.refuse = ""
        for _ in range(3):
            room.house.promise.round()
            await asyncio.sleep(0)
    assert room.line.names() == ["teller.queued"] * 3


async def test_a_silent_alarm_is_never_told_a_place(room: Room) -> None:
    body = bundles.scam("S1-1-help")
    body["bundle"]["silent"] = True
    room.escalate("S1-1-help", body=body)
    room.house.promise.round()
    assert room.line.told == []


async def test_a_silent_alarm_takes_no_place_from_the_customer_who_waits(room: Room) -> None:
    async with room.person(TELLER):
        room.escalate("S1-1-help", room.kiosk(), bundles.asked("S1-1-help"))
        room.later(1)
        body = bundles.scam("S1-2-help")
        body["bundle"]["silent"] = True
        room.escalate("S1-2-help", room.kiosk(), body)
        room.house.promise.round()
    assert [data["escalation_id"] for name, data in room.line.told if name == "teller.queued"] == ["S1-1-help"]


async def test_the_alarm_is_given_once_and_shown(room: Room) -> None:
    with room.services.live.listen(lambda _: True) as notices:
        async with room.person(TELLER) as http:
            room.escalate()
            room.house.promise.round()
            assert (await http.get("/api/queue")).json()["figures"]["alarm"] is False
            while not notices.empty():
                notices.get_nowait()
            room.later(60)
            await http.get("/api/supervisor/tellers")
            for _ in range(3):
                room.house.promise.round()
            found = (await http.get("/api/queue")).json()
            assert (found["figures"]["alarm"], found["figures"]["longest_s"]) == (True, 60)
    told = [notices.get_nowait() for _ in range(notices.qsize())]
    assert told.count(Notice("escalation", "S1-1-help", "heping")) == 1
    assert (
        room.store.connection.execute("SELECT alarmed_ms FROM console_calls").fetchone()["alarmed_ms"] == NOW + 60_000
    )


async def test_consoles_of_every_process_are_told_what_any_of_them_did(room: Room) -> None:
    """What this process did not do itself it finds in the tables, twice a second."""
    room.services.staff.came(somebody(TELLER))
    room.escalate()
    room.house.promise.round()
    with room.services.live.listen(lambda notice: notice.branch == "heping") as notices:
        room.house.promise.round()
        assert notices.empty()
        room.kiosk().send("voice.said", {"text": "在吗"}, "S1", room.clock.now_ms)
        room.house.promise.round()
        assert [notices.get_nowait() for _ in range(notices.qsize())] == [Notice("transcript", "S1", "heping")]
        room.store.connection.execute("UPDATE escalations SET teller_id = 'x' WHERE id = 'S1-1-help'")
        room.house.promise.round()
        told = {notices.get_nowait() for _ in range(notices.qsize())}
        assert told == {Notice("queue", "S1-1-help", "heping"), Notice("escalation", "S1-1-help", "heping")}


def test_what_arrives_is_told_only_as_far_as_somebody_looks() -> None:
    from guitai.messages.sync import OutboxRow
    from headquarters.console.notices import notices
    from headquarters.store import Arrival, Stored

    def arrival(type_: str, session: str, **body: str) -> Arrival:
        return Arrival("heping", "kiosk-001", OutboxRow("session", 1, "1", type_, session, 1, "", "", body))

    new = (
        arrival("voice.said", "S1"), arrival("voice.said", "S2"), arrival("device.state", "S2"),
        arrival("handover.escalate", "S3", escalation_id="S3-1-help"),
    )  # fmt: skip
    assert notices(Stored({}, new, 0, ()), {"S1"}) == {
        Notice("transcript", "S1", "heping"), Notice("fleet", "kiosk-001", "heping"), Notice("queue", "S3-1-help", "heping"),
        Notice("escalation", "S3-1-help", "heping"),
    }  # fmt: skip


async def test_skills_decide_whose_it_is(room: Room) -> None:
    room.escalate("S1-1-help", body=bundles.asked("S1-1-help", "complaint"))
    async with room.person(TELLER) as one, room.person(SENIOR) as two:
        assert [item["for_me"] for item in (await one.get("/api/queue")).json()["waiting"]] == [False]
        assert [item["for_me"] for item in (await two.get("/api/queue")).json()["waiting"]] == [True]
        assert (await one.post("/api/escalations/S1-1-help/accept")).status_code == 200  # three minutes count more


def test_the_demo_knows_one_of_each_role() -> None:
    from headquarters.console.people import ROLES

    assert {role for claims in PEOPLE.values() for role in claims["roles"]} >= set(ROLES)
