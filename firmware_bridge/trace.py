"""The technician's trace: what passes between services and their clients, redacted here, told over ``trace.sock``.

A client sends one frame ``trace {service?}`` and hears ``message`` frames until it closes. Nothing is kept: messages
that pass while nobody listens are gone, and a listener that does not keep up is told how many it missed.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import re
import time
from collections.abc import Callable, Iterable
from typing import Any

from firmware_bridge.protocol.envelope import parse
from firmware_bridge.redaction import HIDDEN, redacted
from firmware_bridge.services.service import Service
from guitai.errors import GuitaiError
from guitai.wire.sockets import FrameStream

MOST_WAITING = 500
"""Messages kept for a slow listener."""

_NAME = re.compile(r"[A-Za-z0-9]{1,40}(\.[A-Za-z0-9]{1,60})?")
"""A peer's name for its message may be anything; only a plain one is shown."""

Traced = dict[str, Any]


class Trace:
    """Listens to services by their tap and serves listeners of its own."""

    def __init__(self, services: Iterable[Service], now_s: Callable[[], float] = time.time) -> None:
        self._now_s = now_s
        self._listeners: set[_Listener] = set()
        self._last = 0
        """Hash of the latest news: its text is not kept."""

        self._had: set[int] = set()
        """The clients that had it."""

        for service in services:
            service.tap = functools.partial(self._heard, service.name)

    async def handle(self, stream: FrameStream) -> None:
        """Serve one listener until it goes. Raises GuitaiError ``wire.unknown_type``."""
        async for frame in stream:
            if frame.type != "trace":
                raise GuitaiError("wire.unknown_type", type=frame.type)
            await self._tell(stream, str(frame.data.get("service") or ""))
            return

    async def _tell(self, stream: FrameStream, service: str) -> None:
        listener = _Listener(service)
        self._listeners.add(listener)
        telling = asyncio.create_task(listener.tell(stream))
        try:
            await stream.send("tracing", service=service)
            async for _ in stream:  # it has nothing more to say; this notices that it goes
                pass
        finally:
            self._listeners.discard(listener)
            telling.cancel()
            with contextlib.suppress(asyncio.CancelledError, ConnectionError):
                await telling

    def _heard(self, service: str, client: int, sent: bool, text: str | bytes) -> None:
        wanted = [one for one in self._listeners if one.service in {"", service}]
        if not wanted:
            return
        message = self._message(service, client, sent, text)
        if message is not None:
            for listener in wanted:
                listener.add(message)

    def _message(self, service: str, client: int, sent: bool, text: str | bytes) -> Traced | None:
        told: Traced = {"at_s": self._now_s(), "service": service, "client": client, "sent": sent}
        try:
            message = parse(text)
        except GuitaiError as error:
            return told | {"type": "unreadable", "name": error.code, "payload": {}}
        if message.request_id is None:
            news = hash((service, text))
            if self._last == news and client not in self._had:
                self._had.add(client)
                return None  # the same news to the next client
            self._last, self._had = news, {client}
        return told | {
            # Some services send what happens by itself as an event; without a number it belongs to no command.
            "type": "unsolicited" if message.type == "event" and message.request_id is None else message.type,
            "name": message.name if _NAME.fullmatch(message.name) else HIDDEN,
            "request_id": message.request_id,
            "code": message.completion_code or message.status,
            "payload": redacted(message),
        }


class _Listener:
    """One client of the trace."""

    def __init__(self, service: str) -> None:
        self.service = service
        self._waiting: asyncio.Queue[Traced] = asyncio.Queue(MOST_WAITING)
        self._missed = 0

    def add(self, message: Traced) -> None:
        """Queue a message, or count it as missed."""
        try:
            self._waiting.put_nowait(message)
        except asyncio.QueueFull:
            self._missed += 1

    async def tell(self, stream: FrameStream) -> None:
        """Send what waits until cancelled."""
        while True:
            message = await self._waiting.get()
            missed, self._missed = self._missed, 0
            await stream.send("message", **message, missed=missed)
