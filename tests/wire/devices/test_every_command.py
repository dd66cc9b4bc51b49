"""Every command of every service, asked as barely as the catalogue allows: each answer agrees with the catalogue."""

from __future__ import annotations

import asyncio
import json

import pytest
from websockets.asyncio.client import connect

from firmware_bridge.main import services_of
from firmware_bridge.protocol.dialect import FIRST, KAL, SCHEMA
from firmware_bridge.services.host import host
from firmware_bridge.simulator.branch import Branch
from firmware_bridge.simulator.keys import provision_keys
from tests.wire.devices.traffic import faults

SHORT_MS = 30
ANSWER_S = 10


async def asked(connection, request_id: int, name: str, version: str) -> tuple[dict, list[str]]:
    """Send one bare command; return its completion's header and all that came until then."""
    header = {"type": "command", "name": name, "requestId": request_id, "version": version, "timeout": SHORT_MS}
    await connection.send(json.dumps({"header": header, "payload": {}}))
    texts: list[str] = []
    async with asyncio.timeout(ANSWER_S):
        async for text in connection:
            texts.append(text)
            header = json.loads(text)["header"]
            if header["type"] == "completion" and header.get("requestId") == request_id:
                return header, texts
    raise AssertionError("the service hung up")


@pytest.mark.parametrize("dialect", [KAL, SCHEMA, FIRST], ids=lambda dialect: dialect.name)
async def test_every_answer_agrees_with_the_catalogue(config, dialect):
    provision_keys(config.paths.keys)
    services = services_of(Branch(config))
    wrong: list[str] = []
    async with host(services, "127.0.0.1", 0, dialect) as port:
        for path in ("", *(f"/{service.name}" for service in services)):
            async with connect(f"ws://127.0.0.1:{port}/xfs4iot/v1.0{path}", proxy=None) as line:
                first, texts = await asked(line, 1, "Common.Capabilities", dialect.common_version)
                capabilities = json.loads(texts[-1])["payload"]
                offered = {name: one for i in capabilities["interfaces"] for name, one in i["commands"].items()}
                assert "Common.Capabilities" in offered, first
                for number, (name, entry) in enumerate(offered.items(), 2):
                    header, more = await asked(line, number, name, entry["versions"][0])
                    wrong += [fault for text in more for fault in faults("received", text)]
                    code = header.get("completionCode") or json.loads(more[-1])["payload"]
                    if "internalError" in str(code):
                        wrong.append(f"{name}: internalError")
                wrong += [fault for text in texts for fault in faults("received", text)]
    assert wrong == []
