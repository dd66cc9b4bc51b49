"""Core's side of the recorder: begins, ends and discards recordings in the devices process, and reports what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import structlog

from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.messages.codec import event_from
from guitai.messages.recording import BeginRecording, DiscardRecording, EndRecording, RecordingFailed
from guitai.shell.neighbour import Neighbour
from guitai.tables import SOCKETS
from guitai.wire.framing import Frame
from guitai.wire.sockets import FrameStream

ANSWER_S = 15.0
"""Loading the encoders the first time, or writing the last chunks on a slow disk."""

TRIES, TRY_AGAIN_S = 20, 0.1
"""Core that starts anew asks for a recording before it is connected again."""

log = structlog.get_logger()


class Recorder:
    """Every request is answered: by the recorder, or by `RecordingFailed` when it is away or goes away meanwhile."""

    def __init__(self, config: Config, happen: Callable[[object], None]) -> None:
        self._happen = happen
        self._waiting: dict[str, asyncio.TimerHandle] = {}
        self._begun = ("", "")
        """The recording asked for last, and the request."""

        path = config.paths.run / SOCKETS["recording"]
        self._neighbour = Neighbour("recorder", path, self._told, _up, self._gone)

    async def run(self) -> None:
        """Stay connected until cancelled."""
        await self._neighbour.run()

    @property
    def connected(self) -> bool:
        """Whether the recorder is there."""
        return self._neighbour.up

    async def begin(self, effect: BeginRecording) -> None:
        """Have it record."""
        self._begun = (effect.recording_id, effect.request_id)
        await self._ask(
            "recording.begin",
            effect.request_id,
            recording_id=effect.recording_id,
            retention=effect.retention,
        )

    async def end(self, effect: EndRecording) -> None:
        """Have it finish and keep the recording."""
        await self._ask("recording.end", effect.request_id, recording_id=effect.recording_id)

    async def discard(self, effect: DiscardRecording) -> None:
        """Have it forget the recording; one it does not know any more is forgotten already, one not asked for yet never begins."""
        if self._begun[0] == effect.recording_id:
            self._answered(self._begun[1])
        await self._neighbour.send("recording.discard", recording_id=effect.recording_id)

    async def _ask(self, what: str, request_id: str, **data: Any) -> None:
        loop = asyncio.get_running_loop()
        self._waiting[request_id] = loop.call_later(ANSWER_S, self._failed, request_id)
        for _ in range(TRIES):
            if request_id not in self._waiting:
                return  # it failed or was discarded meanwhile: nobody would end what begins now
            if await self._neighbour.send(what, request_id=request_id, **data):
                return
            await asyncio.sleep(TRY_AGAIN_S)
        self._failed(request_id)

    def _told(self, frame: Frame) -> None:
        try:
            event = event_from({"type": frame.type, **frame.data})
        except GuitaiError as error:
            log.warning("the recorder sent what we do not know", code=error.code)
            return
        if self._answered(str(frame.data.get("request_id", ""))):
            self._happen(event)

    def _failed(self, request_id: str) -> None:
        if self._answered(request_id):
            self._happen(RecordingFailed(request_id, "recording.gone"))

    def _answered(self, request_id: str) -> bool:
        timer = self._waiting.pop(request_id, None)
        if timer is not None:
            timer.cancel()
        return timer is not None

    def _gone(self) -> None:
        for request_id in tuple(self._waiting):
            self._failed(request_id)


async def _up(_stream: FrameStream) -> None:
    """Nothing is said before a recording is wanted."""
