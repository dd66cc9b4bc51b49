"""The sound socket: order, times, hush, two clients, and clients that misbehave or vanish."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from firmware_bridge.sound.client import SoundClient
from firmware_bridge.sound.wav import read_wav
from guitai.errors import GuitaiError
from guitai.tables import SOCKETS
from guitai.wire.sockets import connect
from tests.wire.sound.conftest import Running


async def tone(seconds: float, rate: int = 24_000, level: int = 5000, pieces: int = 4) -> AsyncIterator[bytes]:
    samples = (np.sin(np.arange(int(seconds * rate)) * 0.2) * level).astype("<i2")
    for part in np.array_split(samples, pieces):
        yield part.tobytes()


@pytest.fixture
def path(folder: Path) -> Path:
    return folder / SOCKETS["sound"]


async def test_plays_sound_in_order_and_take_their_time(running: Running, path: Path) -> None:
    async with running():
        client = SoundClient(path)
        begun: dict[str, int] = {}
        async with asyncio.timeout(60), asyncio.TaskGroup() as group:
            first = group.create_task(client.play("1", 24_000, tone(0.3), lambda ns: begun.update({"1": ns})))
            await asyncio.sleep(0)
            second = group.create_task(client.play("2", 16_000, tone(0.2, 16_000), lambda ns: begun.update({"2": ns})))
        assert (first.result(), second.result()) == (False, False)
        assert begun["2"] - begun["1"] == pytest.approx(300_000_000, abs=2_000_000)
        assert time.monotonic_ns() - begun["2"] > 150_000_000
        await client.close()


async def test_hush_is_heard_within_60_ms(running: Running, path: Path) -> None:
    async with running():
        stream = await connect(path)
        for play_id in ("1", "2"):
            await stream.send("play-start", play_id=play_id, rate=24_000)
            await stream.send("audio-chunk", bytes(240_000), play_id=play_id)
        frames = aiter(stream)
        assert (await asyncio.wait_for(anext(frames), 60)).type == "play-began"
        await stream.send("hush")
        hushed_ns = time.monotonic_ns()
        for play_id in ("1", "2"):
            frame = await asyncio.wait_for(anext(frames), 60)
            assert (frame.type, frame.data["play_id"], frame.data["interrupted"]) == ("played", play_id, True)
            assert frame.data["at_ns"] - hushed_ns < 60_000_000
        stream.close()


async def test_after_a_hush_the_next_play_is_heard(running: Running, path: Path) -> None:
    async with running():
        client = SoundClient(path)
        began = asyncio.Event()
        play = asyncio.create_task(client.play("1", 24_000, tone(5), lambda _: began.set()))
        behind = asyncio.create_task(client.play("2", 24_000, tone(5), lambda _: None))
        await asyncio.wait_for(began.wait(), 60)
        await client.hush()
        assert await asyncio.wait_for(play, 60) is True
        assert await asyncio.wait_for(behind, 60) is True
        assert await asyncio.wait_for(client.play("3", 24_000, tone(0.1), lambda _: None), 60) is False
        await client.close()


async def test_of_two_plays_with_one_id_the_second_is_not_told_what_became_of_the_first(
    running: Running, path: Path
) -> None:
    async with running():
        client = SoundClient(path)
        began = asyncio.Event()
        first = asyncio.create_task(client.play("a", 24_000, tone(60), lambda _: began.set()))
        await asyncio.wait_for(began.wait(), 60)
        first.cancel()
        await asyncio.wait([first])
        assert await asyncio.wait_for(client.play("a", 24_000, tone(0.1), lambda _: None), 60) is False
        await client.close()


async def test_a_play_that_is_refused_in_the_middle_holds_nothing_up(running: Running, path: Path) -> None:
    async def half() -> AsyncIterator[bytes]:
        yield bytes(9)  # half a sample
        await asyncio.Event().wait()

    async with running():
        client = SoundClient(path)
        with pytest.raises(GuitaiError, match="half a sample"):
            await asyncio.wait_for(client.play("1", 24_000, half(), lambda _: None), 60)
        assert await asyncio.wait_for(client.play("2", 24_000, tone(0.1), lambda _: None), 20) is False
        await client.close()


async def test_hush_reaches_only_its_own_connection(running: Running, path: Path) -> None:
    async with running():
        core, video = SoundClient(path), SoundClient(path)
        began = asyncio.Event()
        teller = asyncio.create_task(video.play("same", 48_000, tone(0.3, 48_000), lambda _: began.set(), "teller"))
        prompt = asyncio.create_task(core.play("same", 24_000, tone(3), lambda _: None))
        await asyncio.wait_for(began.wait(), 60)
        await core.hush()
        assert await asyncio.wait_for(prompt, 60) is True
        assert await asyncio.wait_for(teller, 60) is False
        await core.close()
        await video.close()


async def test_what_was_played_stands_in_the_recording(running: Running, path: Path, folder: Path) -> None:
    async with running(loudspeaker=f"file:{folder}/out.wav"):
        client = SoundClient(path)
        await asyncio.wait_for(client.play("1", 24_000, tone(0.5), lambda _: None), 60)
        await client.close()
    heard = read_wav(folder / "out.wav")
    loud = np.flatnonzero(np.abs(heard.astype(int)) > 100)
    assert (loud[-1] - loud[0]) / 16_000 == pytest.approx(0.5, abs=0.01)
    assert np.abs(heard).max() == pytest.approx(5000, rel=0.05)


async def test_cancelling_a_play_hushes_it(running: Running, path: Path) -> None:
    async with running():
        client = SoundClient(path)
        began = asyncio.Event()
        play = asyncio.create_task(client.play("1", 24_000, tone(60), lambda _: began.set()))
        await asyncio.wait_for(began.wait(), 60)
        play.cancel()
        assert await asyncio.wait_for(client.play("2", 24_000, tone(0.1), lambda _: None), 60) is False
        await client.close()


async def test_a_client_that_vanishes_takes_its_plays_with_it(running: Running, path: Path) -> None:
    async with running():
        stream = await connect(path)
        await stream.send("play-start", play_id="x", rate=24_000)
        await stream.send("audio-chunk", bytes(480_000), play_id="x")
        frames = aiter(stream)
        assert (await asyncio.wait_for(anext(frames), 60)).type == "play-began"
        stream.close()
        client = SoundClient(path)
        assert await asyncio.wait_for(client.play("2", 24_000, tone(0.1), lambda _: None), 60) is False
        await client.close()


async def test_refused_frames_get_an_error_and_the_connection_goes_on(running: Running, path: Path) -> None:
    async with running():
        stream = await connect(path)
        frames = aiter(stream)
        for type_, data in [
            ("play-start", {"play_id": "x"}),
            ("play-start", {"play_id": "x", "rate": 24_000, "channels": 2}),
            ("play-start", {"play_id": "x", "rate": 1}),
            ("play-start", {"play_id": "x", "rate": 24_000, "priority": "urgent"}),
            ("play-end", {"play_id": 7}),
            ("sing", {}),
            ("watch", {"levels": "loud"}),
        ]:
            await stream.send(type_, **data)
            assert (await asyncio.wait_for(anext(frames), 5)).type == "error", (type_, data)
        await stream.send("play-start", play_id="x", rate=24_000)
        await stream.send("play-end", play_id="x")
        assert (await asyncio.wait_for(anext(frames), 60)).type == "played"
        stream.close()


async def test_the_client_tells_refusal_loss_and_absence_apart(running: Running, path: Path) -> None:
    client = SoundClient(path)
    with pytest.raises(GuitaiError, match=r"not_connected"):
        await client.play("1", 24_000, tone(1), lambda _: None)
    async with running():
        with pytest.raises(GuitaiError, match=r"bad_play"):
            await asyncio.wait_for(client.play("1", 1, tone(1), lambda _: None), 60)
        began = asyncio.Event()
        play = asyncio.create_task(client.play("2", 24_000, tone(60), lambda _: began.set()))
        await asyncio.wait_for(began.wait(), 60)
        await client.close()
        with pytest.raises(GuitaiError, match=r"sound\.gone"):
            await asyncio.wait_for(play, 60)
        assert await asyncio.wait_for(client.play("3", 24_000, tone(0.1), lambda _: None), 60) is False
        await client.close()


async def test_what_is_private_is_heard_in_the_handset_alone_and_stops_when_it_is_hung_up(
    running: Running, folder: Path, path: Path
) -> None:
    outputs = {end: folder / f"{end}.wav" for end in ("loudspeaker", "handset")}
    async with running(**{end: f"file:{wav}" for end, wav in outputs.items()}):
        client, core = SoundClient(path), await connect(path)
        assert await asyncio.wait_for(client.play("1", 24_000, tone(1), lambda _: None, private=True), 60) is True
        await core.send("route", output="handset")
        began = asyncio.Event()
        while not began.is_set():  # until the route is taken in, it is hushed as before
            play = asyncio.create_task(
                client.play("2", 24_000, tone(60), lambda _: began.set(), private=True)  # hung up long before its end
            )
            await asyncio.wait([play, asyncio.create_task(began.wait())], return_when=asyncio.FIRST_COMPLETED)
        await core.send("route", output="loudspeaker")
        assert await asyncio.wait_for(play, 60) is True
        assert await asyncio.wait_for(client.play("3", 24_000, tone(0.1, level=900), lambda _: None), 60) is False
        await client.close()
        core.close()
    aloud, alone = read_wav(outputs["loudspeaker"]), read_wav(outputs["handset"])
    assert abs(aloud).max() < 1000 < abs(alone).max()


async def test_who_had_everything_go_to_the_handset_takes_that_along(running: Running, path: Path) -> None:
    async def dropped() -> bool:
        return await client.play("1", 24_000, tone(0.02), lambda _: None, private=True)

    async with running(handset=f"file:{path.parent / 'ear.wav'}"):
        client, core = SoundClient(path), await connect(path)
        await core.send("route", output="handset")
        async with asyncio.timeout(60):
            while await dropped():
                pass
            core.close()
            while not await dropped():
                pass
        await client.close()


async def test_a_handset_that_is_not_there_is_told_and_the_loudspeaker_speaks(running: Running, path: Path) -> None:
    async with running(handset="device:no such thing"):
        core = await connect(path)
        await core.send("route", output="handset")
        await core.send("watch")
        told = await asyncio.wait_for(anext(aiter(core)), 60)
        assert told.data == {"device": "handset", "usable": False, "code": "sound.no_device"}
        client = SoundClient(path)
        assert await asyncio.wait_for(client.play("1", 24_000, tone(0.1), lambda _: None), 60) is False
        await client.close()
        core.close()
