"""The real process with its real window on Xvfb: views are drawn, xdotool's presses come back as touches."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import psutil
import pytest
from PIL import ImageGrab

from guitai.messages.view import VideoPart, view_to_data
from guitai.wire.rings import picture_ring
from guitai.wire.sockets import connect, serve
from kiosk_ui.display import virtual_display
from kiosk_ui.samples import samples

pytestmark = [pytest.mark.window, pytest.mark.timeout(600)]

SAMPLES = samples()
SIZE = (720, 1280)
"""Two thirds of the design, so that the test is quick; positions come from `layout`, never from the test."""

PATIENCE_S = 120
"""For a window that starts on a crowded machine."""


@pytest.fixture(scope="module")
def display():
    with virtual_display(*SIZE) as name:
        yield name


class Kiosk:
    """The window process with a core on the real wire and a hand with xdotool."""

    def __init__(self, folder, display):
        self.folder, self.display = folder, display
        self.heard = asyncio.Queue()
        self.streams = asyncio.Queue()
        self.process = None
        self._serial = 0

    async def core(self, stream):
        await self.streams.put(stream)
        async for frame in stream:
            await self.heard.put(frame)

    def start(self):
        environment = {
            **os.environ,
            "DISPLAY": self.display,
            "GUITAI__PATHS__RUN": str(self.folder),
            "GUITAI__PATHS__STATE": str(self.folder),
            "GUITAI__WINDOW__WIDTH": str(SIZE[0]),
            "GUITAI__WINDOW__HEIGHT": str(SIZE[1]),
            "GUITAI__WINDOW__SCREENSHOTS": str(self.folder / "shots"),
        }
        code = "from guitai.config import load; from kiosk_ui.app import run; run(load())"
        self.process = subprocess.Popen([sys.executable, "-c", code], env=environment)

    async def next(self, kind):
        while True:
            frame = await asyncio.wait_for(self.heard.get(), PATIENCE_S)
            if frame.type == kind:
                return frame

    async def show(self, stream, view):
        self._serial += 1
        await stream.send("view", view=view_to_data(view), serial=self._serial)
        while True:
            shown = await self.next("shown")
            if shown.data.get("serial") == self._serial:
                return shown

    async def ask(self, type_, **data):
        stream = await connect(self.folder / "window.sock")
        await stream.send(type_, **data)
        frame = await asyncio.wait_for(anext(aiter(stream)), 60)
        stream.close()
        return frame

    async def press(self, target):
        x, y, w, h = (await self.ask("layout")).data["targets"][target]
        command = ["xdotool", "mousemove", str(x + w // 2), str(y + h // 2), "click", "1"]
        await asyncio.to_thread(subprocess.run, command, env={**os.environ, "DISPLAY": self.display}, check=True)

    async def key(self, name):
        command = ["xdotool", "key", name]
        await asyncio.to_thread(subprocess.run, command, env={**os.environ, "DISPLAY": self.display}, check=True)

    async def picture(self):
        path = self.folder / "now.png"
        assert (await self.ask("screenshot", path=str(path))).type == "ok"
        return cv2.imread(str(path))


@contextlib.asynccontextmanager
async def running(display):
    folder = Path(tempfile.mkdtemp(prefix="g"))
    kiosk = Kiosk(folder, display)
    try:
        async with serve(folder / "core.sock", kiosk.core):
            kiosk.start()
            assert (await kiosk.next("hello")).data == {"role": "ui"}
            yield kiosk, await kiosk.streams.get()
            kiosk.process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(kiosk.process.wait, PATIENCE_S) == 0
    finally:
        if kiosk.process and kiosk.process.poll() is None:
            kiosk.process.kill()
            kiosk.process.wait()
        shutil.rmtree(folder)


def near(pixel, hex_colour):
    red, green, blue = (int(hex_colour[n : n + 2], 16) for n in (1, 3, 5))
    return np.abs(pixel.astype(int) - (blue, green, red)).max() <= 3


def seen(display):
    """What really stands on the display, BGR."""
    return np.asarray(ImageGrab.grab(xdisplay=display).convert("RGB"))[:, :, ::-1]


async def test_a_customer_is_served_by_touch(display):
    async with running(display) as (kiosk, stream):
        shown = await kiosk.show(stream, SAMPLES["conversation"])
        assert shown.data["screen"] == "conversation"
        assert shown.data["at_ns"] > 0
        picture = await kiosk.picture()
        assert picture.shape == (SIZE[1], SIZE[0], 3)
        assert near(picture[100, 10], "#F8E0A8")  # the teller's side is lamp-lit
        assert near(picture[SIZE[1] - 4, SIZE[0] - 4], "#FFFFFF")  # the bar

        await kiosk.press("choice:chen")
        assert (await kiosk.next("touch.pressed")).data == {"target": "choice:chen"}
        await kiosk.press("human")
        assert (await kiosk.next("touch.pressed")).data == {"target": "human"}

        await kiosk.show(stream, SAMPLES["sms_code"])
        for digit in "409613":
            await kiosk.press(f"key:{digit}")
        secret = await kiosk.next("secret")
        assert secret.data == {"field": "sms_code", "text": "409613"}

        await kiosk.show(stream, SAMPLES["form_keypad"])
        for key in ("8", "8", "back", "0", "done"):
            await kiosk.press(f"key:{key}")
        assert (await kiosk.next("touch.entered")).data == {"field": "account", "text": "80"}

        await kiosk.show(stream, SAMPLES["confirm"])
        heard = []
        for key in ("Down", "Down", "Up"):  # by ear: forth, forth, back
            await kiosk.key(key)
            heard.append((await kiosk.next("read")).data["text"])
        assert heard[0] == heard[2] == "请看一眼，对得上就亲手点一下。"
        for _ in range(20):
            await kiosk.key("Down")
            if (await kiosk.next("read")).data["text"].startswith("对， 转账，按钮"):
                break
        await kiosk.key("Return")
        assert (await kiosk.next("touch.pressed")).data == {"target": "confirm"}

        whole = SAMPLES["confirm"]  # covered on the screen, and heard alone
        await stream.send("view", view=view_to_data(replace(whole, parts=())), by_ear=view_to_data(whole))
        texts = (await kiosk.next("guide")).data["texts"]
        assert texts[0].startswith("现在只有您听得见")
        assert any("5,000" in text for text in texts)
        await kiosk.key("F1")
        assert (await kiosk.next("touch.pressed")).data == {"target": "human"}

        await kiosk.show(stream, SAMPLES["hold"])
        assert near((await kiosk.picture())[100, 10], "#0A3E34")  # safe-hold is dark green
        stream.close()
        assert (await kiosk.next("hello")).data == {"role": "ui"}  # it comes back by itself
        again = await kiosk.streams.get()
        await kiosk.show(again, SAMPLES["attract"])
        await kiosk.show(again, SAMPLES["conversation"])
        await kiosk.press("choice:chen")  # not what was pressed last: the same twice within a moment is one press
        await kiosk.next("touch.pressed")
        await kiosk.show(again, SAMPLES["attract"])  # the customer has gone, and passed most of the glass by
        count = kiosk.folder / "window" / "glass.json"
        async with asyncio.timeout(PATIENCE_S):
            while not count.exists():  # noqa: ASYNC110 - another process writes it
                await asyncio.sleep(0.02)
        assert sum(json.loads(count.read_bytes())["missed"]) > 0
        kinds = {path.name.split("_", 1)[1] for path in (kiosk.folder / "shots").glob("*.png")}
        assert {"conversation.png", "sms_code.png", "form.png", "hold.png"} <= kinds
        assert psutil.Process(kiosk.process.pid).memory_info().rss <= 300e6


async def test_the_tellers_picture_comes_from_the_ring(display):
    async with running(display) as (kiosk, stream):
        ring = picture_ring(kiosk.folder / "teller.ring", 320, 180)
        view = replace(SAMPLES["teller_video"], parts=(VideoPart("teller"),))
        await kiosk.show(stream, view)
        ring.write(np.full((180, 320, 3), (0, 0, 200), np.uint8).tobytes(), 1)
        async with asyncio.timeout(60):
            picture = await kiosk.picture()
            while not near(picture[200, 500], "#C80000"):
                picture = await kiosk.picture()
        for n, colour in enumerate(("#C83C00", "#C87800", "#C8B400")):  # drawn alone, without the rest of the screen
            ring.write(np.full((180, 320, 3), (0, 60 * (n + 1), 200), np.uint8).tobytes(), 2 + n)
            async with asyncio.timeout(60):
                while not near((on_screen := await asyncio.to_thread(seen, display))[200, 500], colour):
                    pass
        assert np.array_equal(on_screen, await kiosk.picture())
        ring.close()


async def test_core_away_shows_the_calm_view_without_buttons(display):
    async with running(display) as (kiosk, stream):
        await kiosk.show(stream, SAMPLES["conversation"])
        gone = asyncio.create_task(kiosk.next("hello"))
        stream.close()
        await gone
        layout = await kiosk.ask("layout")
        assert layout.data["targets"] == {}
        assert layout.data["screen"] == "processing"
