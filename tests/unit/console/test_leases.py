"""What headquarters does where an answer of the kiosk got lost, and where the console of who listens is gone."""

from __future__ import annotations

import asyncio

import pytest

from guitai.demo.identity import SECOND_TELLER, SENIOR, SUPERVISOR, TELLER
from headquarters.console import calls, desk
from tests.fixtures.hq.world import eventually

from .conftest import Room
from .test_desk import post


async def test_a_join_whose_answer_got_lost_is_undone(room: Room) -> None:
    call = room.escalate()
    async with room.person(TELLER) as one, room.person(SECOND_TELLER) as two:
        room.line.refuse = "core_silent"
        assert (await post(one, f"{call}/accept"))[0] == 502
        room.line.refuse = ""
        await eventually(lambda: room.line.names()[-1] == "teller.left")
        left = {"escalation_id": "S1-1-help", "teller_id": TELLER, "transferred": True}
        assert room.line.told[-1] == ("teller.left", left)
        assert await post(two, f"{call}/accept") == (200, "accepted")


async def test_a_teller_who_comes_after_all_is_not_sent_away(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "UNDO_EVERY_S", 0.05)
    call = room.escalate()
    async with room.person(TELLER) as one:
        room.line.refuse = "core_silent"
        assert (await post(one, f"{call}/accept"))[0] == 502
        room.line.refuse = ""
        assert await post(one, f"{call}/accept") == (200, "accepted")
        await asyncio.gather(*room.house.desk._undoing)
        assert room.line.names()[-1] == "teller.joined"


async def test_a_call_the_kiosk_does_not_know_any_more_waits_for_nobody(room: Room) -> None:
    call = room.escalate()
    async with room.person(TELLER) as http:
        room.line.refuse = "no_escalation"
        assert (await post(http, f"{call}/accept"))[0] == 502
        assert (await http.get("/api/queue")).json()["waiting"] == []


@pytest.mark.parametrize("moment", ["beat", "deed", "lapse"])
async def test_a_customer_who_was_passed_on_waits_although_the_answer_got_lost(room: Room, moment: str) -> None:
    call = room.escalate()
    async with room.person(TELLER) as one, room.person(SENIOR) as two:
        await post(one, f"{call}/accept")
        room.line.refuse = "core_silent"
        assert (await post(one, f"{call}/transfer", skill="senior", note="客户很着急"))[0] == 502
        room.line.refuse = "not_lease_holder"
        if moment == "beat":
            await post(one, f"{call}/beat")
        elif moment == "deed":
            await post(one, f"{call}/say", text="还在")
        else:
            room.later(45)
            await room.house.desk.lapse()
        await eventually(lambda: calls.one(room.house.engine, "S1-1-help", room.clock.unix_ms()).state == "waiting")
        (item,) = (await two.get("/api/queue")).json()["waiting"]
        assert (item["skills"], item["note"]) == (["senior"], "客户很着急")
        room.line.refuse = ""
        assert await post(two, f"{call}/accept") == (200, "accepted")


async def test_an_offline_kiosk_is_told_of_a_lapse_until_it_has_answered(room: Room) -> None:
    call = room.escalate()
    async with room.person(TELLER) as one, room.person(SENIOR) as two:
        await post(one, f"{call}/accept")
        room.line.refuse = "core_silent"
        assert (await post(one, f"{call}/transfer", skill="senior", note="客户很着急"))[0] == 502
        room.online(False)
        room.later(45)
        await room.house.desk.lapse()
        assert (await one.get(call)).json()["state"] == "closed"
        room.online(True)
        await room.house.desk.lapse()  # core may be away at first
        room.line.refuse = "not_lease_holder"
        await room.house.desk.lapse()
        await room.house.desk.lapse()  # told twice before the first answer
        await eventually(lambda: calls.one(room.house.engine, "S1-1-help", room.clock.unix_ms()).state == "waiting")
        room.line.refuse = ""
        assert await post(two, f"{call}/accept") == (200, "accepted")
        count = len(room.line.told)
        await room.house.desk.lapse()
        assert len(room.line.told) == count


@pytest.mark.parametrize("deed", ["close", "return"])
async def test_a_customer_who_was_passed_on_waits_although_the_teller_left_while_the_kiosk_was_offline(
    room: Room, deed: str
) -> None:
    call = room.escalate()
    async with room.person(TELLER) as one, room.person(SENIOR) as two:
        await post(one, f"{call}/accept")
        room.line.refuse = "core_silent"
        assert (await post(one, f"{call}/transfer", skill="senior", note="客户很着急"))[0] == 502
        room.online(False)
        assert await post(one, f"{call}/{deed}", **({"note": ""} if deed == "return" else {})) == (200, "closed")
        await room.house.desk.lapse()
        room.online(True)
        room.line.refuse = "not_lease_holder"
        await room.house.desk.lapse()
        assert room.line.told[-1] == ("teller.left", {"escalation_id": "S1-1-help", "teller_id": TELLER})
        await eventually(lambda: calls.one(room.house.engine, "S1-1-help", room.clock.unix_ms()).state == "waiting")
        room.line.refuse = ""
        assert await post(two, f"{call}/accept") == (200, "accepted")


async def test_a_kiosk_that_never_returns_is_not_kept_for_ever(room: Room) -> None:
    call = room.escalate()
    leases = room.house.desk._leases
    async with room.person(TELLER) as one:
        await post(one, f"{call}/accept")
        room.online(False)
        assert await post(one, f"{call}/close") == (200, "closed")
        room.later(899)
        await room.house.desk.lapse()
        assert leases.untold(room.clock.unix_ms())
        room.later(1)
        await room.house.desk.lapse()
        assert not room.store.connection.execute("SELECT 1 FROM console_lapses").fetchall()


async def test_a_kiosk_whose_session_is_over_need_not_be_told(room: Room) -> None:
    call = room.escalate()
    async with room.person(TELLER) as one:
        await post(one, f"{call}/accept")
        room.online(False)
        await post(one, f"{call}/close")
        room.store.connection.execute("UPDATE sessions SET closed_ms = ?", (room.clock.unix_ms(),))
        assert not room.house.desk._leases.untold(room.clock.unix_ms())


@pytest.mark.parametrize("answer", ["", "lease_over", "no_escalation"])
async def test_a_kiosk_that_has_heard_of_a_lapse_is_told_no_more(room: Room, answer: str) -> None:
    call = room.escalate()
    async with room.person(TELLER) as http:
        await post(http, f"{call}/accept")
        room.later(45)
        room.line.refuse = answer
        await room.house.desk.lapse()
        await eventually(lambda: not room.house.desk._leases.untold(room.clock.unix_ms()))
        count = len(room.line.told)
        await room.house.desk.lapse()
        assert len(room.line.told) == count
        assert (await http.get(call)).json()["state"] == "closed"


async def test_a_lease_taken_anew_is_not_ended_by_an_old_lapse(room: Room) -> None:
    call = room.escalate()
    async with room.person(TELLER) as http:
        await post(http, f"{call}/accept")
        room.online(False)
        room.later(45)
        await room.house.desk.lapse()
        room.store.connection.execute("UPDATE escalations SET closed_ms = NULL, teller_id = NULL")  # asked for again
        room.online(True)
        assert await post(http, f"{call}/accept") == (200, "accepted")
        await room.house.desk.lapse()
        assert room.line.names()[-1] == "teller.joined"


async def test_a_supervisor_who_closes_the_browser_listens_no_more(room: Room) -> None:
    call = room.escalate()
    async with room.person(TELLER) as one, room.person(SUPERVISOR) as lead:
        await post(one, f"{call}/accept")
        assert await post(lead, f"{call}/listening") == (409, "hq.wrong_state")
        await post(lead, f"{call}/listen")
        room.later(14)
        room.house.desk.listened()
        assert await post(lead, f"{call}/listening") == (200, "accepted")
        room.later(14)
        room.house.desk.listened()
        assert "listener.left" not in room.line.names()
        room.later(1)
        room.line.silent = True  # the kiosk does not hear it at first
        room.house.desk.listened()
        room.line.silent = False
        room.house.desk.listened()
        assert room.line.told[-1] == ("listener.left", {"escalation_id": "S1-1-help", "listener_id": SUPERVISOR})
        await eventually(lambda: not room.house.desk._listeners.gone(room.clock.unix_ms()))
        count = len(room.line.told)
        room.house.desk.listened()
        assert len(room.line.told) == count
        assert await post(lead, f"{call}/listening") == (409, "hq.wrong_state")
        assert (await one.get(call)).json()["video"]["listeners"] == []


async def test_who_may_not_have_been_unheard_is_told_of_until_the_kiosk_has_heard_it(room: Room) -> None:
    call = room.escalate()
    async with room.person(TELLER) as one, room.person(SUPERVISOR) as lead:
        await post(one, f"{call}/accept")
        await post(lead, f"{call}/listen")
        room.line.refuse = "core_silent"
        assert (await post(lead, f"{call}/unlisten"))[0] == 502
        room.line.refuse = ""
        room.house.desk.listened()
        assert room.line.names()[-1] == "listener.left"


async def test_a_colleague_who_takes_over_is_not_listened_to(room: Room) -> None:
    call = room.escalate()
    async with room.person(TELLER) as one, room.person(SUPERVISOR) as lead:
        await post(one, f"{call}/accept")
        await post(lead, f"{call}/listen")
        await post(one, f"{call}/transfer", skill="senior")
        assert (await lead.get(call)).json()["video"]["listeners"] == []
