"""A client written against the digest of the protocol alone: websockets and JSON, nothing of ours."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
from collections.abc import Callable
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

LIMIT_S = 60.0
PROBED = ("2.0", "3.0", "1.0")
Json = dict[str, Any]


class Peer:
    """One connection to one service."""

    def __init__(self, line: ClientConnection) -> None:
        self._line = line
        self._ids = itertools.count(1)
        self.events: list[tuple[str, Json]] = []

    async def command(
        self,
        name: str,
        payload: Json | None = None,
        version: str = "",
        on_event: Callable[[str], None] = lambda _: None,
    ) -> tuple[str, Json]:
        """Send a command; return its completion's code and payload."""
        number = next(self._ids)
        header: Json = {"type": "command", "name": name, "requestId": number, "timeout": 0}
        if version:
            header["version"] = version
        await self._line.send(json.dumps({"header": header, "payload": payload or {}}))
        async with asyncio.timeout(LIMIT_S):
            while True:
                message = json.loads(await self._line.recv())
                head, body = message["header"], message.get("payload") or {}
                if head["type"] in {"event", "unsolicited"}:
                    self.events.append((head["name"], body))
                    on_event(head["name"])
                elif head.get("requestId") != number:
                    continue
                elif head["type"] == "acknowledge":
                    assert (head.get("status") or body.get("status")) is None
                elif head["type"] == "completion":
                    code = head.get("completionCode") or body.get("completionCode") or "success"
                    return str(code).replace("authorization", "authorisation"), body

    async def probe(self, name: str) -> Json:
        """Ask Common.Status or Common.Capabilities in the versions that are around."""
        for version in PROBED:
            code, body = await self.command(name, version=version)
            if code == "success":
                return body
        raise AssertionError(f"{name} in no version")

    async def event(self, name: str) -> Json:
        """Wait for an event that comes by itself."""
        async with asyncio.timeout(LIMIT_S):
            while True:
                for one in self.events:
                    if one[0] == name:
                        self.events.remove(one)
                        return one[1]
                message = json.loads(await self._line.recv())
                self.events.append((message["header"]["name"], message.get("payload") or {}))


async def services(port: int) -> list[str]:
    """Ask the service publisher on a port."""
    async with connect(f"ws://127.0.0.1:{port}/xfs4iot/v1.0", proxy=None) as line:
        code, body = await Peer(line).command("ServicePublisher.GetServices")
    assert code == "success"
    return [one["serviceURI"] for one in body["services"]]


def token(key: bytes, nonce: str, amount: str) -> str:
    """Mint a dispense token as the bank's host does."""
    frame = "NONCE={},TOKENFORMAT=1,TOKENLENGTH={:04d},DISPENSE1={},HMACSHA256="
    length = len(frame.format(nonce, 0, amount)) + 64
    text = frame.format(nonce, length, amount)
    return text + hmac.new(key, text.encode(), hashlib.sha256).hexdigest().upper()
