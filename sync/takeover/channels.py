"""The data channels beside sound and picture: the view and the captions out, the pointer in, and a word on the connection."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Annotated, Any

import orjson
from aiortc import RTCDataChannel, RTCPeerConnection
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from guitai.wire.video import CHANNELS

POINTER_BYTES = 200
POINTER_S = 0.03
"""Between two places of the pointer that are passed on; a console tells one every 0.05 s, more or less."""

MOST_WAITING_BYTES = 1_000_000
"""A browser that reads nothing for so long is told nothing more."""

PAPER_PART_BYTES, PAPER_WAITING_BYTES = 16 * 1024, 64 * 1024
"""A part of a picture fits one message of every browser; no more than four parts wait in front of the view."""

Place = Annotated[float, Field(ge=0, le=1)]


class Pointer(BaseModel):
    """Where the teller points, in parts of the kiosk's screen."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    x: Place
    y: Place


_POINTER: TypeAdapter[Pointer | None] = TypeAdapter(Pointer | None)


class Channels:
    """All channels of one connection. `on_open` is called once they can all be used."""

    def __init__(
        self, pc: RTCPeerConnection, on_open: Callable[[], None], on_pointer: Callable[[Pointer | None], None] | None
    ) -> None:
        self._all: dict[str, RTCDataChannel] = {
            name: pc.createDataChannel(name, negotiated=True, id=number) for name, number in CHANNELS.items()
        }
        self._on_pointer = on_pointer
        self._pointed_s, self._points = 0.0, False
        self._on_open = on_open
        self._paper: asyncio.Task[None] | None = None
        self._room = asyncio.Event()
        for channel in self._all.values():
            channel.on("open", self._opened)
        self._all["pointer"].on("message", self._heard)
        self._all["papers"].bufferedAmountLowThreshold = PAPER_WAITING_BYTES // 2
        self._all["papers"].on("bufferedamountlow", self._room.set)

    def view(self, view: dict[str, Any] | None) -> None:
        """Tell the view; None withholds it."""
        self._send("view", {"view": view})

    def caption(self, who: str, text: str) -> None:
        """Tell a line of what is said."""
        self._send("captions", {"who": who, "text": text})

    def paper(self, what: str, sha256: str, body: bytes) -> None:
        """Send a picture in place of any that is still on its way; it leaves in small parts, so that nothing else waits for it."""
        self.stop_paper()
        self._paper = asyncio.get_running_loop().create_task(self._send_paper(what, sha256, body))

    def stop_paper(self) -> None:
        """Send no more of the picture."""
        if self._paper is not None:
            self._paper.cancel()

    async def _send_paper(self, what: str, sha256: str, body: bytes) -> None:
        channel = self._all["papers"]
        self._send("papers", {"what": what, "sha256": sha256, "size": len(body)})
        for at in range(0, len(body), PAPER_PART_BYTES):
            self._room.clear()
            if channel.bufferedAmount > PAPER_WAITING_BYTES:
                await self._room.wait()
            if channel.readyState != "open":
                return
            channel.send(body[at : at + PAPER_PART_BYTES])

    def control(self, kind: str, **data: Any) -> None:
        """Tell the browser about the connection."""
        self._send("control", {"kind": kind, **data})

    def _opened(self) -> None:
        if all(channel.readyState == "open" for channel in self._all.values()):
            self._on_open()

    def _send(self, name: str, message: dict[str, Any]) -> None:
        channel = self._all[name]
        if channel.readyState == "open" and channel.bufferedAmount < MOST_WAITING_BYTES:
            channel.send(orjson.dumps(message).decode())

    def _heard(self, message: str | bytes) -> None:
        """Take a place of the pointer; what is no place is let pass, what comes too fast waits for the next."""
        if self._on_pointer is None or len(message) > POINTER_BYTES:
            return
        try:
            pointer = _POINTER.validate_json(message)
        except ValidationError:
            return
        now_s = time.monotonic()
        gone = pointer is None and self._points  # at once, but once
        if gone or (pointer is not None and now_s - self._pointed_s >= POINTER_S):
            self._pointed_s, self._points = now_s, pointer is not None
            self._on_pointer(pointer)
