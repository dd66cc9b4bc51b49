"""The teller console in a real Chromium: log in, see who waits and why, accept, speak, decide, close."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.fixtures.hq import bundles
from tests.fixtures.hq.core import FakeCore, fake_core
from tests.fixtures.hq.world import PASSWORD, World, short_folder

pytestmark = pytest.mark.broker

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


class Console:
    def __init__(self, core: FakeCore, page: Page, world: World) -> None:
        self.core, self.page, self.world = core, page, world

    async def log_in(self, password: str = PASSWORD) -> None:
        await self.page.goto(f"https://127.0.0.1:{self.world.config.headquarters.port}/")
        await self.page.fill("#password", password)
        await self.page.click("text=开始接待")

    async def shot(self, name: str) -> None:
        if folder := os.environ.get("CONSOLE_SHOTS"):
            await self.page.screenshot(path=Path(folder) / f"{name}.png")


@pytest.fixture
async def console() -> AsyncIterator[Console]:
    with short_folder() as folder:
        world = World(folder)
        async with (
            fake_core(folder / "core.sock") as core, world.broker, world.headquarters(), world.sync(),
            async_playwright() as playwright,
        ):  # fmt: skip
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            page = await browser.new_page(ignore_https_errors=True, viewport={"width": 1440, "height": 900})
            faults: list[str] = []
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.on("console", lambda said: faults.append(said.text) if "Security Policy" in said.text else None)
            await core.until(lambda: core.links and core.links[-1])
            yield Console(core, page, world)
            await browser.close()
            assert not faults


async def test_a_wrong_password_opens_nothing(console: Console) -> None:
    await console.log_in("guess")
    await expect(console.page.locator("#login-fault")).to_have_text("密码不对。")
    await expect(console.page.locator("#console")).to_be_hidden()
    await console.log_in()
    await expect(console.page.locator("#next")).to_contain_text("现在没有客户在等")


async def test_a_teller_takes_a_held_transfer_from_call_to_close(console: Console) -> None:
    page, core, now = console.page, console.core, int(time.time() * 1000)
    await console.log_in()
    await expect(page.locator("#line")).to_have_text("我在线，可接待")
    core.add("session", "session.opened", "S1", now - 60_000)
    core.add("handover", "handover.escalate", "S1", now - 48_000, **bundles.scam("S1-1-help"))
    core.add("handover", "handover.escalate", "S2", now - 70_000, **bundles.asked("S2-1-help"))
    await core.ready()
    card = page.locator(".next")
    await expect(card).to_contain_text("给李国强转 180,000 元")
    await expect(card.locator(".level")).to_contain_text("R 72.7")
    await expect(card.locator("mark").first).to_have_text("公安局的人")
    await expect(page.locator("#waiting")).to_contain_text("客户请求人工")
    await console.shot("queue")

    await page.click("#accept")
    await expect(page.locator("#toast")).to_contain_text("已接入")
    assert core.commands[0][0] == "teller.joined"
    assert core.commands[0][1]["teller_name"] == "林峻"
    await expect(page.locator("#desk .bar")).to_have_attribute("aria-label", "R 72.7")
    await expect(page.locator("#desk .slots")).to_contain_text("尾号9999")
    await expect(page.locator("#desk .slots")).to_contain_text("平静 0.00 → 着急 0.42")

    await page.fill("#say", "大爷您好，这笔钱先不转。")
    await page.click("text=念给客户")
    await expect(page.locator("#toast")).to_contain_text("已念给客户听")
    core.add(
        "handover",
        "teller.said",
        "S1",
        now,
        escalation_id="S1-1-help",
        teller_id="0218",
        text="大爷您好，这笔钱先不转。",
    )
    await core.ready()
    await expect(page.locator(".talk .teller")).to_contain_text("大爷您好")
    await console.shot("desk")
    await page.fill("#reason", "冒充公检法")
    await page.click("#reject")
    await expect(page.locator("#desk")).to_contain_text("已不转")
    assert core.commands[2] == (
        "teller.decided",
        {"escalation_id": "S1-1-help", "teller_id": "0218", "decision": "reject", "reason": "冒充公检法"},
    )
    await page.click("#close")
    await expect(page.locator("#next")).to_contain_text("客户请求人工")
    assert [name for name, _ in core.commands] == ["teller.joined", "teller.said", "teller.decided", "teller.left"]
    await page.click("nav button[data-page=sessions]")
    await expect(page.locator("#session-list tbody tr")).to_have_count(2)
    await page.click("#session-list tbody tr:has-text('72.7'), #session-list tbody tr >> nth=0")
    await console.shot("sessions")


async def test_what_the_kiosk_refuses_is_said_in_words_and_the_call_stays_open(console: Console) -> None:
    page, core = console.page, console.core
    await console.log_in()
    core.add("handover", "handover.escalate", "S1", **bundles.asked("S1-1-help"))
    core.refuse = "core_silent"
    await core.ready()
    await page.click("#accept")
    await expect(page.locator("#toast")).to_have_text("机器没有应答")
    core.refuse = ""
    await page.click("nav button[data-page=queue]")
    await page.click("#accept")
    await expect(page.locator("#toast")).to_contain_text("已接入")
