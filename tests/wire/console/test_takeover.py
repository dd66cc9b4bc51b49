"""A takeover over the real wire: broker, sync, two processes of headquarters on one database, tellers who do not know of each other."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import random
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest

from guitai.config import load
from guitai.demo.identity import SECOND_TELLER, SENIOR, TELLER, log_in, provider
from headquarters.postgres import Postgres
from tests.fixtures.hq import bundles
from tests.fixtures.hq.core import FakeCore, fake_core
from tests.fixtures.hq.desk import Desk, console_context, signed_in
from tests.fixtures.hq.world import World, end, eventually, short_folder
from tests.fixtures.ports import free_port

pytestmark = pytest.mark.broker


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with signed_in() as parts:
        yield Desk(*parts)


async def test_beats_reach_the_kiosk_and_its_place_is_told_before(desk: Desk) -> None:
    desk.core.refuse = ""
    await desk.escalate()
    await desk.core.until(
        lambda: ("teller.queued", {"escalation_id": "S1-1-help", "position": 1, "wait_s": 10}) in desk.core.commands
    )
    assert await desk.post("accept") == (200, "accepted")
    assert await desk.post("beat") == (200, "accepted")
    beat = ("teller.beat", {"escalation_id": "S1-1-help", "teller_id": TELLER})
    await desk.core.until(lambda: beat in desk.core.commands)


async def test_every_deed_reaches_core_as_it_was_meant(desk: Desk) -> None:
    await desk.escalate()
    await desk.post("accept")
    page = {
        "title": "大额取款确认",
        "body": "请核对。",
        "kind": "form",
        "fields": [{"name": "use", "label": "用途", "options": ["装修", "医疗"]}],
    }
    for deed, body in (
        ("push", {"page": page}), ("ask", {"what": "signature"}), ("operate", {"operation": "return_card", "reason": "客户要走"}),
        ("hold", {"decision": "confirm", "reason": "冒充公检法"}), ("transfer", {"skill": "senior", "note": "老人"}),
    ):  # fmt: skip
        assert (await desk.post(deed, **body))[0] == 200, deed
    assert desk.told() == [
        "teller.joined",
        "teller.pushed",
        "teller.asked",
        "teller.operated",
        "teller.hold",
        "teller.left",
    ]
    assert await desk.state() == "waiting"
    senior = await desk.person(SENIOR)
    assert await desk.post("accept", by=senior) == (200, "accepted")


async def test_a_video_offer_without_a_video_process_is_refused_in_words(desk: Desk) -> None:
    await desk.escalate()
    await desk.post("accept")
    answer = await desk.http.post("/api/escalations/S1-1-help/video/offer", json={"sdp": "v=0", "role": "operator"})
    assert (answer.status_code, answer.json()["reason"]) == (502, "video_absent")


class Houses:
    """Two processes of headquarters on one database, and people at either."""

    def __init__(self, world: World, core: FakeCore, stack: AsyncExitStack) -> None:
        self.world, self.core, self.stack = world, core, stack
        self.urls: list[str] = []

    async def people(self, number: int, *subs: str) -> list[httpx.AsyncClient]:
        found = []
        for sub in subs:
            http = httpx.AsyncClient(base_url=self.urls[number], verify=console_context(self.world), timeout=15)
            await log_in(await self.stack.enter_async_context(http), sub)
            found.append(http)
        return found

    def escalate(self, id_: str) -> None:
        body = bundles.asked(id_)
        self.core.add("handover", "handover.escalate", id_.split("-")[0], int(time.time() * 1000), **body)


@contextlib.asynccontextmanager
async def two_houses(database: str) -> AsyncIterator[Houses]:
    async with AsyncExitStack() as stack:
        console = stack.enter_context(provider())
        world = World(stack.enter_context(short_folder()), database, console=console)
        core = await stack.enter_async_context(fake_core(world.folder / "core.sock"))
        for part in (world.broker, world.headquarters(), world.sync()):
            await stack.enter_async_context(part)
        houses = Houses(world, core, stack)
        port = free_port()
        changes = {
            "GUITAI__HEADQUARTERS__PORT": str(port), "GUITAI__HEADQUARTERS__NAME": "hq-b", "GUITAI__PATHS__RUN": str(world.folder / "b"),
        }  # fmt: skip
        second = World.__new__(World)
        second.folder, second.environment, second.broker = world.folder, world.environment | changes, world.broker
        second.config = load([], second.environment, world.folder / "etc")
        await stack.enter_async_context(second.headquarters())
        houses.urls = [f"https://127.0.0.1:{one}" for one in (world.config.headquarters.port, port)]
        await core.until(lambda: core.links and core.links[-1])
        yield houses


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def test_two_processes_never_give_one_customer_to_two_tellers(
    engine: str, request: pytest.FixtureRequest
) -> None:
    database = "sqlite"
    if engine == "postgres":
        server: Postgres = request.getfixturevalue("postgres")
        database = server.create("houses")
    async with two_houses(database) as houses:
        await handovers(houses, 12, random.Random(7))


@pytest.mark.long
@pytest.mark.timeout(1800)
async def test_a_thousand_handovers_between_two_processes(postgres: Postgres) -> None:
    async with two_houses(postgres.create("thousand")) as houses:
        await handovers(houses, 1000, random.Random(11))


async def handovers(houses: Houses, count: int, chance: random.Random) -> None:
    """Escalate, race for each call at both processes, then close, return or pass on: each is held by one at a time, none is lost."""
    people = {TELLER: 0, SECOND_TELLER: 1, SENIOR: 1}
    clients = {sub: (await houses.people(house, sub))[0] for sub, house in people.items()}
    for n in range(count):
        id_ = f"S{n}-1-help"
        houses.escalate(id_)
        await houses.core.ready()
        path = f"/api/escalations/{id_}"
        await eventually(functools.partial(_seen, clients[chance.choice([*clients])], path))
        holder = await _race(clients, path)
        await _done(clients, holder, path, chance)
    joined = Counter(data["escalation_id"] for name, data in houses.core.commands if name == "teller.joined")
    left = Counter(data["escalation_id"] for name, data in houses.core.commands if name == "teller.left")
    assert joined == left
    assert len(joined) == count
    _one_at_a_time(houses.core.commands)


async def _race(clients: dict[str, httpx.AsyncClient], path: str) -> str:
    answers = await asyncio.gather(*(_post(http, f"{path}/accept") for http in clients.values()))
    codes = Counter(answer.status_code for answer in answers)
    assert codes == {200: 1, 409: len(clients) - 1}, [answer.text for answer in answers]
    return next(sub for sub, answer in zip(clients, answers, strict=True) if answer.status_code == 200)


async def _done(clients: dict[str, httpx.AsyncClient], holder: str, path: str, chance: random.Random) -> None:
    """End the call, one way or another; what is passed on is raced for again."""
    deed = chance.choice(["close", "return", "transfer"])
    body = {"skill": "senior", "note": ""} if deed == "transfer" else {"note": ""} if deed == "return" else None
    assert (await _post(clients[holder], f"{path}/{deed}", body)).status_code == 200
    if deed == "transfer":
        again = await _race(clients, path)
        assert (await _post(clients[again], f"{path}/close")).status_code == 200


async def _post(http: httpx.AsyncClient, path: str, body: dict[str, str] | None = None) -> httpx.Response:
    """Post as a patient console does: who is told to wait waits."""
    found: list[httpx.Response] = []

    async def answered() -> bool:
        found[:] = [await http.post(path, json=body)]
        return found[0].status_code != 429

    await eventually(answered)
    return found[0]


async def _seen(http: httpx.AsyncClient, path: str) -> bool:
    answer = await http.get(path)
    assert answer.status_code in (200, 404, 429)
    return answer.status_code == 200


def _one_at_a_time(commands: list[tuple[str, dict[str, Any]]]) -> None:
    """As the kiosk heard it: who joins, nobody else has joined; who leaves is who joined."""
    holder: dict[str, str] = {}
    for name, data in commands:
        if name == "teller.joined":
            assert data["escalation_id"] not in holder
            holder[data["escalation_id"]] = data["teller_id"]
        if name == "teller.left":
            assert holder.pop(data["escalation_id"]) == data["teller_id"]
    assert holder == {}


@pytest.mark.chaos
async def test_headquarters_killed_leaves_no_lease_behind_and_the_teller_comes_back() -> None:
    async with AsyncExitStack() as stack:
        console = stack.enter_context(provider())
        world = World(stack.enter_context(short_folder()), console=console)
        core = await stack.enter_async_context(fake_core(world.folder / "core.sock"))
        for part in (world.broker, world.sync()):
            await stack.enter_async_context(part)
        child = await world.child("hq")
        try:
            await core.until(lambda: core.links and core.links[-1], 60)
            url = f"https://127.0.0.1:{world.config.headquarters.port}"
            http = await stack.enter_async_context(
                httpx.AsyncClient(base_url=url, verify=console_context(world), timeout=60)
            )
            await log_in(http, TELLER)
            core.add("handover", "handover.escalate", "S1", int(time.time() * 1000), **bundles.asked("S1-1-help"))
            await core.ready()
            path = "/api/escalations/S1-1-help"
            await eventually(lambda: _seen(http, path))
            assert (await http.post(f"{path}/accept")).status_code == 200
            await end(child, signal.SIGKILL)
            child = await world.child("hq")

            async def back() -> bool:
                with contextlib.suppress(httpx.TransportError):
                    return (await http.post(f"{path}/rejoin")).status_code == 200
                return False

            await eventually(back, 40)  # the same cookie holds, and the same lease
            assert [name for name, _ in core.commands if name == "teller.joined"] == ["teller.joined"] * 2
            assert (await http.post(f"{path}/close")).status_code == 200
        finally:
            await end(child)
