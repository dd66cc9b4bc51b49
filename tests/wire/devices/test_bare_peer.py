"""A peer that knows nothing of ours drives the host: finds it, reads a card, gives it back, pays out, hears it taken."""

from __future__ import annotations

import ast
import asyncio
import base64
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

from firmware_bridge.main import services_of
from firmware_bridge.protocol.dialect import FIRST, KAL, SCHEMA
from firmware_bridge.services.host import host
from firmware_bridge.simulator.branch import Branch
from firmware_bridge.simulator.hands import Hands
from firmware_bridge.simulator.hands_server import HandsServer
from firmware_bridge.simulator.keys import provision_keys, read_key
from guitai.money import yuan
from guitai.tables import SOCKETS
from guitai.wire.sockets import serve
from tests.wire.devices.bare_peer import Peer, services, token
from tests.wire.devices.conftest import CARD, Recorder


@pytest.fixture(params=[KAL, SCHEMA, FIRST], ids=lambda dialect: dialect.name)
async def branch(config, request):
    """Simulated machines behind the service host; yields the port, the branch and its hands."""
    provision_keys(config.paths.keys)
    branch, recorder = Branch(config), Recorder()
    hands = HandsServer(branch, recorder, recorder, lambda: None)
    async with (
        host(services_of(branch), "127.0.0.1", 0, request.param) as port,
        serve(config.paths.run / SOCKETS["hands"], hands.handle),
    ):
        yield port, branch, Hands(config.paths.run / SOCKETS["hands"])


def address(uris: list[str], name: str) -> str:
    return next(uri for uri in uris if uri.endswith(f"/{name}"))


def test_the_peer_is_bare():
    tree = ast.parse((Path(__file__).parent / "bare_peer.py").read_text("utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
    assert not [name for name in imported if name and name.startswith(("firmware_bridge", "guitai", "tests"))]


async def test_a_card_in_read_and_out(branch):
    port, _, hands = branch
    uris = await services(port)
    async with connect(address(uris, "CardReader"), proxy=None) as line:
        peer = Peer(line)
        interfaces = {one["name"] for one in (await peer.probe("Common.Capabilities"))["interfaces"]}
        assert {"Common", "CardReader"} <= interfaces
        inserting: list[asyncio.Task[None]] = []

        def hand(event: str) -> None:
            if event == "CardReader.InsertCardEvent":
                inserting.append(asyncio.create_task(hands.insert_card(CARD)))

        code, body = await peer.command("CardReader.ReadRawData", {"track2": True}, on_event=hand)
        assert code == "success"
        assert base64.b64decode(body["track2"]["data"]).decode().startswith(CARD)
        await asyncio.gather(*inserting)
        assert (await peer.command("CardReader.Move", {"to": "exit"}))[0] == "success"
        await hands.take_card()
        await peer.event("CardReader.MediaRemovedEvent")


async def test_notes_paid_out_against_a_token_and_taken(branch, config):
    port, machines, hands = branch
    async with connect(address(await services(port), "CashDispenser"), proxy=None) as line:
        peer = Peer(line)
        assert (await peer.probe("Common.Status"))["common"]["device"] == "online"
        _, body = await peer.command("Common.GetCommandNonce")
        permit = token(read_key(config.paths.keys, "e2e.key"), body["commandNonce"], "500.00CNY")
        service = {"currencies": {"CNY": 500}, "mix": "mix1"}
        wanted = {"denomination": {"denomination": {"service": service}}, "position": "outDefault"}
        assert (await peer.command("CashDispenser.Dispense", wanted))[0] == "authorisationRequired"
        code, body = await peer.command("CashDispenser.Dispense", {**wanted, "token": permit})
        assert (code, body["denomination"]["currencies"]["CNY"]) == ("success", 500)
        assert (await peer.command("CashDispenser.Present", {"position": "outDefault"}))[0] == "success"
        code, body = await peer.command("CashDispenser.GetPresentStatus")
        assert (code, body["presentState"]) == ("success", "presented")
        assert await hands.take_notes() == yuan(500)
        await peer.event("CashManagement.ItemsTakenEvent")
    assert machines.dispenser.conservation() == {}
