"""Two tellers and a supervisor in real Chromiums against a real kiosk: window, devices, core, sync, video, broker, headquarters.

Picture and sound are measured by what they carry: a code of colours and a tone each way, decoded on the other side.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.async_api import Page, expect

from guitai.demo.identity import SECOND_TELLER, SUPERVISOR, TELLER
from guitai.demo.scenes import LOCAL_CARD, LOCAL_PIN
from sync.takeover.stand_in import COLOURS
from tests.conftest import MODELS
from tests.fixtures.hq import stack as kiosk
from tests.fixtures.hq.seat import Seat, chromium, seat
from tests.fixtures.hq.stack import CUSTOMER_HZ, NEAR_HZ, TELLER_HZ, Stack

pytestmark = [pytest.mark.broker, pytest.mark.window, pytest.mark.timeout(300)]

PORTRAIT = min(COLOURS)
WATCH = """async ([seconds, codes]) => {
  const video = document.querySelector("video[data-who=customer]");
  const paper = new OffscreenCanvas(64, 48).getContext("2d", { willReadFrequently: true });
  const seen = new Set();
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end && seen.size < Object.keys(codes).length) {
    await new Promise((again) => setTimeout(again, 100));
    if (!video.videoWidth) continue;
    paper.drawImage(video, 0, 0, 64, 48);
    const pixels = paper.getImageData(0, 24, 64, 24).data;
    const mean = [2, 1, 0].map((at) => { let sum = 0; for (let n = at; n < pixels.length; n += 4) sum += pixels[n]; return sum / (pixels.length / 4); });
    const far = (code) => code.reduce((sum, value, n) => sum + Math.abs(value - mean[n]), 0);
    const [name] = Object.keys(codes).sort((a, b) => far(codes[a]) - far(codes[b]));
    if (far(codes[name]) < 150) seen.add(name);
  }
  return [...seen].sort();
}"""
HEAR = """async ([seconds, hz, near]) => {
  const stream = document.querySelector("video[data-who=customer]").srcObject;
  const room = new AudioContext();
  const ear = room.createAnalyser();
  ear.fftSize = 8192;
  room.createMediaStreamSource(stream).connect(ear);
  const bins = new Float32Array(ear.frequencyBinCount);
  const end = performance.now() + seconds * 1000;
  let heard = 0;
  while (performance.now() < end && Math.abs(heard - hz) > near) {
    await new Promise((again) => setTimeout(again, 100));
    ear.getFloatFrequencyData(bins);
    const loudest = bins.indexOf(Math.max(...bins));
    if (bins[loudest] > -70) heard = loudest * room.sampleRate / ear.fftSize;
  }
  await room.close();
  return heard;
}"""


async def test_two_tellers_and_a_supervisor_serve_one_customer(tmp_path: Path) -> None:
    kiosk.film_for_chromium(tmp_path / "teller.mjpeg")
    kiosk.tone(tmp_path / "teller.wav", TELLER_HZ)
    fakes = (
        f"--use-file-for-fake-video-capture={tmp_path / 'teller.mjpeg'}",
        f"--use-file-for-fake-audio-capture={tmp_path / 'teller.wav'}",
    )
    async with (
        kiosk.running(tmp_path, MODELS) as stack, chromium(*fakes) as browser, seat(browser, stack, TELLER) as first,
        seat(browser, stack, SECOND_TELLER) as second, seat(browser, stack, SUPERVISOR) as lead,
    ):  # fmt: skip
        await _calls(stack)
        await _declined_by(first)
        await _accepted_by(second)
        await _sees_and_is_seen(stack, second)
        await _hears_and_is_heard(stack, second)
        await _pays_out(stack, second)
        await _looks_at_the_id_card(stack, second)
        await _passed_on(stack, second, first)
        await _listened_to(stack, first, lead)
        await _cut_and_back(stack, first)
        await _returned(stack, first)


async def _calls(stack: Stack) -> None:
    """The customer shows who they are, and wants a human."""
    await stack.customer.press("begin")
    await stack.observer.stage("open")
    await stack.customer.press("human")
    await stack.observer.stage("waiting")


async def _declined_by(who: Seat) -> None:
    await expect(who.page.locator(".next")).to_be_visible()
    await who.page.keyboard.press("x")
    await who.page.get_by_label("手上有事").check()
    await who.page.get_by_role("dialog").get_by_role("button", name="不接").click()
    await expect(who.page.get_by_role("dialog")).to_be_hidden()


async def _accepted_by(who: Seat) -> None:
    await expect(who.page.locator(".next")).to_be_visible()
    await who.page.keyboard.press("Enter")
    await expect(who.page.locator(".said")).to_be_visible()


async def _sees_and_is_seen(stack: Stack, who: Seat) -> None:
    """The briefing is there before any picture; the customer agrees by touch; then each side decodes the other's colours."""
    screen = who.page.locator(".kiosk[data-screen]")
    await expect(screen).to_have_attribute("data-screen", "video_consent")
    assert await who.page.locator(".video[data-seen]").count() == 0
    await stack.customer.press("video:yes")
    await expect(who.page.locator(".video[data-seen]")).to_be_visible(timeout=20_000)
    assert await _colours(who.page) == sorted(COLOURS)
    assert set(COLOURS) <= await stack.teller_colours()


async def _hears_and_is_heard(stack: Stack, who: Seat) -> None:
    await stack.speak()
    heard = await who.page.evaluate(HEAR, [15, CUSTOMER_HZ, NEAR_HZ])
    assert abs(heard - CUSTOMER_HZ) < NEAR_HZ
    assert abs(await stack.heard_hz(TELLER_HZ) - TELLER_HZ) < NEAR_HZ
    await who.picture("session_live")


async def _colours(page: Page) -> list[str]:
    found: list[str] = await page.evaluate(WATCH, [15, {name: list(code) for name, code in COLOURS.items()}])
    return found


async def _pays_out(stack: Stack, who: Seat) -> None:
    """Notes on the teller's word: by card, PIN and the customer's own finger; while the PIN is typed the teller sees nothing."""
    page, observer, since = who.page, stack.observer, len(stack.observer.steps)
    await page.get_by_role("button", name="出钞").click()
    await page.get_by_label("金额（元）").fill("500")
    await page.get_by_label("理由（记入档案）").fill("客户急用")
    await page.keyboard.press("Enter")
    await observer.stage("card")
    await stack.hands.insert_card(LOCAL_CARD)
    await observer.stage("pin")
    await expect(page.locator(".video-blank")).to_be_visible()
    await expect(page.locator(".kiosk[data-screen]")).to_have_count(0)
    await stack.hands.type_pin(LOCAL_PIN)
    await observer.event("pin.checked", since, right=True)
    await observer.stage("confirm")
    await expect(page.locator(".kiosk[data-screen=confirm]")).to_contain_text("500")
    await stack.customer.press("confirm")
    await observer.stage("take_card")
    await stack.hands.take_card()
    await observer.stage("take_cash")
    assert await stack.hands.take_notes() == 500_00
    await observer.stage("teller")


async def _looks_at_the_id_card(stack: Stack, who: Seat) -> None:
    """The customer lays the ID card down for the teller, who sees its portrait: over the line to the kiosk, and on record."""
    page, observer, since = who.page, stack.observer, len(stack.observer.steps)
    look = page.get_by_role("button", name="看证件照")
    await look.click()
    await expect(page.get_by_text("客户还没有放下证件或单据")).to_be_visible()
    await page.get_by_role("button", name="身份证", exact=True).click()
    await observer.stage("id_card")
    portrait = stack.folder / "portrait.jpg"
    cv2.imwrite(str(portrait), np.full((126, 102, 3), COLOURS[PORTRAIT], np.uint8))
    await stack.hands.lay_id_card("张三", "110101198001021239", "1980-01-02", "2020-01-01", photo=str(portrait))
    await observer.stage("teller")
    await stack.hands.take_id_card()
    await look.click()
    await expect(page.locator("canvas.paper[data-drawn]")).to_be_visible()
    blue, green, red = COLOURS[PORTRAIT]
    pixel = await page.locator("canvas.paper").evaluate(
        "(one) => [...one.getContext('2d').getImageData(50, 60, 1, 1).data]"
    )
    assert max(abs(a - b) for a, b in zip(pixel, (red, green, blue), strict=False)) < 12
    await observer.event("paper.shown", since, code="")
    await who.picture("paper")
    await page.keyboard.press("Escape")
    await expect(page.locator("canvas.paper")).to_have_count(0)


async def _passed_on(stack: Stack, giver: Seat, taker: Seat) -> None:
    """A colleague takes over under the same call; nobody has to say anything again."""
    await giver.page.keyboard.press("t")
    await giver.page.get_by_role("dialog").get_by_role("combobox").click()
    await giver.page.get_by_role("option", name="林峻").click()
    await giver.page.get_by_label("给同事的话").fill("已取五百元，想问理财")
    await giver.page.get_by_role("dialog").get_by_role("button", name="转交").click()
    await stack.observer.stage("waiting")
    await expect(taker.page.locator(".next .passed")).to_contain_text("想问理财")
    await taker.page.keyboard.press("Enter")
    await stack.observer.stage("teller")
    await _agreed(stack, taker)


async def _agreed(stack: Stack, who: Seat) -> None:
    """Each teller has to be agreed to anew."""
    await expect(who.page.locator(".kiosk[data-screen=video_consent]")).to_be_visible()
    await stack.customer.press("video:yes")
    await expect(who.page.locator(".video[data-seen]")).to_be_visible(timeout=20_000)
    assert await _colours(who.page) == sorted(COLOURS)


async def _listened_to(stack: Stack, who: Seat, lead: Seat) -> None:
    """A supervisor hears and sees the customer; the kiosk and the teller say so."""
    await lead.open("board")
    await lead.page.get_by_role("button", name="旁听").click()
    await expect(lead.page.locator(".video[data-seen]")).to_be_visible(timeout=20_000)
    assert await _colours(lead.page) == sorted(COLOURS)
    await expect(who.page.locator(".video-listeners")).to_contain_text("何静")
    await expect(who.page.locator(".kiosk-top")).to_contain_text("何静")
    await lead.page.get_by_role("button", name="结束旁听").click()
    await expect(who.page.locator(".video-listeners")).to_be_hidden()


async def _cut_and_back(stack: Stack, who: Seat) -> None:
    """The teller's line is cut until the kiosk says so; they come back in place, and the picture with them."""
    since = len(stack.observer.steps)
    await who.page.goto("about:blank")
    await stack.observer.event("teller.lost", since, timeout_s=30)
    await who.page.goto(f"{who.url}/#/session")
    await expect(who.page.locator(".said")).to_be_visible()
    await stack.observer.event("teller.joined", since)
    await expect(who.page.locator(".video[data-seen]")).to_be_visible(timeout=20_000)
    assert await _colours(who.page) == sorted(COLOURS)


async def _returned(stack: Stack, who: Seat) -> None:
    """The machine goes on with the customer; the console has the queue again."""
    await who.page.get_by_role("button", name="结束", exact=True).click()
    await who.page.get_by_label("办成了").check()
    await who.page.get_by_role("dialog").get_by_role("button", name="请机器继续").click()
    await expect(who.page.locator(".empty")).to_contain_text("现在没有客户在等")
    await stack.observer.stage("open", "result")
