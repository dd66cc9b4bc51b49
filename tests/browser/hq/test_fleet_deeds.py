"""What a technician does in the console: a code for a new kiosk, read off the screen as a kiosk's camera would; an update and its end."""

from __future__ import annotations

from collections.abc import AsyncIterator

import cv2
import numpy as np
import pytest
from playwright.async_api import Page, expect

from guitai.clock import SystemClock
from guitai.demo.identity import TECHNICIAN, TELLER
from guitai.wire.claims import parse
from guitai.wire.commands import State
from headquarters import fleet
from headquarters.remote.jobs import Jobs
from headquarters.rollout.desk import FOLDER, Releases, Rollouts
from tests.fixtures.hq.desk import Desk, signed_in
from tests.fixtures.hq.seat import SMALL, chromium, seat
from tests.fixtures.updates import release, shared_keys

pytestmark = [pytest.mark.broker, pytest.mark.long, pytest.mark.timeout(300)]
AWAY = "kiosk-900"


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with signed_in(TELLER) as parts:
        yield Desk(*parts)


async def test_a_technician_lets_a_kiosk_in_and_rolls_an_update_out(desk: Desk) -> None:
    published = release(desk.world.folder / "stick", shared_keys(), version="0.9.3", build=12)
    Releases(desk.world.config.paths.state / FOLDER).publish(desk.world.folder / "stick")
    store = desk.world.store()  # a kiosk that never comes online, so that its job ends nothing meanwhile
    fleet.heard(store.connection, "jiefang", AWAY, State(online=False), SystemClock().unix_ms())
    store.close()
    async with chromium() as browser, seat(browser, desk.world, TECHNICIAN, SMALL) as sitting:
        page = sitting.page
        await sitting.open("enrolment")
        await expect(page.get_by_text("还没有机具入网。")).to_be_visible()
        await page.keyboard.press("n")
        await page.keyboard.type("kiosk-007")
        await page.get_by_role("combobox", name="网点").fill("heping")
        await page.keyboard.press("Enter")
        await _the_code_is_readable(page)
        assert await sitting.axe() == []
        await sitting.picture("enrolment_code")
        await page.get_by_role("button", name="已交给技术员").click()
        await expect(page.locator("tbody tr")).to_contain_text(["kiosk-007"])
        await page.get_by_role("button", name="撤回注册码 kiosk-007").click()
        await expect(page.locator("tbody tr")).to_have_count(0)
        await sitting.open("rollouts")
        await expect(page.get_by_text("还没有更新。")).to_be_visible()
        await page.keyboard.press("n")
        dialog = page.get_by_role("dialog")
        await expect(dialog.get_by_role("combobox", name="更新包")).to_have_value("guitai-0.9.3-12　软件　0.9.3-12")
        await dialog.get_by_role("combobox", name="网点").click()
        await page.get_by_role("option", name="jiefang").click()
        await dialog.get_by_label("理由").fill("修正回单打印")
        assert await sitting.axe() == []
        await sitting.picture("rollout_new")
        await dialog.get_by_role("button", name="开始，先试 1 台").click()
        await expect(page.locator(".stage-now")).to_contain_text("试点")
        await page.keyboard.press("p")
        await expect(page.locator(".column .status").first).to_contain_text("暂停")
        await page.keyboard.press("x")
        await dialog.get_by_label("理由").fill("现场电话")
        await page.keyboard.press("Enter")
        await expect(page.locator(".rollout-why")).to_have_text("现场电话")
    store = desk.world.store()
    made = Rollouts(store.connection, Jobs(store.connection, SystemClock()), SystemClock()).all()
    assert [(one.release, one.phase, one.reason, [m.kiosk for m in one.members]) for one in made] == [
        (published, "aborted", "现场电话", [AWAY])
    ]
    store.close()


async def _the_code_is_readable(page: Page) -> None:
    """What the QR code says and what stands beside it are one code, which is whole."""
    await expect(page.locator(".qr")).to_be_visible()
    picture = cv2.imdecode(
        np.frombuffer(await page.locator(".qr").screenshot(scale="device"), np.uint8), cv2.IMREAD_COLOR
    )
    scanned = cv2.QRCodeDetector().detectAndDecode(
        cv2.resize(picture, None, fx=3, fy=3, interpolation=cv2.INTER_NEAREST)
    )[0]
    typed = "-".join(await page.locator(".claim-code span").all_text_contents())
    assert scanned.startswith(f"{typed}@"), (scanned, typed)
    assert parse(scanned).text() == typed
