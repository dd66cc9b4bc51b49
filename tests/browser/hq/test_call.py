"""A teller's work in a real Chromium against a real headquarters: from the queue to the end of a call, by keyboard too."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect

from guitai.demo.identity import SECOND_TELLER, SUPERVISOR, TELLER
from tests.fixtures.hq import bundles
from tests.fixtures.hq.desk import Desk, signed_in
from tests.fixtures.hq.seat import chromium, seat

pytestmark = [pytest.mark.broker, pytest.mark.timeout(300)]
MARKUP = "<img src=x onerror=\"document.title='taken over'\"><script>document.title='taken over'</script>"


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with signed_in(SECOND_TELLER) as parts:
        yield Desk(*parts)


async def test_a_call_from_the_queue_to_its_end_by_keyboard(desk: Desk) -> None:
    async with chromium() as browser, seat(browser, desk.world, TELLER) as sitting:
        page, core, now = sitting.page, desk.core, int(time.time() * 1000)
        await expect(page.locator(".top-right")).to_contain_text("我在线，可接待")
        core.add("handover", "handover.escalate", "S1", now - 48_000, **bundles.scam("S1-1-help"))
        await core.ready()
        card = page.locator(".next")
        await expect(card).to_contain_text("给李国强转 180,000 元")
        await expect(card).to_contain_text("R 72.7")
        await expect(card.locator("mark").first).to_have_text("公安局的人")
        await page.keyboard.press("?")
        await expect(page.get_by_role("dialog")).to_contain_text("不接并说明原因")
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_be_hidden()
        await page.keyboard.press("Enter")
        await expect(page.locator(".said")).to_contain_text("尾号9999")
        await expect(page.locator(".bar")).to_have_attribute("aria-label", "R 72.7")
        await expect(page.get_by_label("打一句话，机器念给客户听")).to_be_enabled()
        await page.keyboard.press("/")
        await page.keyboard.type("大爷您好，这笔钱先不转。")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("已念给客户听。")).to_be_visible()
        core.add("handover", "teller.said", "S1", now, escalation_id="S1-1-help", teller_id=TELLER, text="大爷您好")
        await core.ready()
        await expect(page.locator(".talk .line-teller")).to_contain_text("大爷您好")
        await page.get_by_role("button", name="继续停住").click()
        await page.keyboard.type("冒充公检法")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("继续停住，已记档。")).to_be_visible()
        await page.get_by_role("button", name="结束", exact=True).click()
        await page.get_by_label("拦住了诈骗").check()
        await page.get_by_role("button", name="结束接待").click()
        await expect(page.locator(".empty")).to_contain_text("现在没有客户在等")
        await expect(page.locator(".queue-figures")).to_contain_text("今天 1 位")
        assert desk.told() == ["teller.joined", "teller.said", "teller.hold", "teller.left"]
        held = next(data for name, data in core.commands if name == "teller.hold")
        assert (held["decision"], held["reason"]) == ("confirm", "冒充公检法")
        assert "teller.beat" in [name for name, _ in core.commands]


async def test_what_a_customer_said_is_text_and_never_markup(desk: Desk) -> None:
    body = bundles.asked("S1-1-help")
    body["bundle"] = {
        **body["bundle"], "headline": MARKUP, "slots": {"payee": MARKUP},
        "transcript": [{"who": "customer", "text": MARKUP}],
    }  # fmt: skip
    await desk.escalate("S1-1-help", body=body)
    async with chromium() as browser, seat(browser, desk.world, TELLER) as sitting:
        page = sitting.page
        await expect(page.locator(".next h2")).to_have_text(MARKUP)
        await page.keyboard.press("Enter")
        await expect(page.locator(".said dd").last).to_have_text(MARKUP)
        await expect(page.locator(".talk .line-customer")).to_contain_text(MARKUP)
        assert await page.locator("img[src=x]").count() == 0
        assert "taken over" not in await page.title()


async def test_what_the_kiosk_refuses_is_said_in_words_and_the_call_stays_open(desk: Desk) -> None:
    await desk.escalate("S1-1-help", body=bundles.asked("S1-1-help"))
    desk.core.refuse = "core_silent"
    async with chromium() as browser, seat(browser, desk.world, TELLER) as sitting:
        page = sitting.page
        await expect(page.locator(".next")).to_be_visible()
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("机器没有应答")).to_be_visible()
        desk.core.refuse = ""
        await page.keyboard.press("Enter")
        await expect(page.locator(".said")).to_be_visible()


async def test_a_sum_above_the_limit_needs_a_second_person(desk: Desk) -> None:
    await desk.escalate()
    async with (
        chromium() as browser, seat(browser, desk.world, TELLER) as teller, seat(browser, desk.world, SUPERVISOR) as lead,
    ):  # fmt: skip
        await expect(teller.page.locator(".next")).to_be_visible()
        await teller.page.keyboard.press("Enter")
        await teller.page.get_by_role("button", name="放行，请主管复核").click()
        await teller.page.keyboard.type("女儿当面确认，是装修款")
        await teller.page.keyboard.press("Enter")
        await expect(teller.page.locator(".authorise")).to_contain_text("待复核")
        await lead.open("approvals")
        request = lead.page.locator(".approval")
        await expect(request).to_contain_text("180,000.00")
        await expect(request).to_contain_text("女儿当面确认，是装修款")
        await request.get_by_role("button", name="同意", exact=True).click()
        await expect(lead.page.get_by_text("已同意这一笔。")).to_be_visible()
        await expect(teller.page.locator(".authorise")).to_contain_text("已同意")
        await teller.page.get_by_role("button", name="放行", exact=True).click()
        await teller.page.keyboard.type("家人已到场")
        await teller.page.keyboard.press("Enter")
        await expect(teller.page.get_by_text("客户手指再点一次")).to_be_visible()
    released = next(data for name, data in desk.core.commands if name == "teller.hold")
    assert released["decision"] == "release"
    assert released["approval"]["approver_id"] == SUPERVISOR
    assert released["approval"]["amount_fen"] == 18_000_000
