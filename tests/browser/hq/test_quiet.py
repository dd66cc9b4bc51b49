"""In a real Chromium: a call under coercion, the one-time code of an administrator, the alarm nobody answers."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import pyotp
import pytest
from playwright.async_api import expect

from guitai.clock import SystemClock
from guitai.demo.identity import ADMINISTRATOR, SECOND_TELLER, TELLER
from guitai.wire.commands import load_private
from headquarters.console.second_factor import SecondFactors
from tests.fixtures.hq import bundles
from tests.fixtures.hq.desk import Desk, signed_in
from tests.fixtures.hq.seat import SIZE, Seat, chromium, seat

pytestmark = [pytest.mark.broker, pytest.mark.timeout(300)]


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with signed_in(SECOND_TELLER) as parts:
        yield Desk(*parts)


async def test_a_silent_call_comes_first_says_so_and_shows_the_kiosk_nothing(desk: Desk) -> None:
    body = bundles.asked("S1-1-help", "risk")
    body["bundle"] = {**body["bundle"], "silent": True, "headline": "无声报警，客户可能受人威胁"}
    await desk.escalate("S1-1-help", body=body)
    async with chromium() as browser, seat(browser, desk.world, TELLER) as sitting:
        page = sitting.page
        await expect(page.locator(".next")).to_contain_text("无声报警")
        await page.keyboard.press("Enter")
        await expect(page.locator(".silent[role=alert]")).to_be_visible()
        await expect(page.locator(".video-mine")).to_have_count(0)  # no camera of the teller's is opened
        await sitting.picture("session_silent")
        assert await sitting.axe() == []
    told = [name for name, _ in desk.core.commands]
    assert "teller.joined" in told
    assert "teller.queued" not in told  # nothing may show at the kiosk, not even a place in the queue


async def test_an_administrator_enters_the_code_of_their_authenticator(desk: Desk) -> None:
    config = desk.world.config
    store = desk.world.store()
    try:
        key = load_private(config.paths.keys / "command.key")
        address = SecondFactors(store.connection, key, SystemClock()).enrol(ADMINISTRATOR)
    finally:
        store.close()
    code = pyotp.parse_uri(address)
    assert isinstance(code, pyotp.TOTP)
    async with chromium() as browser:
        context = await browser.new_context(ignore_https_errors=True, locale="zh-CN", viewport=SIZE)
        page = await context.new_page()
        sitting = Seat(page, desk.world)
        await page.goto(f"{sitting.url}/")
        await page.get_by_role("link", name="用行内账号登录").click()
        await page.get_by_role("button", name=ADMINISTRATOR, exact=True).click()
        field = page.locator("input").first
        await expect(field).to_be_visible()
        assert await sitting.axe() == []
        await sitting.picture("second_factor")
        await field.press_sequentially("000000" if code.now() != "000000" else "000001")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("alert").first).to_contain_text("动态口令不对")
        await expect(page.locator("#main")).to_have_count(0)
        await field.fill("")
        await page.locator("input").first.click()
        await page.keyboard.type(code.now())
        await page.keyboard.press("Enter")
        await expect(page.locator("#main > .page")).to_be_visible()


async def test_the_console_sounds_while_nobody_accepts_until_somebody_does_or_it_is_switched_off(desk: Desk) -> None:
    async with chromium() as browser, seat(browser, desk.world, TELLER) as sitting:
        page, now = sitting.page, int(time.time() * 1000)
        alarm = page.locator("html[data-alarm]")
        await expect(alarm).to_have_count(0)
        body = bundles.asked("S1-1-help")
        desk.core.add("handover", "handover.escalate", "S1", now - 61_000, **body)
        await desk.core.ready()
        await expect(page.get_by_role("alert").first).to_be_visible()
        await expect(alarm).to_have_count(1)
        await page.locator(".mine").click()
        await page.get_by_text("关闭无人接听的提示音").click()
        await expect(alarm).to_have_count(0)
        await page.locator(".mine").click()
        await page.get_by_text("打开无人接听的提示音").click()
        await expect(alarm).to_have_count(1)
        await page.keyboard.press("Escape")
        await desk.post("accept")
        await expect(alarm).to_have_count(0)
