"""A scripted teller at headquarters: signs in, accepts, types, decides, closes, all through the public API."""

from __future__ import annotations

import asyncio
import ssl
from typing import Any

import httpx

from guitai.config import Config
from guitai.errors import GuitaiError

WAIT_S = 20.0
LOOK_AGAIN_S = 0.2


class Teller:
    """One signed-in teller."""

    def __init__(self, config: Config) -> None:
        keys, port = config.paths.keys, config.headquarters.port
        context = ssl.create_default_context(cafile=keys / "ca.crt")
        context.load_cert_chain(keys / "kiosk.crt", keys / "kiosk.key")
        self._http = httpx.AsyncClient(base_url=f"https://127.0.0.1:{port}", verify=context, timeout=10)
        self._password = config.headquarters.teller_password.get_secret_value()

    async def sign_in(self) -> None:
        """Obtain a session at headquarters."""
        answer = await self._http.post("/api/login", json={"password": self._password})
        answer.raise_for_status()
        self._http.headers["Authorization"] = f"Bearer {answer.json()['token']}"

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
        """Wait until headquarters shows this escalation; return it."""
        try:
            async with asyncio.timeout(WAIT_S):
                while True:
                    for found in await self.get("/api/escalations"):
                        if found.get("escalation_id") == escalation_id or found.get("id") == escalation_id:
                            return dict(found)
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
        await self._http.aclose()
