"""Who watches the sound socket is told how microphone, loudspeaker and camera do: at once, and at each change."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from firmware_bridge.sound.blocks import SPEAKER_BLOCK
from firmware_bridge.sound.levels import FLOOR_DBFS, Meter
from firmware_bridge.sound.main import Sound
from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.messages.device import DeviceState
from guitai.messages.voice import Speak, Spoken
from guitai.shell.voice import Voice
from guitai.tables import SOCKETS
from guitai.wire.framing import Frame
from guitai.wire.sockets import FrameStream, connect, serve
from tests.wire.sound.conftest import Running


async def next_of(stream: FrameStream, type_: str) -> Frame:
    async with asyncio.timeout(60):
        async for frame in stream:
            if frame.type == type_:
                return frame
    raise AssertionError("closed")


async def watching(folder: Path, **wish: object) -> FrameStream:
    stream = await connect(folder / SOCKETS["sound"])
    await stream.send("watch", **wish)
    return stream


async def test_missing_devices_are_told_to_who_comes_late(running: Running, folder: Path) -> None:
    async with running(microphone="device:no such thing", loudspeaker="device:no such thing"):
        stream = await watching(folder)
        told = [await next_of(stream, "device.state") for _ in range(2)]
        assert {(f.data["device"], f.data["usable"], f.data["code"]) for f in told} == {
            ("microphone", False, "sound.no_device"),
            ("loudspeaker", False, "sound.no_device"),
        }
        stream.close()


async def test_what_the_camera_says_comes_through_from_its_thread_and_only_once(running: Running, folder: Path) -> None:
    async with running() as sound:
        sound.report(DeviceState("camera", False, "camera.stopped"))
        stream = await watching(folder)
        assert (await next_of(stream, "device.state")).data["code"] == "camera.stopped"
        for state in (DeviceState("camera", True), DeviceState("camera", True), DeviceState("camera", False, "x")):
            await asyncio.to_thread(sound.report, state)
        assert [(await next_of(stream, "device.state")).data["usable"] for _ in range(2)] == [True, False]
        stream.close()


def test_what_the_camera_says_after_sound_has_failed_does_no_harm(folder: Path) -> None:
    settings = {"paths": {"run": str(folder)}, "sound": {"microphone": f"file:{folder / 'none.wav'}"}}
    sound = Sound(Config.model_validate(settings))
    with pytest.raises(GuitaiError, match="bad_wav"):
        asyncio.run(sound.run(asyncio.Event()))
    sound.report(DeviceState("camera", False, "camera.stopped"))


async def test_levels_come_every_second_to_who_wants_them(running: Running, folder: Path) -> None:
    async with running(microphone="hands"):
        stream = await watching(folder, levels=True)
        await next_of(stream, "sound-levels")
        data = (await next_of(stream, "sound-levels")).data
        assert -63 < data["microphone_dbfs"] < -57  # the room's hiss
        assert data["loudspeaker_dbfs"] == FLOOR_DBFS
        stream.close()


def test_a_microphone_is_dead_only_after_ten_seconds_without_its_own_noise() -> None:
    meter, hiss = Meter(), np.array([0, 1, 0, -1] * (SPEAKER_BLOCK // 4), np.int16)
    for _ in range(501):
        meter.add(np.full(SPEAKER_BLOCK, 3, np.int16))  # an offset is no sound
    assert meter.dead
    meter.add(hiss)
    assert not meter.dead
    assert -100 < meter.dbfs() < -75


async def test_core_takes_what_is_told_as_events(running: Running, folder: Path) -> None:
    config = Config.model_validate({"paths": {"run": str(folder)}})
    events: asyncio.Queue[object] = asyncio.Queue()
    async with running(microphone="device:no such thing"):
        voice = asyncio.create_task(Voice(config, events.put_nowait, lambda *_: None).run())
        assert await asyncio.wait_for(events.get(), 10) == DeviceState("microphone", False, "sound.no_device")
        voice.cancel()
        await asyncio.wait([voice])


async def test_the_tellers_mouth_is_told_the_phonemes_once_the_voice_is_heard(running: Running, folder: Path) -> None:
    config = Config.model_validate({"paths": {"run": str(folder)}})
    told: asyncio.Queue[tuple[int, list[tuple[str, float, float]]]] = asyncio.Queue()
    asked: asyncio.Queue[Any] = asyncio.Queue()
    silence = bytes(2 * 2400)

    async def speech(stream: FrameStream) -> None:
        async for frame in stream:
            if frame.type == "synthesize":
                asked.put_nowait(frame.data["context"])
                await stream.send("audio-start", rate=24_000, width=2, channels=1)
                for n, phoneme in enumerate(("n", "i")):
                    mark = {"phoneme": phoneme, "start_s": n / 10, "end_s": (n + 1) / 10}
                    await stream.send("guitai-marks", marks=[mark])
                    await stream.send("audio-chunk", silence, rate=24_000, width=2, channels=1)
                await stream.send("audio-stop")

    async with serve(folder / "speech.sock", speech), running(microphone="hands"):
        voice = Voice(config, lambda _: None, lambda *_: None, lambda at_ns, marks: told.put_nowait((at_ns, marks)))
        task = asyncio.create_task(voice.run())
        voice.speak(Speak("s1", "你"))
        assert (await asyncio.wait_for(asked.get(), 60))["marks"] is True
        marks: list[tuple[str, float, float]] = []
        while len(marks) < 2:
            at_ns, some = await asyncio.wait_for(told.get(), 60)
            assert at_ns > 0
            marks += some
        assert marks == [("n", 0.0, 0.1), ("i", 0.1, 0.2)]
        assert await asyncio.wait_for(told.get(), 10) == (0, [])
        task.cancel()
        await asyncio.wait([task])


async def test_what_is_read_out_by_ear_cuts_in_and_gives_way_to_what_the_session_says(
    running: Running, folder: Path
) -> None:
    config = Config.model_validate({"paths": {"run": str(folder)}})
    happened: asyncio.Queue[object] = asyncio.Queue()
    asked: asyncio.Queue[str] = asyncio.Queue()

    async def speech(stream: FrameStream) -> None:
        async for frame in stream:
            if frame.type == "synthesize":
                asked.put_nowait(frame.data["text"])
                await stream.send("audio-start", rate=24_000, width=2, channels=1)
                long = 40 if frame.data["text"] == "很长的话" else 1
                for _ in range(long):
                    await stream.send("audio-chunk", bytes(2 * 2400), rate=24_000, width=2, channels=1)
                await stream.send("audio-stop")

    async with serve(folder / "speech.sock", speech), running(microphone="hands"):
        voice = Voice(config, happened.put_nowait, lambda *_: None)
        task = asyncio.create_task(voice.run())
        voice.speak(Speak("s1", "很长的话"))
        assert await asyncio.wait_for(asked.get(), 60) == "很长的话"
        voice.read("按钮，转账", "zh")
        assert await asyncio.wait_for(asked.get(), 60) == "按钮，转账"
        voice.speak(Speak("s2", "好"))
        spoken: list[Spoken] = []
        while len(spoken) < 3:
            event = await asyncio.wait_for(happened.get(), 60)
            spoken += [event] if isinstance(event, Spoken) else []
        told = [(one.speak_id, one.interrupted) for one in spoken]
        assert told == [("s1", True), ("reading", True), ("s2", False)]
        task.cancel()
        await asyncio.wait([task])


async def test_key_after_key_is_read_and_the_session_is_still_heard_after_them(running: Running, folder: Path) -> None:
    config = Config.model_validate({"paths": {"run": str(folder)}})
    happened: asyncio.Queue[object] = asyncio.Queue()
    sounded: asyncio.Queue[str] = asyncio.Queue()

    async def speech(stream: FrameStream) -> None:
        async for frame in stream:
            if frame.type == "synthesize":
                await stream.send("audio-start", rate=24_000, width=2, channels=1)
                for _ in range(300 if frame.data["text"] == "很长的话" else 1):  # cut off long before its end
                    await stream.send("audio-chunk", bytes(2 * 2400), rate=24_000, width=2, channels=1)
                await stream.send("audio-stop")

    async def spoken() -> tuple[str, bool]:
        while not isinstance(event := await asyncio.wait_for(happened.get(), 60), Spoken):
            pass
        return event.speak_id, event.interrupted

    async with serve(folder / "speech.sock", speech), running(microphone="hands"):
        voice = Voice(config, happened.put_nowait, lambda speak_id, _: sounded.put_nowait(speak_id))
        task = asyncio.create_task(voice.run())
        voice.read("很长的话", "zh")
        for text in ("很长的话", "按钮，取款"):
            assert await asyncio.wait_for(sounded.get(), 60) == "reading"
            voice.read(text, "zh")
            assert await spoken() == ("reading", True)
        assert await spoken() == ("reading", False)
        voice.speak(Speak("s1", "好"))
        assert await spoken() == ("s1", False)
        task.cancel()
        await asyncio.wait([task])


async def test_a_screen_that_is_read_out_gives_way_to_the_next_one_and_to_who_speaks(
    running: Running, folder: Path
) -> None:
    config = Config.model_validate({"paths": {"run": str(folder)}})
    happened: asyncio.Queue[object] = asyncio.Queue()
    asked: asyncio.Queue[str] = asyncio.Queue()
    ears: asyncio.Queue[FrameStream] = asyncio.Queue()

    async def speech(stream: FrameStream) -> None:
        async for frame in stream:
            if frame.type == "guitai-listen":
                ears.put_nowait(stream)
            if frame.type == "synthesize":
                asked.put_nowait(frame.data["text"])
                await stream.send("audio-start", rate=24_000, width=2, channels=1)
                for _ in range(20):
                    await stream.send("audio-chunk", bytes(2 * 24_000), rate=24_000, width=2, channels=1)
                await stream.send("audio-stop")

    async def spoken() -> tuple[str, bool]:
        while not isinstance(event := await asyncio.wait_for(happened.get(), 60), Spoken):
            pass
        return event.speak_id, event.interrupted

    handset = f"file:{folder / 'ear.wav'}"
    async with serve(folder / "speech.sock", speech), running(microphone="hands", handset=handset):
        voice = Voice(config, happened.put_nowait, lambda *_: None)
        task = asyncio.create_task(voice.run())
        voice.guide(["零"], "zh")  # nobody hears it alone
        voice.read("零", "zh", private=True)
        voice.alone(True)
        ear = await asyncio.wait_for(ears.get(), 60)
        voice.guide(["一", "二"], "zh")
        assert await asyncio.wait_for(asked.get(), 60) == "一"
        voice.guide(["三", "四"], "zh")
        assert await asyncio.wait_for(asked.get(), 60) == "三"
        assert await spoken() == ("guide", True)
        await ear.send("voice.started")
        assert await spoken() == ("guide", True)
        voice.speak(Speak("s1", "五"))
        assert await asyncio.wait_for(asked.get(), 60) == "五"  # neither the second nor the fourth was left over
        task.cancel()
        _, pending = await asyncio.wait([task], timeout=60)  # core ends also while something is said
        assert not pending
