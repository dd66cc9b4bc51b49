"""Tells every connected client the edges, and takes consent from them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from edge_models.vision.smoothing import FaceEvent, State, present
from guitai.errors import GuitaiError
from guitai.messages.codec import to_data
from guitai.messages.face import CustomerLeft
from guitai.wire.framing import Frame
from guitai.wire.sockets import FrameStream

CONSENT = "guitai-consent"
QUEUE_FRAMES = 64
"""Edges are rare: a client this far behind is stuck, and is let go so that it connects again to the present state."""


class Consent(BaseModel):
    """The customer allowed the expression to be read, or took that back. Binding on this connection only."""

    model_config = ConfigDict(extra="forbid", strict=True)

    expression: bool


class Hub:
    """The clients. All methods belong to the event loop's thread.

    Args:
        allow: called with whether anybody's consent stands.
    """

    def __init__(self, allow: Callable[[bool], None]) -> None:
        self._allow = allow
        self._state = State()
        self._queues: dict[FrameStream, asyncio.Queue[FaceEvent]] = {}
        self._consenting: set[FrameStream] = set()

    def publish(self, state: State, events: tuple[FaceEvent, ...]) -> None:
        """Send edges to every client and remember the state for those that come later."""
        self._state = state
        if any(isinstance(event, CustomerLeft) for event in events):
            self._consenting.clear()
        for stream, queue in self._queues.items():
            for event in events:
                try:
                    queue.put_nowait(event)
                except asyncio.QueueFull:
                    stream.close()

    async def handle(self, stream: FrameStream) -> None:
        """Serve one client until it goes."""
        queue: asyncio.Queue[FaceEvent] = asyncio.Queue(QUEUE_FRAMES)
        for event in present(self._state):
            queue.put_nowait(event)
        self._queues[stream] = queue
        sending = asyncio.create_task(_send(stream, queue))
        try:
            async for frame in stream:
                try:
                    self._take(stream, frame)
                except GuitaiError as error:
                    await stream.send_error(error)
        finally:
            del self._queues[stream]
            self._consent(stream, False)
            sending.cancel()

    def _take(self, stream: FrameStream, frame: Frame) -> None:
        if frame.type != CONSENT:
            raise GuitaiError("wire.unknown_type", type=frame.type)
        try:
            consent = Consent.model_validate(frame.data)
        except ValidationError as error:
            first = error.errors()[0]
            reason = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
            raise GuitaiError("wire.bad_data", type=CONSENT, reason=reason) from error
        self._consent(stream, consent.expression)

    def _consent(self, stream: FrameStream, given: bool) -> None:
        (self._consenting.add if given else self._consenting.discard)(stream)
        self._allow(bool(self._consenting))


async def _send(stream: FrameStream, queue: asyncio.Queue[FaceEvent]) -> None:
    while True:
        data: dict[str, Any] = to_data(await queue.get())
        try:
            await stream.send(data.pop("type"), **data)
        except ConnectionError:
            return  # the reading side ends, too, and cleans up
