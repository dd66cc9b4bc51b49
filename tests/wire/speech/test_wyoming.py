"""The public Wyoming client against our server, and what a rude client gets."""

from __future__ import annotations

import asyncio
import contextlib
import json
from pathlib import Path

import pytest
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncUnixClient
from wyoming.error import Error
from wyoming.event import Event
from wyoming.info import Describe, Info
from wyoming.intent import Intent, NotRecognized, Recognize
from wyoming.ping import Ping, Pong
from wyoming.tts import (
    Synthesize,
    SynthesizeChunk,
    SynthesizeStart,
    SynthesizeStop,
    SynthesizeStopped,
    SynthesizeVoice,
)

from guitai.messages.codec import event_from
from guitai.messages.voice import CustomerSaid
from guitai.wire.framing import MAX_JSON_BYTES, MAX_PAYLOAD_BYTES, Frame, encode
from guitai.wire.sockets import connect

PATIENCE_S = 60.0


async def ask(socket: Path, *events: Event) -> Event:
    async with AsyncUnixClient(str(socket), read_timeout=PATIENCE_S) as client:
        for event in events:
            await client.write_event(event)
        answer = await client.read_event()
        assert answer is not None
        return answer


async def sound_of(client: AsyncUnixClient) -> tuple[AudioStart, bytes]:
    start, body = None, b""
    while (event := await client.read_event()) is not None:
        if AudioStart.is_type(event.type):
            start = AudioStart.from_event(event)
        elif AudioChunk.is_type(event.type):
            body += AudioChunk.from_event(event).audio
        elif AudioStop.is_type(event.type):
            break
    assert start is not None
    return start, body


async def test_describe(socket: Path):
    info = Info.from_event(await ask(socket, Describe().event()))
    assert info.asr[0].models[0].name == "counter"
    assert [voice.name for voice in info.tts[0].voices] == ["tone_zh", "tone_en"]
    assert info.tts[0].supports_synthesize_streaming
    assert info.intent[0].installed


async def test_ping(socket: Path):
    assert Pong.from_event(await ask(socket, Ping(text="hier").event())).text == "hier"


async def test_transcribe_repairs_the_words(socket: Path):
    chunk = AudioChunk(rate=8_000, width=2, channels=1, audio=bytes(16_000))
    answer = await ask(
        socket,
        Transcribe(language="zh").event(),
        AudioStart(rate=8_000, width=2, channels=1).event(),
        chunk.event(),
        AudioStop().event(),
    )
    assert Transcript.from_event(answer).text == "查一下余额16000"


async def test_synthesize(socket: Path, tone):
    async with AsyncUnixClient(str(socket), read_timeout=PATIENCE_S) as client:
        await client.write_event(Synthesize(text="您好，欢迎光临。请问您要办理什么业务？").event())
        start, body = await sound_of(client)
    assert (start.rate, start.width, start.channels) == (24_000, 2, 1)
    assert tone.said == ["您好，欢迎光临。", "请问您要办理什么业务？"]
    assert len(body) == 2 * 2 * 2_400


async def test_streamed_text_is_spoken_before_it_is_all_there(socket: Path, tone):
    async with AsyncUnixClient(str(socket), read_timeout=PATIENCE_S) as client:
        await client.write_event(SynthesizeStart(voice=SynthesizeVoice(language="zh")).event())
        await client.write_event(SynthesizeChunk("您好，欢").event())
        await client.write_event(SynthesizeChunk("迎光临。请问您要").event())
        start = await client.read_event()
        first = await client.read_event()
        assert start is not None
        assert first is not None
        assert (AudioStart.is_type(start.type), AudioChunk.is_type(first.type)) == (True, True)
        await client.write_event(SynthesizeChunk("办理什么业务").event())
        await client.write_event(Synthesize(text="您好，欢迎光临。请问您要办理什么业务").event())
        await client.write_event(SynthesizeStop().event())
        kinds = []
        while not kinds or not SynthesizeStopped.is_type(kinds[-1]):
            event = await client.read_event()
            assert event is not None
            kinds.append(event.type)
    assert kinds == ["audio-chunk", "audio-stop", "synthesize-stopped"]
    assert tone.said == ["您好，欢迎光临。", "请问您要办理什么业务"]


async def test_recognize(socket: Path):
    intent = Intent.from_event(await ask(socket, Recognize(text="查余额").event()))
    assert intent.name == "query_balance"
    assert intent.entities[0].value == "3802"
    assert NotRecognized.is_type((await ask(socket, Recognize(text="唱个歌").event())).type)


async def test_typed_words_are_understood(socket: Path):
    answer = await ask(socket, Event("guitai-understand", {"text": "查余额，密码是123456"}))
    said = event_from({"type": answer.type, **answer.data})
    assert isinstance(said, CustomerSaid)
    assert said.typed
    assert said.confidence == 1.0
    assert "123456" not in said.text


async def test_an_unknown_event_gets_an_error_and_the_connection_lives(socket: Path):
    async with AsyncUnixClient(str(socket), read_timeout=PATIENCE_S) as client:
        await client.write_event(Event("make-coffee"))
        answer = await client.read_event()
        assert answer is not None
        assert Error.from_event(answer).code == "wire.unknown_type"
        await client.write_event(Ping().event())
        answer = await client.read_event()
        assert answer is not None
        assert Pong.is_type(answer.type)


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (Event("guitai-listen", {"mode": "loudly"}), "wire.bad_data"),
        (Event("guitai-listen", {"mode": "free"}), "speech.recogniser_failed"),
        (Event("synthesize", {}), "wire.bad_data"),
        (Event("synthesize", {"text": "好", "context": {"speed": 99}}), "wire.bad_data"),
        (Event("synthesize", {"text": "好", "context": {"volume": "loud"}}), "wire.bad_data"),
        (Event("synthesize-start", {"context": {"speed": 0}}), "wire.bad_data"),
        (Event("synthesize-chunk", {"text": "好"}), "wire.bad_data"),
        (Event("synthesize-stop"), "wire.bad_data"),
        (Event("recognize", {"text": 5}), "wire.bad_data"),
        (Event("audio-start", {"rate": 16_000, "width": 4, "channels": 2}), "speech.bad_audio"),
        (Event("audio-stop"), "speech.no_audio"),
    ],
)
async def test_bad_data_gets_its_error(socket: Path, event: Event, code: str):
    assert Error.from_event(await ask(socket, event)).code == code


async def test_an_oversized_frame_is_refused_and_others_are_served(socket: Path):
    reader, writer = await asyncio.open_unix_connection(socket)
    writer.write(json.dumps({"type": "audio-chunk", "payload_length": 1 << 30}).encode() + b"\n")
    async with asyncio.timeout(PATIENCE_S):
        answer = await reader.read()
    assert b"wire.too_large" in answer
    writer.close()
    assert Pong.is_type((await ask(socket, Ping().event())).type)


async def test_the_public_client_is_told_that_its_payload_is_too_large(socket: Path):
    async with AsyncUnixClient(str(socket), read_timeout=PATIENCE_S) as client:
        chunk = AudioChunk(rate=16_000, width=2, channels=1, audio=bytes(MAX_PAYLOAD_BYTES + 2))
        with contextlib.suppress(ConnectionError):  # the server may have hung up before all of it was sent
            await client.write_event(chunk.event())
        answer = await client.read_event()
        assert answer is not None
        assert Error.from_event(answer).code == "wire.too_large"
    assert Pong.is_type((await ask(socket, Ping().event())).type)


async def test_a_header_without_end_is_refused(socket: Path):
    reader, writer = await asyncio.open_unix_connection(socket)
    writer.write(b"x" * (MAX_JSON_BYTES + 2))
    async with asyncio.timeout(PATIENCE_S):
        assert b"wire.too_large" in await reader.read()
    writer.close()


async def test_half_a_frame_gets_an_error_and_others_are_served(socket: Path):
    reader, writer = await asyncio.open_unix_connection(socket)
    writer.write(encode(Frame("ping", {"text": "whole"}))[:-3])
    writer.write_eof()
    async with asyncio.timeout(PATIENCE_S):
        assert b"wire.truncated" in await reader.read()
    writer.close()
    assert Pong.is_type((await ask(socket, Ping().event())).type)


async def test_junk_between_frames_is_skipped(socket: Path):
    stream = await connect(socket)
    reader, writer = await asyncio.open_unix_connection(socket)
    writer.write(b"not json\n" + encode(Frame("ping", {"text": "here"})))
    async with asyncio.timeout(PATIENCE_S):
        first, second = await reader.readline(), await reader.read(4096)
    assert b"error" in first
    assert b"pong" in second
    writer.close()
    stream.close()
