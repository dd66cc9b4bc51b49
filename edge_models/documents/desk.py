"""Takes pictures of pages from clients of the vision socket, part by part, and answers with their lines."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Coroutine
from typing import Protocol

import msgspec
import structlog

from guitai.errors import GuitaiError
from guitai.messages.document import LINES, TextLine
from guitai.wire.sockets import FrameStream

MOST_BYTES = 8_000_000

log = structlog.get_logger()


class Reads(Protocol):
    """What the desk needs of `edge_models.documents.worker.Worker`."""

    async def warm_up(self) -> None:
        """Get ready for a page that is about to come."""
        ...

    async def read(self, picture: bytes) -> tuple[TextLine, ...]:
        """Return the lines of an encoded picture. Raises GuitaiError."""
        ...


class Desk:
    """Holds each client's picture while it comes in. All methods belong to the event loop's thread."""

    def __init__(self, worker: Reads) -> None:
        self._worker = worker
        self._parts: dict[FrameStream, bytearray] = {}
        self._running: set[asyncio.Task[None]] = set()

    def part(self, stream: FrameStream, request_id: str, part: bytes, *, last: bool) -> None:
        """Take a part of a page's picture; with the last one the page is read and whoever sent it is answered.

        Raises:
            GuitaiError: ``document.too_large``; what came so far is forgotten.
        """
        if not part and not last:
            self._start(self._worker.warm_up())
            return
        parts = self._parts.setdefault(stream, bytearray())
        if len(parts) + len(part) > MOST_BYTES:
            self.gone(stream)
            raise GuitaiError("document.too_large", most=MOST_BYTES)
        parts += part
        if last:
            self.gone(stream)
            self._start(self._answer(stream, request_id, bytes(parts)))

    def gone(self, stream: FrameStream) -> None:
        """Forget what a client sent."""
        self._parts.pop(stream, None)

    def _start(self, job: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(job)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _answer(self, stream: FrameStream, request_id: str, picture: bytes) -> None:
        began = time.monotonic()
        code, lines = "", tuple[TextLine, ...]()
        try:
            lines = await self._worker.read(picture)
        except GuitaiError as error:
            log.warning("page not read", code=error.code, reason=error.english())
            code = error.code
        took_ms = round((time.monotonic() - began) * 1000)
        log.info("page read", lines=len(lines), took_ms=took_ms, code=code)
        with contextlib.suppress(ConnectionError):
            await stream.send(LINES, msgspec.json.encode(lines), request_id=request_id, code=code, took_ms=took_ms)
