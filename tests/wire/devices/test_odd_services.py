"""A vendor's service written by hand, as odd as the digest of implementations says: our client finds it and drives it."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable
from http import HTTPStatus

import pytest
from websockets.asyncio.server import serve

from firmware_bridge.client.discovery import discover, publishers
from firmware_bridge.client.link import Link, Watch
from firmware_bridge.generated.card_reader import MoveCommand, MoveCompletion, ReadRawDataCommand, ReadRawDataCompletion
from firmware_bridge.protocol.client import Unsolicited
from firmware_bridge.protocol.envelope import MAX_BYTES
from firmware_bridge.protocol.typed import read
from guitai.config import Devices
from guitai.errors import GuitaiError

LIMIT_S = 60.0
Reply = Callable[[dict], list[dict | str]]


def completion(header: dict, payload: object = None, **more: object) -> dict:
    return {
        "header": {"type": "completion", "name": header["name"], "requestId": header["requestId"], **more},
        "payload": payload,
    }


class Vendor:
    """Answers the probe in one version only; everything else as `reply` says."""

    def __init__(self, version: str, slash: bool) -> None:
        self.version, self.slash = version, slash
        self.seen: list[tuple[str, str]] = []
        self.agreed: list[dict] = []
        self.common: dict[str, object] = {"Common.Status": {"versions": [version]}}
        self.reply: Reply = lambda header: [completion(header)]
        self.events: dict[str, object] | None = None
        self.commands: dict[str, object] = {"CardReader.Move": {"versions": ["2.0", "3.1"]}}

    @contextlib.asynccontextmanager
    async def serve(self):
        def check(connection, request):
            known = {f"/xfs4iot/v1.0{path}" for path in ("", "/", "/Slot/" if self.slash else "/Slot")}
            return None if request.path in known else connection.respond(HTTPStatus.NOT_FOUND, "")

        async with serve(self._handle, "127.0.0.1", 0, process_request=check) as server:
            self.port = server.sockets[0].getsockname()[1]
            yield self

    async def _handle(self, connection) -> None:
        async for text in connection:
            header = json.loads(text)["header"]
            if header["name"] == "Common.SetVersions":
                self.agreed.append(json.loads(text)["payload"])
            self.seen.append((header["name"], header["version"]))
            for answer in self._answers(header):
                await connection.send(answer if isinstance(answer, str) else json.dumps(answer))

    def _answers(self, header: dict) -> list[dict | str]:
        probed = header["name"] in {"ServicePublisher.GetServices", "Common.Capabilities", "Common.Status"}
        if probed and header["version"] != self.version:
            return [completion(header, None, completionCode="invalidCommand")]
        if header["name"] == "ServicePublisher.GetServices":
            uri = f"ws://127.0.0.1:{self.port}/xfs4iot/v1.0/Slot"
            return ["null", completion(header, {"services": [{"serviceURI": uri, "x": 1}, None, {"serviceURI": None}]})]
        if probed:
            common = {"name": "Common", "commands": self.common}
            interfaces = [{"name": "CardReader", "commands": self.commands, "events": self.events}, common]
            interfaces.append({"name": "Acme.IdCard", "commands": None})
            status = {"common": {"device": "online", "colour": "red"}, "cardReader": {"media": None}}
            return [completion(header, status | {"interfaces": interfaces}, completionCode="success")]
        return self.reply(header)


class Client:
    def __init__(self, uri: str) -> None:
        self.told: asyncio.Queue[Unsolicited] = asyncio.Queue()
        self.is_up = asyncio.Event()
        watch = Watch(lambda _: self.is_up.set(), lambda _: self.is_up.clear(), lambda _, e: self.told.put_nowait(e))
        self.link = Link(uri, watch)


@contextlib.asynccontextmanager
async def connected(vendor: Vendor):
    async with vendor.serve():
        (uri,) = await discover(Devices(host="127.0.0.1", port=vendor.port))
        client = Client(uri)
        running = asyncio.create_task(client.link.run())
        try:
            await asyncio.wait_for(client.is_up.wait(), LIMIT_S)
            yield client
        finally:
            running.cancel()
            await asyncio.wait({running})


@pytest.mark.parametrize("version", ["2.0", "3.0", "1.0"])
@pytest.mark.parametrize("slash", [False, True], ids=["no slash", "slash"])
async def test_found_at_either_address_in_any_version(version, slash):
    vendor = Vendor(version, slash)
    async with connected(vendor) as client:
        assert client.link.interfaces == {"Common", "CardReader", "Acme.IdCard"}
        assert client.link.status["common"]["device"] == "online"
        await client.link.request(MoveCommand(to="exit"))
    tried = [one for name, one in vendor.seen if name == "Common.Capabilities"]
    assert tried == ["2.0", "3.0", "1.0"][: len(tried)]
    assert tried[-1] == version
    assert [one for name, one in vendor.seen if name == "Common.Status"] == [version], "what Capabilities offers"
    assert vendor.seen[-1] == ("CardReader.Move", "2.0")


async def test_services_of_several_publishers_and_those_named_by_hand_are_all_found():
    async with Vendor("2.0", False).serve() as one, Vendor("3.0", True).serve() as other:
        roots = [f"ws://127.0.0.1:{vendor.port}/xfs4iot/v1.0" for vendor in (one, other)]
        named = "wss://127.0.0.1:9/Acme/Counter"
        found = await discover(Devices(uris=(roots[0], named, roots[1] + "/", "ws://127.0.0.1:9/xfs4iot/v1.0")))
    assert sorted(found) == sorted([named, f"{roots[0]}/Slot", f"{roots[1]}/Slot"])


def test_where_publishers_are_looked_for():
    root = "/xfs4iot/v1.0"
    assert publishers(Devices(port=7000)) == (f"ws://127.0.0.1:7000{root}",)
    here = publishers(Devices(simulate=False))
    assert len(here) == len(set(here)) == 13
    assert {f"ws://127.0.0.1:80{root}", f"ws://127.0.0.1:5856{root}", f"wss://127.0.0.1:443{root}"} <= set(here)
    there = publishers(Devices(simulate=False, host="10.1.2.3"))
    assert {uri.partition("/xfs")[0] for uri in there if "10.1.2.3" in uri} >= {
        "wss://10.1.2.3:5846",
        "wss://10.1.2.3:443",
    }
    assert not [uri for uri in there if uri.startswith("ws://10.")]
    assert f"ws://127.0.0.1:5846{root}" in there, "where directly attached devices are served"
    assert publishers(Devices(simulate=True, uris=("ws://127.0.0.1:1/x",))) == ()


async def test_a_card_taken_is_heard_however_it_is_said():
    vendor = Vendor("2.0", False)
    removed = {"header": {"type": "event", "name": "CardReader.MediaRemovedEvent"}, "payload": {}}
    async with connected(vendor) as client:
        for odd in ({}, {"requestId": None}, {"requestId": "mine"}, {"type": "unsolicited"}):

            def reply(header: dict, odd: dict = odd) -> list[dict | str]:
                mine = {"requestId": header["requestId"]} if odd.get("requestId") == "mine" else odd
                return [{**removed, "header": {**removed["header"], **mine}}, completion(header)]

            vendor.reply = reply
            assert (await asyncio.wait_for(client.link.request(MoveCommand(to="exit")), LIMIT_S)).ok
            assert (await asyncio.wait_for(client.told.get(), LIMIT_S)).name == "CardReader.MediaRemovedEvent"


async def test_a_commands_event_without_its_id_reaches_the_command():
    vendor = Vendor("2.0", False)
    heard: list[str] = []
    event = {"header": {"type": "unsolicited", "name": "CardReader.InsertCardEvent"}, "payload": {}}
    vendor.reply = lambda header: [event, completion(header, {"track2": {"data": "NjIxNw==", "status": "fine"}})]
    async with connected(vendor) as client:
        begun = await client.link.begin(ReadRawDataCommand(track2=True), on_event=lambda name, _: heard.append(name))
        done = read(await asyncio.wait_for(begun.done, LIMIT_S), ReadRawDataCompletion)
    assert heard == ["CardReader.InsertCardEvent"]
    assert (done.track2.data, done.track2.status) == (b"6217", None)


async def test_rubbish_between_two_messages_is_passed_over():
    vendor = Vendor("2.0", False)
    vendor.reply = lambda header: ["{", "[]", completion(header, {"errorCode": "newJam"}), completion(header)]
    async with connected(vendor) as client:
        done = await asyncio.wait_for(client.link.request(MoveCommand(to="exit")), LIMIT_S)
        assert done.answer == "newJam"
        assert read(done, MoveCompletion).errorCode is None


async def test_a_completion_that_cannot_be_read_leaves_the_outcome_unknown():
    vendor = Vendor("2.0", False)
    vendor.reply = lambda header: [completion(header, "done")]
    async with connected(vendor) as client:
        with pytest.raises(GuitaiError) as caught:
            await asyncio.wait_for(client.link.request(MoveCommand(to="exit")), LIMIT_S)
        assert caught.value.code == "device.outcome_unknown"
        assert client.is_up.is_set(), "the line lives on"


async def test_what_is_too_large_to_send_is_said_and_was_not_sent():
    vendor = Vendor("2.0", False)
    async with connected(vendor) as client:
        for way in (client.link.send, client.link.ask, client.link.asked):
            with pytest.raises(GuitaiError) as caught:
                await way("Printer.PrintRaw", {"inputData": "no", "data": "AAAA" * (MAX_BYTES // 4)})
            assert caught.value.code == "xfs.too_large"
    assert "Printer.PrintRaw" not in {name for name, _ in vendor.seen}


async def test_what_has_to_succeed_says_what_was_answered_instead():
    vendor = Vendor("2.0", False)
    vendor.reply = lambda header: [completion(header, completionCode="hardwareError")]
    async with connected(vendor) as client:
        with pytest.raises(GuitaiError) as caught:
            await client.link.asked(MoveCommand(to="exit"))
    assert caught.value.code == "device.failed"
    assert "hardwareError" in caught.value.english()


async def test_an_unreadable_answer_to_a_cancel_leaves_the_line_up():
    vendor = Vendor("2.0", False)
    moves: list[dict] = []

    def reply(header: dict) -> list[dict | str]:
        if header["name"] == "Common.Cancel":
            return [completion(header, "done"), completion(moves[0])]
        moves.append(header)
        return []

    vendor.reply = reply
    async with connected(vendor) as client:
        begun = await client.link.begin(MoveCommand(to="exit"))
        await client.link.cancel(begun)
        assert (await asyncio.wait_for(begun.done, LIMIT_S)).ok
        assert client.is_up.is_set()


async def test_a_service_of_several_versions_is_told_which_are_spoken():
    vendor = Vendor("2.0", False)
    async with connected(vendor) as client:
        assert client.is_up.is_set()
    assert vendor.agreed == [], "it does not offer to be told"
    vendor.common["Common.SetVersions"] = {"versions": ["2.0"]}
    vendor.events = {"CardReader.InsertCardEvent": {"versions": ["1.0", "2.0"]}, "MediaInsertedEvent": None}
    async with connected(vendor) as client:
        assert client.is_up.is_set()
    assert vendor.agreed == [{"commands": {"CardReader.Move": 2}, "events": {"CardReader.InsertCardEvent": 2}}]
    vendor.reply = lambda header: [completion(header, completionCode="unsupportedData")]
    async with connected(vendor) as client:
        assert client.is_up.is_set(), "it is used as it is"
