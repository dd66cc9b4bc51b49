"""Tells every connected client the edges, takes consent from them, and carries their orders to the checks and the reader."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

from edge_models.vision.checks import Allow, Answer, Command, Live, Verify
from edge_models.vision.orders import Consent, LivenessOrder, PageOrder, VerifyOrder, order_of
from edge_models.vision.smoothing import FaceEvent, State, present
from guitai.errors import GuitaiError
from guitai.messages.codec import to_data
from guitai.messages.face import CustomerLeft
from guitai.wire.framing import Frame
from guitai.wire.sockets import FrameStream

QUEUE_FRAMES = 64
"""Edges are rare: a client this far behind is stuck, and is let go so that it connects again to the present state."""
NOTHING = Consent(expression=False)


class Pages(Protocol):
    """What the hub needs of `edge_models.documents.desk.Desk`."""

    def part(self, stream: FrameStream, request_id: str, part: bytes, *, last: bool) -> None:
        """Take a part of a page's picture; with the last one the page is read and whoever sent it is answered."""
        ...

    def gone(self, stream: FrameStream) -> None:
        """Forget what a client sent."""
        ...


class Hub:
    """The clients. All methods belong to the event loop's thread.

    Args:
        allow: called with whether anybody's consent to reading the expression stands.
        command: called with what the checks should do.
        pages: reads papers.
    """

    def __init__(self, allow: Callable[[bool], None], command: Callable[[Command], None], pages: Pages) -> None:
        self._allow, self._command, self._pages = allow, command, pages
        self._state = State()
        self._queues: dict[FrameStream, asyncio.Queue[FaceEvent | Answer]] = {}
        self._consents: dict[FrameStream, Consent] = {}

    def publish(self, state: State, events: tuple[FaceEvent, ...]) -> None:
        """Send edges to every client and remember the state for those that come later."""
        self._state = state
        if any(isinstance(event, CustomerLeft) for event in events):
            self._consents.clear()
        for stream in self._queues:
            for event in events:
                self._put(stream, event)

    def answer(self, answer: Answer) -> None:
        """Send what a check found to the clients that have the customer's consent to it, and to nobody else."""
        for stream, consent in self._consents.items():
            if consent.identity:
                self._put(stream, answer)

    async def handle(self, stream: FrameStream) -> None:
        """Serve one client until it goes."""
        queue: asyncio.Queue[FaceEvent | Answer] = asyncio.Queue(QUEUE_FRAMES)
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
            self._pages.gone(stream)
            self._consent(stream, NOTHING)
            sending.cancel()

    def _put(self, stream: FrameStream, message: FaceEvent | Answer) -> None:
        try:
            self._queues[stream].put_nowait(message)
        except asyncio.QueueFull:
            stream.close()

    def _take(self, stream: FrameStream, frame: Frame) -> None:
        order = order_of(frame)
        if isinstance(order, Consent):
            self._consent(stream, order)
            return
        if isinstance(order, PageOrder):
            self._pages.part(stream, order.request_id, frame.payload, last=order.last)
            return
        if not self._consents.get(stream, NOTHING).identity:
            raise GuitaiError("vision.no_consent")
        match order:
            case VerifyOrder(request_id=request_id):
                self._command(Verify(request_id, frame.payload))
            case LivenessOrder(request_id=request_id, challenges=challenges, limit_s=limit_s):
                self._command(Live(request_id, tuple(challenges), limit_s))

    def _consent(self, stream: FrameStream, consent: Consent) -> None:
        self._consents[stream] = consent
        if consent == NOTHING:
            del self._consents[stream]
        consents = self._consents.values()
        self._allow(any(one.expression for one in consents))
        self._command(Allow(any(one.identity for one in consents)))


async def _send(stream: FrameStream, queue: asyncio.Queue[FaceEvent | Answer]) -> None:
    while True:
        data: dict[str, Any] = to_data(await queue.get())
        try:
            await stream.send(data.pop("type"), **data)
        except ConnectionError:
            return  # the reading side ends, too, and cleans up
