"""The voice over the socket: first clause first, cancelled when the client leaves, prepared, and taken over."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest

from edge_models.speech.asr.remote import RemoteRecogniser
from edge_models.speech.tts.remote import RemoteVoice
from guitai.errors import GuitaiError
from guitai.wire.framing import Frame
from guitai.wire.sockets import FrameStream, connect

PATIENCE_S = 60.0


async def until(stream: FrameStream, wanted: str) -> list[Frame]:
    out = []
    async with asyncio.timeout(PATIENCE_S):
        async for frame in stream:
            out.append(frame)
            if frame.type == wanted:
                return out
    raise AssertionError(f"closed before {wanted}: {out}")


async def test_the_first_clause_is_heard_while_the_second_is_made(socket: Path, tone):
    stream = await connect(socket)
    tone.gate.clear()
    await stream.send("guitai-prepare", texts=["您好，欢迎光临。"])
    tone.gate.set()
    await until(stream, "guitai-prepared")
    tone.gate.clear()
    await stream.send("synthesize", text="您好，欢迎光临。给张伟转五千元。")
    frames = await until(stream, "audio-chunk")
    assert [frame.type for frame in frames] == ["audio-start", "audio-chunk"]
    tone.gate.set()
    await until(stream, "audio-stop")
    stream.close()


async def test_prepared_clauses_are_made_once(socket: Path, tone):
    stream = await connect(socket)
    for new in (2, 0):
        await stream.send("guitai-prepare", texts=["您好，欢迎光临。", "请取走您的卡。", "您好，欢迎光临。"])
        assert (await until(stream, "guitai-prepared"))[-1].data == {"clauses": 2, "new": new}
    assert len(tone.said) == 2
    stream.close()


async def test_what_was_not_prepared_is_never_kept(socket: Path, tone, tmp_path: Path):
    stream = await connect(socket)
    await stream.send("synthesize", text="给张伟转五千元。")
    await until(stream, "audio-stop")
    assert list((tmp_path / "cache").iterdir()) == []
    stream.close()


async def test_leaving_stops_the_voice(socket: Path, tone):
    stream = await connect(socket)
    tone.gate.clear()
    await stream.send("synthesize", text="第一句话在这里。第二句话在这里。第三句话在这里。")
    await until(stream, "audio-start")
    stream.close()
    assert await asyncio.to_thread(tone.gate.wait, PATIENCE_S)
    again = await connect(socket)
    await again.send("synthesize", text="换一句。")
    await until(again, "audio-stop")
    assert "第三句话在这里。" not in tone.said
    again.close()


async def test_the_fallback_takes_over(socket: Path, tone, spare):
    tone.broken = True
    stream = await connect(socket)
    await stream.send("synthesize", text="您好，欢迎光临。")
    frames = await until(stream, "audio-stop")
    assert any(frame.type == "audio-chunk" for frame in frames)
    assert spare.said == ["您好，欢迎光临。"]
    stream.close()


async def test_without_any_voice_there_is_an_error(socket: Path, tone, spare):
    tone.broken = spare.broken = True
    stream = await connect(socket)
    await stream.send("synthesize", text="您好，欢迎光临。")
    assert (await until(stream, "error"))[-1].data["code"] == "speech.voice_failed"
    stream.close()


async def test_our_own_server_as_a_remote_engine(socket: Path):
    import numpy as np

    uri = f"unix://{socket}"
    found = await asyncio.to_thread(RemoteRecogniser(uri).transcribe, np.zeros(16_000, dtype=np.int16), "free")
    assert found.text == "查一下余额16000"
    sounds = await asyncio.to_thread(lambda: list(RemoteVoice(uri).say("您好，欢迎光临。", "zh", 1.0)))
    assert sum(len(sound.samples) for sound in sounds) == 2_400


async def test_a_remote_engine_that_is_away(short_dir: Path):
    import numpy as np

    with pytest.raises(GuitaiError, match=r"speech\.remote_failed"):
        RemoteRecogniser(f"unix://{short_dir}/nobody").transcribe(np.zeros(16, dtype=np.int16), "free")


async def test_marks_come_before_their_clause_for_those_who_ask(socket: Path):
    stream = await connect(socket)
    await stream.send("synthesize", text="您好，欢迎光临。请取走您的卡。", context={"marks": True})
    frames = await until(stream, "audio-stop")
    kinds = [frame.type for frame in frames]
    assert kinds == ["audio-start", "guitai-marks", "audio-chunk", "guitai-marks", "audio-chunk", "audio-stop"]
    times = [mark for frame in frames if frame.type == "guitai-marks" for mark in frame.data["marks"]]
    assert times == [
        {"phoneme": "o", "start_s": 0.0, "end_s": 0.1},
        {"phoneme": "o", "start_s": 0.1, "end_s": 0.2},
    ]
    await stream.send("synthesize", text="您好，欢迎光临。")
    assert "guitai-marks" not in [frame.type for frame in await until(stream, "audio-stop")]
    stream.close()


async def test_first_clauses_are_prepared_first_and_alone_where_that_is_asked(socket: Path, tone):
    stream = await connect(socket)
    await stream.send("guitai-prepare", texts=["您好，想办什么，跟我说。", "请稍等，我问一下银行。"])
    await stream.send("guitai-prepare", texts=["转账不收手续费，跨行也是。"], first_only=True)
    answers = [(await until(stream, "guitai-prepared"))[-1].data for _ in range(2)]
    assert answers == [{"clauses": 3, "new": 3}, {"clauses": 1, "new": 1}]
    assert tone.said == ["您好，想办什么，", "请稍等，我问一下银行。", "跟我说。", "转账不收手续费，"]
    stream.close()


async def test_what_changes_in_a_text_is_not_prepared(socket: Path, tone):
    stream = await connect(socket)
    await stream.send("guitai-prepare", texts=["请看一眼，转给{payee}，对得上就点一下。"])
    assert (await until(stream, "guitai-prepared"))[-1].data == {"clauses": 2, "new": 2}
    await stream.send("synthesize", text="请看一眼，转给张伟，对得上就点一下。")
    await until(stream, "audio-stop")
    assert tone.said == ["请看一眼，", "对得上就点一下。", "转给张伟，"]
    stream.close()


async def test_a_slower_voice_uses_what_was_prepared(socket: Path, tone):
    stream = await connect(socket)
    await stream.send("guitai-prepare", texts=["请取走您的卡。"])
    await until(stream, "guitai-prepared")
    await stream.send("synthesize", text="请取走您的卡。", context={"speed": 0.8})
    frames = await until(stream, "audio-stop")
    assert sum(len(frame.payload) for frame in frames) == 2 * 2_400 / 0.8
    assert len(tone.said) == 1
    stream.close()


async def test_a_louder_voice_is_louder(socket: Path):
    stream = await connect(socket)
    peaks = []
    for volume in (1.0, 2.0):
        await stream.send("synthesize", text="请取走您的卡。", context={"volume": volume})
        frames = await until(stream, "audio-stop")
        peaks.append(np.abs(np.frombuffer(b"".join(f.payload for f in frames), "<i2").astype(int)).max())
    assert peaks[1] == pytest.approx(2 * peaks[0], rel=0.01)
    stream.close()
