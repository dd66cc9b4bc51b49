"""The window's two sockets, on a thread of their own: client of core's, server of the one for proof and automation."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from guitai.errors import GuitaiError
from guitai.messages.view import View, view_from_data
from guitai.wire.framing import Frame
from guitai.wire.sockets import FrameStream, connect, serve
from kiosk_ui import png
from kiosk_ui.mouth import Mark, marks_of

log = structlog.get_logger()

RETRY_FIRST_S = 0.1
RETRY_MOST_S = 2.0


@dataclass(frozen=True, slots=True)
class Picture:
    """A frame as it was drawn: RGB rows from the bottom."""

    rgb: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Events:
    """What the link tells the window; called on the link's thread."""

    view: Callable[[View, int | None, View | None], None]
    """The screen, its serial, and the same screen for who hears it alone (None: nobody does)."""

    gone: Callable[[], None]
    typed: Callable[[str, str], None]
    """Field and digits that a window before this one had collected."""

    mouth: Callable[[int, tuple[Mark, ...]], None]
    """When the voice's first sample was heard (CLOCK_MONOTONIC, ns), and phonemes from there on; none: it is over."""

    layout: Callable[[Future[dict[str, Any]]], None]
    picture: Callable[[Future[Picture]], None]
    point: Callable[[float | None, float | None], None]


class Link:
    """Start, send, stop; connects again by itself, from 0.1 s up to every 2 s."""

    def __init__(self, core: Path, own: Path, events: Events) -> None:
        self._core, self._own, self._events = core, own, events
        self._thread = threading.Thread(target=self._run, name="link", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._outbox: asyncio.Queue[tuple[str, dict[str, Any]]] | None = None
        self._ready = threading.Event()
        self._failure: BaseException | None = None

    def start(self) -> None:
        """Begin; returns when the window's own socket listens. Raises GuitaiError ``wire.address_in_use``."""
        self._thread.start()
        self._ready.wait()
        if self._failure:
            raise self._failure

    def stop(self) -> None:
        """Close both sockets and wait for the thread."""
        if self._loop and self._task:
            with contextlib.suppress(RuntimeError):  # the loop has ended by itself
                self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join(timeout=2)

    def send(self, type_: str, **data: Any) -> None:
        """Tell core; while core is away there is nobody to tell, and a late press would be a wrong one."""
        if self._loop and self._outbox:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._outbox.put_nowait, (type_, data))

    def _run(self) -> None:
        try:
            asyncio.run(self._main())
        except asyncio.CancelledError:
            pass
        except GuitaiError as error:
            self._failure = error
        finally:
            self._ready.set()

    async def _main(self) -> None:
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        self._outbox = asyncio.Queue()
        async with serve(self._own, self._answer):
            self._ready.set()
            await self._talk(self._outbox)

    async def _talk(self, outbox: asyncio.Queue[tuple[str, dict[str, Any]]]) -> None:
        delay_s = RETRY_FIRST_S
        while True:
            try:
                stream = await connect(self._core)
            except GuitaiError:
                await asyncio.sleep(delay_s)
                delay_s = min(delay_s * 2, RETRY_MOST_S)
                continue
            delay_s = RETRY_FIRST_S
            while not outbox.empty():
                outbox.get_nowait()
            writer = asyncio.create_task(self._write(stream, outbox))
            try:
                await self._read(stream)
            finally:
                writer.cancel()
                stream.close()
            log.warning("window.core_gone")
            self._events.gone()

    async def _write(self, stream: FrameStream, outbox: asyncio.Queue[tuple[str, dict[str, Any]]]) -> None:
        with contextlib.suppress(ConnectionError):
            await stream.send("hello", role="ui")
            while True:
                type_, data = await outbox.get()
                await stream.send(type_, **data)

    async def _read(self, stream: FrameStream) -> None:
        try:
            async for frame in stream:
                await self._take(stream, frame)
        except (GuitaiError, ConnectionError) as error:
            log.warning("window.core_lost", reason=str(error))

    async def _take(self, stream: FrameStream, frame: Frame) -> None:
        if frame.type == "pointer":
            self._point(frame.data.get("x"), frame.data.get("y"))
        elif frame.type == "typed":
            self._events.typed(str(frame.data.get("field", "")), str(frame.data.get("text", "")))
        elif frame.type == "mouth":
            self._events.mouth(int(frame.data.get("at_ns", 0)), marks_of(frame.data.get("marks", ())))
        elif frame.type == "view":
            await self._take_view(stream, frame)

    async def _take_view(self, stream: FrameStream, frame: Frame) -> None:
        try:
            view = view_from_data(frame.data.get("view"))
            alone = frame.data.get("by_ear")
            by_ear = None if alone is None else view_from_data(alone)
        except GuitaiError as error:
            log.warning("window.bad_view", code=error.code, reason=error.english())
            await stream.send_error(error)
            return
        serial = frame.data.get("serial")
        self._events.view(view, serial if isinstance(serial, int) else None, by_ear)

    def _point(self, x: object, y: object) -> None:
        if isinstance(x, float | int) and isinstance(y, float | int):
            self._events.point(float(x), float(y))
        else:
            self._events.point(None, None)

    async def _answer(self, stream: FrameStream) -> None:
        async for frame in stream:
            try:
                await self._serve(stream, frame)
            except GuitaiError as error:
                await stream.send_error(error)

    async def _serve(self, stream: FrameStream, frame: Frame) -> None:
        if frame.type == "layout":
            laid_out: Future[dict[str, Any]] = Future()
            self._events.layout(laid_out)
            await stream.send("layout", **await asyncio.wrap_future(laid_out))
        elif frame.type == "screenshot":
            path = Path(str(frame.data.get("path", "")))
            drawn: Future[Picture] = Future()
            self._events.picture(drawn)
            picture = await asyncio.wrap_future(drawn)
            await asyncio.to_thread(png.write, path, picture.rgb, picture.width, picture.height)
            await stream.send("ok", path=str(path))
        else:
            raise GuitaiError("window.unknown_request", type=frame.type)
