"""What supervisors, risk officers and auditors do in the console: play a recording, put the night's weights to use."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect

from guitai.clock import SystemClock
from guitai.demo.identity import AUDITOR, RISK_OFFICER, TELLER
from guitai.wire.commands import load_private
from headquarters.review.cases import labelled, take_labels
from headquarters.review.nightly import Reviews
from headquarters.uploads.store import FOLDER
from tests.fixtures.hq.desk import Desk, signed_in
from tests.fixtures.hq.films import SIZE, make_film, upload
from tests.fixtures.hq.seat import chromium, seat
from tests.unit.review.branches import labels, outcomes, stored

pytestmark = [pytest.mark.broker, pytest.mark.timeout(300)]
SECONDS = 6
GREYS = """async (film) => {
  const paper = new OffscreenCanvas(8, 6).getContext("2d", { willReadFrequently: true });
  const grey = async (at, enough) => {
    const there = new Promise((seeked) => film.addEventListener("seeked", seeked, { once: true }));
    film.currentTime = at;
    await there;
    for (let look = 1; ; look++) {  // a sought place is told before its picture is drawn
      paper.drawImage(film, 0, 0, 8, 6);
      const seen = paper.getImageData(4, 3, 1, 1).data[0];
      if (enough(seen) || look === 400) return seen;
      await new Promise((again) => setTimeout(again, 50));
    }
  };
  while (!film.currentTime) await new Promise((again) => setTimeout(again, 50));
  film.pause();
  const early = await grey(0.3, () => true);
  return [early, await grey(4.6, (late) => late - early > 40), film.duration, film.videoWidth];
}"""


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with signed_in(TELLER) as parts:
        yield Desk(*parts)


async def test_an_auditor_plays_a_recording_and_each_view_stands_in_the_audit(desk: Desk) -> None:
    world = desk.world
    store = world.store()
    upload(
        store.connection, world.config.paths.state / FOLDER, world.config.paths.keys, SystemClock(),
        world.folder / "S1-7-recording", make_film(SECONDS), duration_ms=SECONDS * 1000,
    )  # fmt: skip
    store.close()
    async with chromium() as browser, seat(browser, world, AUDITOR) as sitting:
        await sitting.open("recordings")
        page = sitting.page
        await page.get_by_role("button", name="播放", exact=True).click()
        dialog = page.get_by_role("dialog")
        await expect(dialog.get_by_role("button", name="开始播放")).to_be_disabled()
        assert await sitting.axe() == []
        await dialog.get_by_label("客户有异议").check()
        await dialog.get_by_role("button", name="开始播放").click()
        film = page.locator("video.film")
        await expect(film).to_be_visible()
        early, late, duration, width = await film.evaluate(GREYS)
        assert (abs(duration - SECONDS) < 0.5, width, late - early > 40) == (True, SIZE[0], True), (
            early,
            late,
            duration,
        )
        assert await sitting.axe() == []
        await sitting.picture("recording")
        await page.keyboard.press("Escape")
        await sitting.open("audit")
        await expect(page.locator("tbody")).to_contain_text("dispute")


@pytest.mark.long
async def test_a_risk_officer_puts_the_nights_weights_to_use(desk: Desk) -> None:
    store = desk.world.store()
    some = outcomes(1500, 1)
    stored(store, some)
    take_labels(store.connection, labels(desk.world.folder, some), 8)
    assert len(labelled(store.connection)) == 1500
    reviews = Reviews(store.connection, load_private(desk.world.config.paths.keys / "command.key"))
    assert reviews.run(int(time.time() * 1000)).verdict == "proposed"
    async with chromium() as browser, seat(browser, desk.world, RISK_OFFICER) as sitting:
        await sitting.open("risk")
        page = sitting.page
        await page.get_by_role("button", name="批准新权重").click()
        dialog = page.get_by_role("dialog")
        await expect(dialog.get_by_role("button", name="批准", exact=True)).to_be_disabled()
        assert await sitting.axe() == []
        await sitting.picture("weights")
        await dialog.get_by_label("我已经看过每个权重").check()
        await dialog.get_by_role("button", name="批准", exact=True).click()
        await expect(dialog).to_be_hidden()
        await expect(page.locator(".weights")).to_contain_text("w2")
    assert reviews.signed() is not None
    store.close()
