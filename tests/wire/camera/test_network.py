"""Network cameras on a real wire: RTSP by a small server of RFC 2326 and RFC 2250, a bare transport stream over TCP."""

from __future__ import annotations

import asyncio
import contextlib
import io
import itertools
import struct
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import av
import numpy as np
import pytest

from firmware_bridge.camera import Camera
from guitai.config import Camera as CameraConfig
from guitai.config import Config
from guitai.messages.device import DeviceState
from guitai.tables import RINGS
from guitai.wire.rings import RingReader, picture

TS_PACKET = 188
PER_RTP = 7
MP2T = 33
SDP = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=eye\r\nt=0 0\r\nm=video 0 RTP/AVP 33\r\na=control:track\r\n"

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]


@pytest.fixture(scope="module")
def stream() -> bytes:
    """Two seconds of a grey picture as an MPEG transport stream."""
    body = io.BytesIO()
    with av.open(body, "w", format="mpegts") as container:
        video = container.add_stream("mpeg2video", rate=25)
        video.width, video.height, video.pix_fmt = 160, 120, "yuv420p"
        for _ in range(50):
            frame = av.VideoFrame.from_ndarray(np.full((120, 160, 3), 120, np.uint8), "bgr24")
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
    return body.getvalue()


@contextlib.asynccontextmanager
async def listening(serve: Serve) -> AsyncIterator[int]:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@contextlib.asynccontextmanager
async def showing(config: Config, source: str) -> AsyncIterator[asyncio.Queue[DeviceState]]:
    told: asyncio.Queue[DeviceState] = asyncio.Queue()
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    settings = config.model_copy(update={"camera": CameraConfig(source=source, width=160, height=120, fps=30)})
    camera = Camera(settings, lambda state: loop.call_soon_threadsafe(told.put_nowait, state))
    task = asyncio.create_task(camera.run(stop))
    try:
        yield told
    finally:
        stop.set()
        await asyncio.wait_for(task, 20)


def seen(config: Config) -> float:
    reader = RingReader(config.paths.run / RINGS["camera"])
    slot = reader.borrow()
    assert slot is not None
    return float(picture(slot, reader.shape).mean())


async def test_a_stream_that_breaks_is_opened_again(config: Config, stream: bytes) -> None:
    visits = itertools.count()

    async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        next(visits)
        with contextlib.suppress(ConnectionError):
            for _ in range(20):
                writer.write(stream)
                await writer.drain()
        writer.close()

    async with listening(serve) as port, showing(config, f"tcp://127.0.0.1:{port}") as told:
        for usable, code in [(True, ""), (False, "camera.stopped"), (True, "")]:
            assert await asyncio.wait_for(told.get(), 30) == DeviceState("camera", usable, code)
        assert seen(config) == pytest.approx(120, abs=4)
    assert next(visits) >= 2


async def test_an_rtsp_camera_is_shown(config: Config, stream: bytes) -> None:
    asked: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                request = (await reader.readuntil(b"\r\n\r\n")).decode()
                method = request.split()[0]
                asked.append(method)
                writer.write(_answer(method, request))
                if method == "PLAY":
                    break
            for number in itertools.count():
                writer.write(_packet(stream, number))
                await writer.drain()
                if number % 10 == 0:
                    await asyncio.sleep(0.005)
        writer.close()

    async with listening(serve) as port, showing(config, f"rtsp://127.0.0.1:{port}/eye") as told:
        assert await asyncio.wait_for(told.get(), 40) == DeviceState("camera", True)
        assert seen(config) == pytest.approx(120, abs=4)
    assert asked[-4:] == ["OPTIONS", "DESCRIBE", "SETUP", "PLAY"]


async def test_a_camera_that_is_away_is_told(config: Config) -> None:
    async with listening(lambda *_: asyncio.sleep(0)) as port:
        pass
    async with showing(config, f"rtsp://127.0.0.1:{port}/eye") as told:
        assert await asyncio.wait_for(told.get(), 20) == DeviceState("camera", False, "camera.cannot_open")


def _answer(method: str, request: str) -> bytes:
    headers = [next(line for line in request.split("\r\n") if line.startswith("CSeq")), "Session: 7"]
    body = ""
    if method == "DESCRIBE":
        body = SDP
        headers += ["Content-Type: application/sdp", f"Content-Length: {len(SDP)}"]
    elif method == "SETUP":
        if "TCP" not in request:  # it asks for UDP first
            return f"RTSP/1.0 461 Unsupported Transport\r\n{headers[0]}\r\n\r\n".encode()
        headers.append("Transport: RTP/AVP/TCP;unicast;interleaved=0-1")
    elif method == "OPTIONS":
        headers.append("Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN")
    return ("\r\n".join(["RTSP/1.0 200 OK", *headers]) + "\r\n\r\n" + body).encode()


def _packet(stream: bytes, number: int) -> bytes:
    size = PER_RTP * TS_PACKET
    body = stream[number * size % (len(stream) // size * size) :][:size]
    header = struct.pack("!BBHII", 0x80, MP2T, number & 0xFFFF, number * 900 & 0xFFFFFFFF, 5)
    return struct.pack("!BBH", ord("$"), 0, len(header) + len(body)) + header + body
