"""The optional language model over a real HTTP connection: asked in time or not at all, and never anybody but the one configured."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from guitai import config as configuration
from guitai.config import Phrasing
from guitai.errors import GuitaiError
from guitai.messages.phrasing import AnswerPhrased, PhraseAnswer
from guitai.shell import phrasing
from guitai.shell.phrasing import MOST_BYTES, Phraser

EFFECT = PhraseAnswer("S1-3-phrase", "有保管箱吗", "本网点没有保管箱", "小箱每年300元起。", "zh")
Answer = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def endpoint(answer: Answer) -> AsyncIterator[str]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
        )
        await answer(head + await reader.readexactly(length), writer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"


def http(body: bytes, status: str = "200 OK", more: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{more}\r\n".encode() + body


def written(content: object) -> bytes:
    return http(json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}]}).encode())


def phraser(url: str, key: str = "") -> Phraser:
    return Phraser(Phrasing.model_validate({"url": url, "model": "bank-7b", "key": key}))


async def test_the_endpoint_is_asked_as_openai_s_is() -> None:
    seen: list[bytes] = []

    async def answer(request: bytes, writer: asyncio.StreamWriter) -> None:
        seen.append(request)
        writer.write(written("小箱每年300元起。"))

    async with endpoint(answer) as url:
        assert await phraser(url, "k1").phrase(EFFECT) == AnswerPhrased("S1-3-phrase", "小箱每年300元起。")
    head, _, body = seen[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /v1/chat/completions ")
    assert b"Authorization: Bearer k1" in head
    told = json.loads(body)
    assert (told["model"], told["temperature"]) == ("bank-7b", 0)
    assert "小箱每年300元起。" in told["messages"][1]["content"]


@pytest.mark.parametrize(
    "reply",
    [
        http(b"{}", "500 Internal Server Error"),
        http(b"", "302 Found", "Location: http://127.0.0.1:9/\r\n"),
        http(b"not json"),
        http(b"{}"),
        http(b'{"choices": []}'),
        http(b'{"choices": [{"message": {"content": null}}]}'),
        http(b"x" * (MOST_BYTES + 1)),
        b"no http\r\n\r\n",
        b"",
    ],
)
async def test_what_is_no_answer_is_none(reply: bytes) -> None:
    async def answer(_request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(reply)

    async with endpoint(answer) as url:
        assert await phraser(url).phrase(EFFECT) == AnswerPhrased("S1-3-phrase", "")


async def test_nobody_waits_longer_than_the_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phrasing, "PHRASING_S", 0.05)
    never = asyncio.Event()

    async def answer(_request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")
        await never.wait()

    async with endpoint(answer) as url:
        asking = asyncio.create_task(phraser(url).phrase(EFFECT))
        assert await asking == AnswerPhrased("S1-3-phrase", "")
        never.set()


async def test_an_endpoint_that_is_away_is_no_answer() -> None:
    assert (await phraser("http://127.0.0.1:9/v1").phrase(EFFECT)).text == ""


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"URL": "http://model.bank.example/v1", "MODEL": "m"}, "https://"),
        ({"URL": "ftp://127.0.0.1/v1", "MODEL": "m"}, "https://"),
        ({"URL": "https://user:pw@model.bank.example/v1", "MODEL": "m"}, "no user"),
        ({"URL": "https://model.bank.example/v1?x=1", "MODEL": "m"}, "no query"),
        ({"URL": "https:///v1", "MODEL": "m"}, "plain base URL"),
        ({"URL": "https://model.bank.example/v1"}, "phrasing.model is missing"),
    ],
)
def test_a_setting_that_is_not_safe_is_refused_with_its_key(settings: dict[str, str], told: str) -> None:
    environment = {f"GUITAI__PHRASING__{name}": value for name, value in settings.items()}
    with pytest.raises(GuitaiError, match=told) as error:
        configuration.load(environment=environment)
    assert error.value.code == "config.bad_value"
    assert str(error.value.params["key"]).startswith("phrasing")


@pytest.mark.parametrize(
    "url", ["", "https://model.bank.example/v1", "http://127.0.0.1:8000/v1", "http://[::1]/v1", "http://localhost/v1"]
)
def test_safe_settings_are_taken(url: str) -> None:
    assert (
        configuration.load(environment={"GUITAI__PHRASING__URL": url, "GUITAI__PHRASING__MODEL": "m"}).phrasing.url
        == url
    )
