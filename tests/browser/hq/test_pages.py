"""Every page of the console, as the person sees it who works on it: no serious fault by axe, nothing cut off at 1280 x 720.

With GUITAI_CONSOLE_PICTURES=FOLDER the pages' pictures are written there (script/console-pictures).
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Page, expect

from guitai.demo.identity import AUDITOR, RISK_OFFICER, SECOND_TELLER, SUPERVISOR, TECHNICIAN, TELLER
from headquarters.rollout.desk import FOLDER, Releases
from tests.fixtures.hq import bundles, past
from tests.fixtures.hq.desk import Desk, signed_in
from tests.fixtures.hq.seat import SIZE, SMALL, Seat, chromium, seat
from tests.fixtures.hq.world import eventually
from tests.fixtures.updates import release, shared_keys

pytestmark = [pytest.mark.broker, pytest.mark.timeout(240)]
CUT_OFF = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with signed_in(SECOND_TELLER) as parts:
        yield Desk(*parts)


async def test_no_page_has_a_serious_fault(desk: Desk) -> None:
    await _fill(desk)
    found: dict[str, list[str]] = {}
    async with chromium() as browser:
        for person, names in WALKS.items():
            async with seat(browser, desk.world, person) as sitting:
                for name in names:
                    await desk.post("beat", "S9-1-help")  # or the call would end while the pages are walked
                    await sitting.open(name)
                    await WHOLE[name](sitting.page)
                    found[f"{person} {name}"] = await sitting.axe()
                    await sitting.picture(name.split("/")[0])
                    await sitting.page.set_viewport_size(SMALL)
                    if await sitting.page.evaluate(CUT_OFF):
                        found[f"{person} {name}"].append("wider than 1280")
                    await sitting.page.set_viewport_size(SIZE)
    assert {page: faults for page, faults in found.items() if faults} == {}


async def test_sign_in_and_english_have_no_serious_fault(desk: Desk) -> None:
    async with chromium() as browser:
        page = await browser.new_page(ignore_https_errors=True, locale="zh-CN", viewport=SIZE)
        before = Seat(page, desk.world)
        await page.goto(before.url)
        await expect(page.get_by_role("heading", name="远程柜台")).to_be_visible()
        assert await before.axe() == []
        await before.picture("sign_in")
        await page.goto(f"{before.url}/?fault=hq.login")
        await expect(page.get_by_role("alert")).to_contain_text("没有登录成功")
        async with seat(browser, desk.world, TELLER) as sitting:
            await sitting.page.get_by_role("button", name="我的菜单").click()
            await sitting.page.get_by_role("menuitem", name="English").click()
            await expect(sitting.page.get_by_text("Nobody is waiting.").first).to_be_visible()
            await expect(sitting.page.locator("html")).to_have_attribute("lang", "en")
            assert await sitting.axe() == []
            await sitting.picture("queue_en")


async def test_a_page_of_another_role_is_not_there(desk: Desk) -> None:
    async with chromium() as browser, seat(browser, desk.world, TECHNICIAN) as sitting:
        await sitting.open("audit")
        await expect(sitting.page.locator("#main")).to_contain_text("您的岗位看不到这一页")
        await expect(sitting.page.get_by_role("navigation").get_by_role("link")).to_have_text(["机具", "入网", "更新"])


async def _queue(page: Page) -> None:
    await expect(page.locator(".next mark").first).to_have_text("公安局的人")
    await expect(page.locator(".side .list-row").first).to_be_visible()


async def _session(page: Page) -> None:
    await expect(page.locator(".talk-panel li").first).to_be_visible()
    await expect(page.locator(".chart svg").first).to_be_visible()


async def _approvals(page: Page) -> None:
    await expect(page.locator(".approval")).to_contain_text("180,000.00")


async def _board(page: Page) -> None:
    await expect(page.locator(".chart svg")).to_have_count(5)
    await expect(page.locator(".bullet").first).to_contain_text("s")


async def _risk(page: Page) -> None:
    await expect(page.locator(".path svg").first).to_be_visible()
    await expect(page.locator(".weight")).to_have_count(6)


async def _fleet(page: Page) -> None:
    await expect(page.locator(".tile")).to_have_count(32)


async def _enrolment(page: Page) -> None:
    await expect(page.locator("tbody tr")).to_have_count(32)
    await expect(page.locator("tbody")).to_contain_text("等待入网")


async def _rollouts(page: Page) -> None:
    await expect(page.locator(".case")).to_have_count(3)
    await expect(page.locator(".stage-now")).to_contain_text("8 台")


async def _recordings(page: Page) -> None:
    await expect(page.locator(".page")).to_contain_text("每一次查看都记入审计")


async def _audit(page: Page) -> None:
    await expect(page.locator("tbody tr").first).to_be_visible()
    await expect(page.locator(".panel-right")).to_contain_text("链已验证")


WHOLE = {
    "queue": _queue, "session/S9-1-help": _session, "approvals": _approvals, "board": _board, "risk": _risk, "fleet": _fleet,
    "enrolment": _enrolment, "rollouts": _rollouts, "recordings": _recordings, "audit": _audit,
}  # fmt: skip
"""When a page is drawn whole."""

WALKS = {
    TELLER: ("queue",), SUPERVISOR: ("approvals", "board", "session/S9-1-help"), RISK_OFFICER: ("risk",),
    TECHNICIAN: ("fleet", "enrolment", "rollouts"), AUDITOR: ("recordings", "audit"),
}  # fmt: skip


async def _fill(desk: Desk) -> None:
    """Two who wait, one who is being served and above the limit, a month behind it, and cases to review."""
    now = int(time.time() * 1000)
    store = desk.world.store()
    past.write(store.connection, now)
    published = release(desk.world.folder / "stick", shared_keys(), version="0.9.3", build=12)
    Releases(desk.world.config.paths.state / FOLDER).publish(desk.world.folder / "stick")
    past.rollouts(store.connection, published, now)
    store.close()
    for session, shares in (("S9", (0.2, 0.45, 1.0)), ("S7", (0.3, 0.6)), ("S6", (0.5,))):
        for n, share in enumerate(shares):
            past.decided(desk.core, session, now - 400_000 + n * 40_000, share)
    desk.core.add(
        "handover", "handover.escalate", "S9", now - 96_000, **_moody(bundles.scam("S9-1-help"), now - 96_000)
    )
    desk.core.add("handover", "handover.escalate", "S1", now - 48_000, **bundles.scam("S1-1-help"))
    desk.core.add("handover", "handover.escalate", "S2", now - 70_000, **bundles.asked("S2-1-help"))
    await desk.core.ready()
    await eventually(lambda: desk.state("S2-1-help"))
    assert await desk.post("accept", "S9-1-help") == (200, "accepted")
    body = {"escalation_id": "S9-1-help", "operation": "release", "amount_fen": 18_000_000, "reason": "女儿当面确认"}
    assert (await desk.http.post("/api/approvals", json=body)).status_code == 201


def _moody(body: dict[str, Any], at_ms: int) -> dict[str, Any]:
    """The scam's customer, who grew afraid before the call."""
    steps = (
        ("neutral", 800),
        ("neutral", 1_100),
        ("anxious", 3_100),
        ("fearful", 6_200),
        ("fearful", 7_600),
        ("anxious", 5_400),
    )
    moods = [
        {"at_ms": at_ms - (6 - n) * 20_000, "emotion": how, "anxiety": much, "shares": []}
        for n, (how, much) in enumerate(steps)
    ]
    return {**body, "bundle": {**body["bundle"], "moods": moods}}
