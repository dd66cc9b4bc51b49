"""The tellers' API over real HTTPS, down to the kiosk's own answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack

import httpx
import pytest

from guitai.demo.identity import AUDITOR, SUPERVISOR, TELLER, log_in, provider
from guitai.errors import GuitaiError
from headquarters import main as hq_main
from sync.core import CoreLink
from sync.link import HeadquartersLink
from tests.fixtures.hq import bundles
from tests.fixtures.hq.clock import JumpingClock
from tests.fixtures.hq.core import fake_core
from tests.fixtures.hq.desk import Desk, signed_in
from tests.fixtures.hq.world import World, eventually, short_folder

pytestmark = pytest.mark.broker


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with signed_in() as parts:
        yield Desk(*parts)


async def test_from_accept_to_close_the_kiosk_is_told_everything(desk: Desk) -> None:
    await desk.escalate()
    assert await desk.post("say", text="早") == (409, "hq.wrong_state")
    assert await desk.post("accept") == (200, "accepted")
    assert await desk.post("accept") == (409, "hq.wrong_state")
    assert await desk.post("say", text="您好") == (200, "accepted")
    assert await desk.post("decide", decision="reject", reason="冒充公检法") == (200, "accepted")
    assert await desk.post("close") == (200, "closed")
    assert await desk.post("close") == (409, "hq.wrong_state")
    assert desk.told() == ["teller.joined", "teller.said", "teller.decided", "teller.left"]
    joined = next(data for name, data in desk.core.commands if name == "teller.joined")
    assert (joined["teller_name"], joined["lease_ms"], joined["limit_fen"]) == ("林峻", 600_000, 5_000_000)
    assert await desk.post("accept", "nobody") == (404, "hq.no_escalation")


async def test_what_the_kiosk_rejects_has_not_happened(desk: Desk) -> None:
    await desk.escalate()
    desk.core.refuse = "no such escalation"
    assert await desk.post("accept") == (502, "hq.rejected")
    assert await desk.state("S1-1-help") == "waiting"
    desk.core.refuse = ""
    assert (await desk.post("accept"))[0] == 200


async def test_a_customer_who_left_can_no_longer_be_taken(desk: Desk) -> None:
    await desk.escalate()
    desk.core.add("handover", "handover.withdraw", "S1", escalation_id="S1-1-help")
    await desk.escalate("S2-1-help", "S2")
    desk.core.add("session", "session.closed", "S2", reason="left", outcome="", satisfied=None)
    await desk.core.ready()
    await desk.core.until(lambda: not desk.core.rows)
    assert await desk.post("accept") == (409, "hq.wrong_state")
    boss = await desk.person(SUPERVISOR)
    found = {one["id"]: one["state"] for one in (await boss.get("/api/escalations")).json()}
    assert found == {"S1-1-help": "withdrawn", "S2-1-help": "closed"}


async def test_a_lease_that_runs_out_ends_the_takeover(desk: Desk) -> None:
    await desk.escalate()
    await desk.post("accept")
    store = desk.world.store()
    store.connection.execute("UPDATE escalations SET lease_until_ms = 1")
    store.close()
    await desk.core.until(lambda: desk.told()[-1:] == ["teller.left"])
    assert desk.core.commands[-1][1]["lapsed"] is True
    assert await desk.state("S1-1-help") == "closed"


async def test_a_nonce_that_aged_unseen_is_replaced_and_the_command_passes() -> None:
    """Headquarters may find a retained birth that is hours old: the refusal brings a fresh nonce, and it tries again."""
    with ExitStack() as stack:
        folder = stack.enter_context(short_folder())
        console = stack.enter_context(provider())
        world, clock = World(folder, console=console), JumpingClock()
        core_link = CoreLink(world.config)
        async with (
            fake_core(folder / "core.sock") as core, world.broker,
            HeadquartersLink(world.config, core_link, clock) as line, asyncio.TaskGroup() as tasks,
        ):  # fmt: skip
            running = [tasks.create_task(run) for run in (core_link.run(line), line.run(tasks), ticking(line))]
            core.add("handover", "handover.escalate", "S1", int(time.time() * 1000), **bundles.scam("S1-1-help"))
            async with world.headquarters():
                await core.until(lambda: core.links and core.links[-1] and not core.rows)
            clock.ahead_ms += 3_600_000
            async with world.headquarters(), world.client() as http:
                await eventually(lambda: reached(http))
                await log_in(http, TELLER)
                path = "/api/escalations/S1-1-help/accept"
                await eventually(lambda: accepted(http, path))
            assert [name for name, _ in core.commands if name != "teller.queued"] == ["teller.joined"]
            for task in running:
                task.cancel()


async def ticking(line: HeadquartersLink) -> None:
    while True:  # as sync's main does
        await line.tick()
        await asyncio.sleep(0.1)


async def accepted(http: httpx.AsyncClient, path: str) -> bool:
    answer = await http.post(path)
    assert answer.status_code in (200, 502)  # 502 while the retained birth has not come yet
    assert answer.status_code == 200 or answer.json()["reason"] in ("kiosk_offline", "broker_offline")
    return answer.status_code == 200


async def test_counts_are_what_is_verified(desk: Desk) -> None:
    for n in range(5):
        desk.core.add("money", "risk.decided", n=n)
    desk.core.add("session", "session.opened")
    await desk.core.ready()
    await desk.core.until(lambda: not desk.core.rows)
    auditor = await desk.person(AUDITOR)
    assert (await auditor.get("/api/events/count")).json() == {"money": 5, "session": 1}
    lanes = (await auditor.get("/api/lanes")).json()
    assert {lane["lane"]: (lane["stored"], lane["watermark"], lane["gap"]) for lane in lanes}["money"] == (5, 5, False)
    assert [s["session_id"] for s in (await auditor.get("/api/sessions")).json()] == ["S1"]


async def test_a_taken_port_is_said_so() -> None:
    with short_folder() as folder:
        world = World(folder)
        async with world.broker:
            with pytest.raises(GuitaiError, match=r"mqtt\.address_in_use"):
                await type(world.broker)(folder / "b2", world.config).start()
        async with world.headquarters():
            async with world.client() as client:
                await eventually(lambda: reached(client))
            with pytest.raises(GuitaiError, match=r"hq\.address_in_use"):
                await hq_main.serve(world.config, asyncio.Event())


async def reached(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/bank/v1/health")).status_code == 200
    except httpx.TransportError:
        return False
