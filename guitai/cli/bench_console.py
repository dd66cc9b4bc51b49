"""A teller's console without its pages, for guitai bench takeover: logged in, told of news, taking calls."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import orjson
import websockets

from guitai.config import Config
from guitai.demo.identity import TELLER, log_in
from sync.takeover.stand_in import StandIn

NEWS_S, BEAT_S = 20.0, 5.0


class Console:
    """One teller's session at headquarters, through the routes and the live line that the pages use."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._news = asyncio.Condition()
        self._told: dict[str, float] = {}

    async def listen(self, context: ssl.SSLContext) -> None:
        """Note what headquarters says is new, for ever."""
        url = str(self._http.base_url).rstrip("/")
        cookies = "; ".join(f"{name}={value}" for name, value in self._http.cookies.items())
        live = f"{url.replace('https', 'wss')}/api/live"
        async with websockets.connect(live, ssl=context, origin=url, additional_headers={"Cookie": cookies}) as line:  # type: ignore[arg-type]
            async for message in line:
                async with self._news:
                    self._told[orjson.loads(message)["id"]] = time.monotonic()
                    self._news.notify_all()

    async def briefed(self, escalation: str) -> float:
        """Return when the briefing of a call was here (time.monotonic), asked for as soon as its news came."""
        async with asyncio.timeout(NEWS_S), self._news:
            await self._news.wait_for(lambda: escalation in self._told)
        (await self._http.get(f"/api/escalations/{escalation}")).raise_for_status()
        return time.monotonic()

    async def order(self, escalation: str, deed: str, **body: Any) -> dict[str, Any]:
        """Do something with a call; return the answer. Raises httpx.HTTPStatusError."""
        answer = await self._http.post(f"/api/escalations/{escalation}/{deed}", json=body)
        answer.raise_for_status()
        return dict(answer.json())

    async def beat(self, escalation: str) -> None:
        """Say every few seconds that the console is there, for ever: without, the lease lapses."""
        while True:
            await self.order(escalation, "beat")
            await asyncio.sleep(BEAT_S)

    async def take(self, escalation: str, browser: StandIn) -> float:
        """Accept and connect; return when the kiosk's answer to the offer was here."""
        await self.order(escalation, "accept")
        answer = await self.order(escalation, "video/offer", sdp=await browser.offer(), role="operator")
        answered_s = time.monotonic()
        await browser.accept(answer["sdp"])
        return answered_s


@contextlib.asynccontextmanager
async def console(config: Config) -> AsyncIterator[Console]:
    """Log in and listen while the block runs."""
    context = ssl.create_default_context(cafile=str(config.paths.keys / "ca.crt"))
    url = f"https://127.0.0.1:{config.headquarters.port}"
    async with httpx.AsyncClient(base_url=url, verify=context, timeout=NEWS_S) as http:
        await log_in(http, TELLER)
        found = Console(http)
        listening = asyncio.create_task(found.listen(context))
        try:
            yield found
        finally:
            listening.cancel()
