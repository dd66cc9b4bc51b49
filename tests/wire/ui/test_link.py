"""The link over real unix sockets: views in, touches out, back-off while core is away, proof requests answered."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import tempfile
from pathlib import Path

import pytest

from guitai.errors import GuitaiError
from guitai.messages.view import view_to_data
from guitai.wire.sockets import connect, serve
from kiosk_ui.link import Events, Link, Picture
from kiosk_ui.samples import samples

VIEW = samples()["hold"]


@pytest.fixture
def folder():
    path = Path(tempfile.mkdtemp(prefix="g"))
    yield path
    shutil.rmtree(path)


class Core:
    """A core on the real wire: keeps what it hears, sends what the test says."""

    def __init__(self):
        self.heard = asyncio.Queue()
        self.streams = asyncio.Queue()

    async def handle(self, stream):
        await self.streams.put(stream)
        async for frame in stream:
            await self.heard.put(frame)


class Window:
    """Collects what the link tells the window, on the test's loop."""

    def __init__(self):
        self.loop = asyncio.get_running_loop()
        self.told = asyncio.Queue()

    def events(self):
        return Events(
            view=lambda view, serial, by_ear: self._tell(("view", view, serial, *([by_ear] if by_ear else []))),
            gone=lambda: self._tell(("gone",)),
            typed=lambda name, text: self._tell(("typed", name, text)),
            mouth=lambda at_ns, marks: self._tell(("mouth", at_ns, marks)),
            layout=lambda future: future.set_result({"screen": "hold", "targets": {"human": [1, 2, 3, 4]}}),
            picture=lambda future: future.set_result(Picture(bytes(12), 2, 2)),
            point=lambda x, y: self._tell(("point", x, y)),
        )

    def _tell(self, what):
        self.loop.call_soon_threadsafe(self.told.put_nowait, what)


@contextlib.asynccontextmanager
async def linked(folder):
    window = Window()
    link = Link(folder / "core.sock", folder / "window.sock", window.events())
    await asyncio.to_thread(link.start)
    try:
        yield link, window
    finally:
        await asyncio.to_thread(link.stop)


async def soon(queue):
    return await asyncio.wait_for(queue.get(), 60)


async def test_view_in_and_touches_out(folder):
    core = Core()
    async with serve(folder / "core.sock", core.handle), linked(folder) as (link, window):
        hello = await soon(core.heard)
        assert (hello.type, hello.data) == ("hello", {"role": "ui"})
        stream = await soon(core.streams)
        await stream.send("view", view=view_to_data(VIEW), serial=7)
        assert await soon(window.told) == ("view", VIEW, 7)
        link.send("touch.pressed", target="human")
        pressed = await soon(core.heard)
        assert (pressed.type, pressed.data) == ("touch.pressed", {"target": "human"})


async def test_a_bad_view_is_answered_and_the_next_one_shown(folder):
    core = Core()
    async with serve(folder / "core.sock", core.handle), linked(folder) as (_, window):
        await soon(core.heard)
        stream = await soon(core.streams)
        await stream.send("view", view={"screen": "nowhere", "lead": ""})
        error = await soon(core.heard)
        assert (error.type, error.data["code"]) == ("error", "wire.bad_data")
        await stream.send("view", view=view_to_data(VIEW))
        assert await soon(window.told) == ("view", VIEW, None)


async def test_core_comes_late_goes_and_comes_back(folder):
    core = Core()
    async with linked(folder) as (link, window):
        link.send("touch.pressed", target="late")  # nobody there: must not be kept
        async with serve(folder / "core.sock", core.handle):
            assert (await soon(core.heard)).type == "hello"
            (await soon(core.streams)).close()
        assert await soon(window.told) == ("gone",)
        link.send("touch.pressed", target="late")
        async with serve(folder / "core.sock", core.handle):
            assert (await soon(core.heard)).type == "hello"
            link.send("touch.pressed", target="human")
            assert (await soon(core.heard)).data == {"target": "human"}


async def test_layout_and_screenshot_for_proof(folder):
    async with linked(folder):
        stream = await connect(folder / "window.sock")
        frames = aiter(stream)
        await stream.send("layout")
        answer = await asyncio.wait_for(anext(frames), 60)
        assert (answer.type, answer.data["targets"]) == ("layout", {"human": [1, 2, 3, 4]})
        await stream.send("screenshot", path=str(folder / "now.png"))
        answer = await asyncio.wait_for(anext(frames), 60)
        assert answer.type == "ok"
        assert (folder / "now.png").is_file()
        await stream.send("screenshot", path=str(folder / "none" / "now.png"))
        assert (await asyncio.wait_for(anext(frames), 60)).data["code"] == "window.screenshot_failed"
        await stream.send("dance")
        assert (await asyncio.wait_for(anext(frames), 60)).data["code"] == "window.unknown_request"
        stream.close()


async def test_a_second_window_is_refused(folder):
    async with linked(folder):
        second = Link(folder / "core.sock", folder / "window.sock", Window().events())
        with pytest.raises(GuitaiError, match=r"wire\.address_in_use"):
            await asyncio.to_thread(second.start)


async def test_the_voices_phonemes_reach_the_mouth(folder):
    core = Core()
    async with serve(folder / "core.sock", core.handle), linked(folder) as (_, window):
        await soon(core.heard)
        stream = await soon(core.streams)
        await stream.send("mouth", at_ns=5, marks=[["a", 0.0, 0.1], "nonsense", ["", 0.1, 0.2]])
        assert await soon(window.told) == ("mouth", 5, (("a", 0.0, 0.1), ("", 0.1, 0.2)))
