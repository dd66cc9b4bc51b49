"""Scripted people at headquarters: log in, accept, type, decide, close, look, all through the public API."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from typing import Any

import httpx

from guitai.config import Config
from guitai.demo.identity import log_in
from guitai.errors import GuitaiError

WAIT_S = 20.0
LOOK_AGAIN_S = 0.2
BEAT_S = 5.0


class Teller:
    """One person who is logged in; while they hold a call, their console beats."""

    def __init__(self, config: Config, person: str) -> None:
        keys, own = config.paths.keys, config.headquarters
        context = ssl.create_default_context(cafile=keys / "ca.crt")
        if (keys / "kiosk.crt").exists():  # the simulated gateway shows its codes to a kiosk
            context.load_cert_chain(keys / "kiosk.crt", keys / "kiosk.key")
        self._http = httpx.AsyncClient(base_url=f"https://{own.host}:{own.port}", verify=context, timeout=10)
        self._person = person
        self._beats: asyncio.Task[None] | None = None

    async def sign_in(self) -> None:
        """Log in at headquarters through the identity provider."""
        await log_in(self._http, self._person)

    async def accept(self, escalation_id: str) -> None:
        """Take a call, and say every few seconds that the console is there, until `leave`."""
        await self.post(f"/api/escalations/{escalation_id}/accept")
        self._beats = asyncio.create_task(self._beat(escalation_id))

    async def leave(self, escalation_id: str) -> None:
        """End the takeover."""
        await self._still()
        await self.post(f"/api/escalations/{escalation_id}/close")

    async def get(self, path: str) -> Any:
        """Return the JSON behind a path."""
        answer = await self._http.get(path)
        answer.raise_for_status()
        return answer.json()

    async def post(self, path: str, **body: Any) -> Any:
        """Post to a path; return the answer's JSON."""
        answer = await self._http.post(path, json=body)
        answer.raise_for_status()
        return answer.json()

    async def escalation(self, escalation_id: str) -> dict[str, Any]:
        """Wait until headquarters' queue shows this escalation; return its briefing."""
        try:
            async with asyncio.timeout(WAIT_S):
                while True:
                    if any(found["id"] == escalation_id for found in (await self.get("/api/queue"))["waiting"]):
                        return dict(await self.get(f"/api/escalations/{escalation_id}"))
                    await asyncio.sleep(LOOK_AGAIN_S)
        except TimeoutError as error:
            raise GuitaiError(
                "demo.expectation", what=f"Escalation {escalation_id} never reached headquarters."
            ) from error

    async def sms_code(self, sms_id: str) -> str:
        """Return the code the simulated gateway sent (the customer's own phone)."""
        return str((await self.get(f"/bank/v1/sim/sms/{sms_id}"))["code"])

    async def close(self) -> None:
        """Hang up."""
        await self._still()
        await self._http.aclose()

    async def _beat(self, escalation_id: str) -> None:
        while True:
            await asyncio.sleep(BEAT_S)
            with contextlib.suppress(httpx.HTTPError):  # a lease that has ended is found by what comes next
                await self.post(f"/api/escalations/{escalation_id}/beat")

    async def _still(self) -> None:
        if self._beats is not None:
            self._beats.cancel()
            self._beats = None
