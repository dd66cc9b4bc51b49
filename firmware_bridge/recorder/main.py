"""The recorder as the devices process runs it: a socket on which core begins, ends and discards recordings."""

from __future__ import annotations

import asyncio
import re
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from firmware_bridge.recorder.chunks import MANIFEST, remove, wrapping_key_of
from firmware_bridge.recorder.tap import KioskTap
from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.messages.codec import convert, name_of
from guitai.messages.recording import (
    BeginRecording,
    DiscardRecording,
    EndRecording,
    RecordingBegan,
    RecordingFailed,
    RecordingFinished,
)
from guitai.tables import RECORDINGS, RINGS, SOCKETS
from guitai.wire.films import ID, viewing_public
from guitai.wire.framing import Frame
from guitai.wire.sockets import FrameStream, serve

if TYPE_CHECKING:
    from firmware_bridge.recorder.recording import Recording

LEAST_FREE_BYTES = 200_000_000
"""A quarter of an hour takes 60 MB; the journal needs room, too."""

log = structlog.get_logger()


class Recorder:
    """Makes one recording at a time. One whose connection goes away is discarded: whoever wanted it does not know of it any more."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._folder = config.paths.state / RECORDINGS
        self._running: tuple[str, FrameStream, Recording] | None = None
        self._last: tuple[str, FrameStream] | None = None
        """What was finished last, and who wanted it: until the next one begins they may still say that nothing came of it."""

        self._lock = asyncio.Lock()
        self.tap = KioskTap()

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop`; what an earlier run left unfinished is removed first, nobody could read it."""
        await asyncio.to_thread(_sweep, self._folder)
        async with serve(self._config.paths.run / SOCKETS["recording"], self._handle):
            await stop.wait()
            async with self._lock:
                await self._discard()

    async def _handle(self, stream: FrameStream) -> None:
        try:
            async for frame in stream:
                try:
                    async with self._lock:
                        answer = await self._do(stream, frame)
                except GuitaiError as error:
                    answer = _refusal(frame, error)
                if answer is not None:
                    await stream.send(name_of(answer), **asdict(answer))
        finally:
            async with self._lock:
                if self._running is not None and self._running[1] is stream:
                    await self._discard()

    async def _do(self, stream: FrameStream, frame: Frame) -> Any:
        match frame.type:
            case "recording.begin":
                return await self._begin(stream, convert(frame.data, BeginRecording))
            case "recording.end":
                return await self._end(convert(frame.data, EndRecording))
            case "recording.discard":
                return await self._forget(stream, convert(frame.data, DiscardRecording))
            case _:
                raise GuitaiError("wire.unknown_type", type=frame.type)

    async def _begin(self, stream: FrameStream, wanted: BeginRecording) -> RecordingBegan:
        if self._running is not None:
            raise GuitaiError("recording.busy")
        recording = await asyncio.to_thread(self._open, wanted)
        self._running, self._last = (wanted.recording_id, stream, recording), None
        log.info("recording began", recording_id=wanted.recording_id)
        return RecordingBegan(wanted.request_id, wanted.recording_id)

    async def _end(self, wanted: EndRecording) -> RecordingFinished:
        if self._running is None or self._running[0] != wanted.recording_id:
            raise GuitaiError("recording.unknown", recording_id=wanted.recording_id)
        (_, stream, recording), self._running = self._running, None
        kept = await asyncio.to_thread(recording.finish)
        log.info("recording finished", recording_id=wanted.recording_id, **asdict(kept))
        self._last = (wanted.recording_id, stream)
        place = f"{RECORDINGS}/{wanted.recording_id}"
        return RecordingFinished(
            wanted.request_id, wanted.recording_id, kept.sha256, kept.duration_ms, kept.size_bytes, place
        )

    async def _forget(self, stream: FrameStream, wanted: DiscardRecording) -> None:
        if self._running is not None and self._running[0] == wanted.recording_id:
            await self._discard()
        elif self._last == (wanted.recording_id, stream):
            self._last = None
            await asyncio.to_thread(remove, self._folder / wanted.recording_id)
            log.info("recording discarded", recording_id=wanted.recording_id)

    async def _discard(self) -> None:
        if self._running is not None:
            recording, self._running = self._running[2], None
            await asyncio.to_thread(recording.discard)
            log.info("recording discarded", recording_id=recording.folder.name)

    def _open(self, wanted: BeginRecording) -> Recording:
        # Loaded when the first sale is made: most kiosks stand idle most of the day, and the encoders take memory.
        from firmware_bridge.recorder.recording import Keys, Recording, Rings

        if re.fullmatch(ID, wanted.recording_id) is None:
            raise GuitaiError("recording.bad_id", recording_id=wanted.recording_id)
        folder = self._config.paths.keys
        keys = Keys(wrapping_key_of(folder), viewing_public(folder))
        try:
            self._folder.mkdir(mode=0o750, parents=True, exist_ok=True)
            free = shutil.disk_usage(self._folder).free
        except OSError as error:
            raise GuitaiError("recording.disk", reason=error.strerror) from error
        if free < LEAST_FREE_BYTES:
            raise GuitaiError("recording.disk_full")
        run = self._config.paths.run
        rings = Rings.open(run / RINGS["microphone"], run / RINGS["camera"])
        folder = self._folder / wanted.recording_id
        return Recording(folder, self._config.kiosk.id, wanted.retention, rings, self.tap, keys)


def _refusal(frame: Frame, error: GuitaiError) -> RecordingFailed | None:
    log.warning("recording refused", code=error.code, reason=error.english())
    request_id = frame.data.get("request_id")
    return RecordingFailed(request_id, error.code) if isinstance(request_id, str) else None


def _sweep(folder: Path) -> None:
    for left in folder.glob("*/"):
        if not (left / MANIFEST).exists():
            log.warning("unfinished recording removed", recording_id=left.name)
            remove(left)
