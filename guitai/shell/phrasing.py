"""Asks the bank's own language model (an OpenAI-compatible endpoint) to put a reviewed answer into other words."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import orjson
import structlog

from guitai.config import Phrasing
from guitai.messages.phrasing import AnswerPhrased, PhraseAnswer
from guitai.tables import PHRASING_S

MOST_BYTES = 64 * 1024
MOST_TOKENS = 160
INSTRUCTION = {
    "zh": "你是银行网点的自助柜员。客户已在屏幕上看到标题。只用“答案”里的内容，用一两句口语回答客户的问题。不添加任何信息、数字、名称或链接，不改变意思。",
    "en": "You are a bank's kiosk. The customer already sees the headline. Answer the question in one or two spoken sentences, from the answer "
    "alone. Add no fact, figure, name or link, and change no meaning.",
}

log = structlog.get_logger()


class Phraser:
    """Sends one question at a time; whatever goes wrong, the reviewed words are said."""

    def __init__(self, config: Phrasing) -> None:
        self._config = config

    async def phrase(self, effect: PhraseAnswer) -> AnswerPhrased:
        """Return what the endpoint wrote; empty when it was not there in time. Never raises."""
        try:
            async with asyncio.timeout(PHRASING_S):
                return AnswerPhrased(effect.request_id, await self._ask(effect))
        except TimeoutError:
            reason = "too late"
        except (httpx.HTTPError, httpx.InvalidURL, KeyError, IndexError, TypeError, ValueError) as error:
            reason = type(error).__name__
        log.warning("answer not phrased, the reviewed words are said", reason=reason)
        return AnswerPhrased(effect.request_id, "")

    async def _ask(self, effect: PhraseAnswer) -> str:
        key = self._config.key.get_secret_value()
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        # No proxy and no redirect: the words go where the configuration says, or nowhere.
        url = f"{self._config.url.rstrip('/')}/chat/completions"
        async with (
            httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=PHRASING_S, headers=headers) as client,
            client.stream("POST", url, json=_body(effect, self._config.model)) as answer,
        ):
            answer.raise_for_status()
            content = b""
            async for part in answer.aiter_bytes():
                content += part
                if len(content) > MOST_BYTES:
                    raise ValueError("too long")
        text = orjson.loads(content)["choices"][0]["message"]["content"]
        if not isinstance(text, str):
            raise TypeError("no text")
        return text


def _body(effect: PhraseAnswer, model: str) -> dict[str, Any]:
    titles = ("标题", "答案", "问题") if effect.language == "zh" else ("Headline", "Answer", "Question")
    told = zip(titles, (effect.lead, effect.more, effect.question), strict=True)
    return {
        "model": model,
        "temperature": 0,
        "max_tokens": MOST_TOKENS,
        "messages": [
            {"role": "system", "content": INSTRUCTION[effect.language]},
            {"role": "user", "content": "\n".join(f"{title}: {words}" for title, words in told)},
        ],
    }
