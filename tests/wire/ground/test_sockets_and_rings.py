"""Frames over real unix sockets, rings over real shared memory."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from guitai.errors import GuitaiError
from guitai.wire.framing import Frame
from guitai.wire.rings import PICTURE_SLOTS, RingReader, audio_ring, next_picture, picture, picture_ring, samples
from guitai.wire.sockets import FrameStream, connect, serve


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="g") as name:
        yield Path(name)


async def echo(stream: FrameStream) -> None:
    async for frame in stream:
        await stream.send(frame.type, frame.payload, **frame.data)


async def first(stream: FrameStream) -> Frame:
    async with asyncio.timeout(60):
        async for frame in stream:
            return frame
    raise AssertionError("closed")


async def test_frames_go_there_and_back(folder: Path) -> None:
    async with serve(folder / "s", echo):
        stream = await connect(folder / "s")
        await stream.send("ping", b"abc", n=1)
        assert await first(stream) == Frame("ping", {"n": 1}, b"abc")
        assert (folder / "s").stat().st_mode & 0o777 == 0o660
        stream.close()


async def test_a_malformed_header_gets_an_error_and_the_server_lives_on(folder: Path) -> None:
    async with serve(folder / "s", echo):
        reader, writer = await asyncio.open_unix_connection(folder / "s")
        writer.write(b"garbage\n")
        stream = FrameStream(reader, writer)
        await stream.send("after")
        error = await first(stream)
        assert (error.type, error.data["code"]) == ("error", "wire.bad_header")
        assert (await first(stream)).type == "after"
        stream.close()


async def test_a_live_socket_is_not_stolen_and_a_stale_one_is_replaced(folder: Path) -> None:
    async with serve(folder / "s", echo):
        with pytest.raises(GuitaiError, match="in use"):
            async with serve(folder / "s", echo):
                pass
    (folder / "s").touch()
    async with serve(folder / "s", echo):
        (await connect(folder / "s")).close()


async def test_nobody_there_is_a_clear_error(folder: Path) -> None:
    with pytest.raises(GuitaiError) as caught:
        await connect(folder / "none")
    assert caught.value.retryable


def test_readers_see_what_the_writer_wrote(folder: Path) -> None:
    writer = audio_ring(folder / "mic", seconds=1)
    reader = RingReader(folder / "mic")
    for number in range(3):
        writer.write(np.full(320, number, np.int16).tobytes(), number)
    slots = reader.read_new()
    assert [(slot.at_ns, int(samples(slot)[0])) for slot in slots] == [(0, 0), (1, 1), (2, 2)]
    assert reader.read_new() == []
    assert (folder / "mic").stat().st_mode & 0o777 == 0o640


def test_a_slow_reader_loses_the_oldest_only(folder: Path) -> None:
    writer = audio_ring(folder / "mic", seconds=1)
    reader = RingReader(folder / "mic")
    for number in range(130):
        writer.write(np.full(320, number, np.int16).tobytes(), number)
    numbers = [slot.at_ns for slot in reader.read_new()]
    assert numbers == list(range(numbers[0], 130))
    assert len(numbers) >= 45


def test_a_new_writer_is_noticed(folder: Path) -> None:
    audio_ring(folder / "mic")
    reader = RingReader(folder / "mic")
    assert not reader.renewed()
    audio_ring(folder / "mic")
    assert reader.renewed()


def test_pictures_keep_their_shape(folder: Path) -> None:
    writer = picture_ring(folder / "cam", 8, 4)
    shot = np.arange(8 * 4 * 3, dtype=np.uint8).reshape(4, 8, 3)
    writer.write(shot.tobytes(), 7)
    reader = RingReader(folder / "cam")
    latest = reader.borrow()
    assert latest is not None
    assert np.array_equal(picture(latest, reader.shape), shot)


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 4096])
def test_what_is_not_a_ring_is_refused(folder: Path, content: bytes) -> None:
    (folder / "x").write_bytes(content)
    with pytest.raises(GuitaiError, match="ring"):
        RingReader(folder / "x")


def test_a_borrowed_picture_is_the_writers_own_memory_and_says_when_it_was_written_over(folder: Path) -> None:
    writer = picture_ring(folder / "cam", 8, 4)
    reader = RingReader(folder / "cam")
    assert reader.borrow() is None
    next_picture(writer)[:] = 5
    writer.publish(1)
    lent = reader.borrow()
    assert lent is not None
    view = picture(lent, reader.shape)
    assert (lent.at_ns, int(view.mean()), view.flags.writeable, view.flags.owndata) == (1, 5, False, False)
    for number in range(1, PICTURE_SLOTS):
        assert reader.whole(lent)
        next_picture(writer)[:] = number
        writer.publish(number)
    assert not reader.whole(lent)
    next_picture(writer)[:] = 8  # the same memory: nothing was copied
    assert int(view.mean()) == 8
    reader.close()
    assert int(view.mean()) == 8


def test_what_does_not_fill_a_slot_is_refused(folder: Path) -> None:
    with pytest.raises(ValueError, match="different"):
        audio_ring(folder / "mic").write(b"short", 1)
