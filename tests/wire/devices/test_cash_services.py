"""The cash machine's services as a bare peer sees them: error codes, events and payloads beyond what core uses."""

from __future__ import annotations

import asyncio
import json

import pytest
from websockets.asyncio.client import connect

UNIT100 = {"cash": {"status": {"initial": {"typeCNY100": {"fit": 7}}}}}


class Peer:
    """Sends bare commands to the cash machine's service."""

    def __init__(self, connection) -> None:
        self._connection, self._last, self.events = connection, 0, []

    async def send(self, name, payload=None, version="2.0", timeout_ms=0):
        self._last += 1
        header = {"type": "command", "name": name, "requestId": self._last, "version": version, "timeout": timeout_ms}
        await self._connection.send(json.dumps({"header": header, "payload": payload or {}}))
        return self._last

    async def end_of(self, request_id):
        """Return completion code or error code, and the payload."""
        async with asyncio.timeout(60):
            async for text in self._connection:
                message = json.loads(text)
                header, payload = message["header"], message.get("payload") or {}
                if header["type"] in ("event", "unsolicited"):
                    self.events.append((header["name"], payload))
                if header["type"] == "completion" and header["requestId"] == request_id:
                    return payload.pop("errorCode", header["completionCode"]), payload
        raise AssertionError("the service hung up")

    async def ask(self, name, payload=None, version="2.0", timeout_ms=0):
        return await self.end_of(await self.send(name, payload, version, timeout_ms))


@pytest.fixture
async def peer(bench):
    uri = f"ws://127.0.0.1:{bench.config.devices.port}/xfs4iot/v1.0/CashDispenser"
    async with connect(uri, proxy=None) as connection:
        yield Peer(connection)


async def put_in(bench, peer, notes, forged=None):
    request_id = await peer.send("CashAcceptor.CashIn")
    await bench.hands.insert_notes(notes, forged)
    return await peer.end_of(request_id)


async def test_cash_in_commands_out_of_turn(bench, peer):
    for name in ("CashIn", "CashInEnd", "CashInRollback"):
        assert (await peer.ask(f"CashAcceptor.{name}"))[0] == "noCashInActive"
    assert await peer.ask("CashAcceptor.GetCashInStatus") == ("success", {})
    wrong = {"inputPosition": "inLeft"}
    assert (await peer.ask("CashAcceptor.CashInStart", wrong))[0] == "unsupportedPosition"
    assert (await peer.ask("CashAcceptor.CashInStart"))[0] == "success"
    assert (await peer.ask("CashAcceptor.CashInStart"))[0] == "cashInActive"
    assert (await peer.ask("CashAcceptor.CashInEnd"))[0] == "noItems"
    assert (await peer.ask("CashAcceptor.CashIn", timeout_ms=20))[0] == "timeOut"
    assert (await put_in(bench, peer, {}, {50_00: 2})) == ("success", {"items": {}})
    assert ("CashAcceptor.InputRefuseEvent", {"reason": "counterfeit"}) in peer.events
    assert (await peer.ask("CashAcceptor.CashIn"))[0] == "positionNotEmpty"
    assert await peer.ask("CashAcceptor.GetCashInStatus") == ("success", {"status": "active", "numOfRefused": 2})


async def test_more_notes_than_the_escrow_holds_are_pushed_back(bench, peer):
    await peer.ask("CashAcceptor.CashInStart")
    items = (await put_in(bench, peer, {100_00: 150, 1_00: 100}))[1]["items"]
    assert items == {"typeCNY100": {"fit": 150}, "typeCNY1": {"fit": 50}}
    assert ("CashAcceptor.InputRefuseEvent", {"reason": "stackerFull"}) in peer.events
    assert ("CashManagement.ItemsInsertedEvent", {"position": "inDefault"}) in peer.events


async def test_counting_is_gone_through_with_whoever_cancels(bench, peer, monkeypatch):
    await peer.ask("CashAcceptor.CashInStart")
    machine, moving, go_on = bench.branch.dispenser, asyncio.Event(), asyncio.Event()

    async def motion():
        moving.set()
        await go_on.wait()

    monkeypatch.setattr(machine, "_motion", motion)
    request_id = await peer.send("CashAcceptor.CashIn")
    await bench.hands.insert_notes({100_00: 1})
    await asyncio.wait_for(moving.wait(), 60)
    assert (await peer.ask("Common.Cancel", {"requestIds": [request_id]}))[0] == "success"
    go_on.set()
    assert await peer.end_of(request_id) == ("success", {"items": {"typeCNY100": {"fit": 1}}})
    assert machine.state.escrow == {100_00: 1}


async def test_units_take_part_in_storing(bench, peer):
    await peer.ask("CashAcceptor.CashInStart")
    await put_in(bench, peer, {100_00: 2, 10_00: 3})
    assert (
        "CashManagement.InfoAvailableEvent",
        {"itemInfoSummary": [{"level": "fit", "numOfItems": 5}]},
    ) in peer.events
    _, payload = await peer.ask("CashAcceptor.CashInEnd")
    assert payload["storage"] == {
        "unit1": {"deposited": {"typeCNY100": {"fit": 2}}},
        "unitBOX": {"deposited": {"typeCNY10": {"fit": 3}}},
    }


async def test_a_full_box_takes_no_more(bench, peer, monkeypatch):
    monkeypatch.setattr("firmware_bridge.simulator.recycler.BOX_CAPACITY", 2)
    await peer.ask("CashAcceptor.CashInStart")
    assert (await put_in(bench, peer, {1_00: 3}))[1]["items"] == {"typeCNY1": {"fit": 2}}
    assert ("CashAcceptor.InputRefuseEvent", {"reason": "cashInUnitFull"}) in peer.events
    await peer.ask("CashAcceptor.CashInEnd")
    status = (await peer.ask("Common.Status"))[1]
    assert status["cashManagement"] == {"dispenser": "ok", "acceptor": "stop"}


async def test_an_empty_cassette_is_named(bench, peer):
    await peer.ask("Storage.StartExchange")
    await bench.hands.fill_cassette(100_00, 0)
    await peer.ask("Storage.EndExchange")
    token = await bench.token(100_00)
    service = {"currencies": {"CNY": 100}, "mix": "mix1"}
    wanted = {"denomination": {"denomination": {"service": service}}, "token": token}
    code, payload = await peer.ask("CashDispenser.Dispense", wanted, version="3.0")
    assert (code, payload["denomination"]["currencies"]) == ("cashUnitError", {"CNY": 0})
    (told,) = [payload for name, payload in peer.events if name == "Storage.StorageErrorEvent"]
    assert (told["failure"], list(told["unit"])) == ("empty", ["unit1"])


async def test_reset_clears_everything_into_a_bin_and_ends_the_cash_in(bench, peer):
    await peer.ask("CashAcceptor.CashInStart")
    await put_in(bench, peer, {100_00: 2}, {50_00: 1})
    assert (await peer.ask("CashManagement.Reset", {"position": {"target": "outTop"}}))[0] == "unsupportedPosition"
    await bench.hands.fault("dispenser", "jam_reset")
    assert (await peer.ask("CashManagement.Reset"))[0] == "hardwareError"
    _, payload = await peer.ask("CashManagement.Reset", {"position": {"target": "retract"}})
    assert payload["storage"] == {"unitRET": {"retracted": {"typeCNY100": {"fit": 2}, "unrecognized": 1}}}
    assert (await peer.ask("CashAcceptor.GetCashInStatus"))[1]["status"] == "reset"


async def test_shutters(bench, peer):
    tray = {"position": "outTop"}
    assert (await peer.ask("CashManagement.CloseShutter", tray))[0] == "shutterClosed"
    assert (await peer.ask("CashManagement.OpenShutter", tray))[0] == "success"
    assert ("CashManagement.ShutterStatusChangedEvent", {"position": "outTop", "shutter": "open"}) in peer.events
    assert (await peer.ask("CashManagement.OpenShutter", tray))[0] == "shutterOpen"
    await peer.ask("CashAcceptor.CashInStart")
    await put_in(bench, peer, {}, {50_00: 1})
    assert (await peer.ask("CashManagement.CloseShutter", tray))[0] == "shutterNotClosed"
    assert (await peer.ask("CashManagement.OpenShutter", {"position": "outLeft"}))[0] == "unsupportedPosition"


async def test_item_info_by_index_and_level(bench, peer):
    await bench.stack(100_00)
    _, payload = await peer.ask("CashManagement.GetItemInfo")
    (item,) = payload["itemsList"]
    assert (item["noteType"], item["level"], item["itemLocation"]) == ("typeCNY100", "fit", "stacker")
    assert (await peer.ask("CashManagement.GetItemInfo", {"items": {"level": "fit", "index": 1}}))[1] == payload
    assert (await peer.ask("CashManagement.GetItemInfo", {"items": {"level": "inked"}}))[1] == {"itemsList": []}
    await bench.port.present("r2", 100_00)
    assert (await peer.ask("CashManagement.GetItemInfo"))[1]["itemsList"][0]["itemLocation"] == "output"
    await bench.hands.take_notes()
    assert (await peer.ask("CashManagement.GetItemInfo"))[1]["itemsList"][0]["itemLocation"] == "customer"


async def test_storage_is_set_during_an_exchange_only_and_with_care(bench, peer):
    async def set_storage(storage):
        return (await peer.ask("Storage.SetStorage", {"storage": storage}, version="2.1"))[0]

    assert await set_storage({"unit1": UNIT100}) == "noExchangeActive"
    assert (await peer.ask("Storage.EndExchange"))[0] == "noExchangeActive"
    assert (await peer.ask("Storage.StartExchange"))[0] == "success"
    assert (await peer.ask("Storage.StartExchange"))[0] == "exchangeActive"
    assert await set_storage({"unit9": UNIT100}) == "invalidUnit"
    assert await set_storage({"unit2": UNIT100}) == "unsupportedData"
    assert await set_storage({"unit1": {"cash": {"configuration": {"value": 50}}}}) == "unsupportedData"
    assert await set_storage({"unit1": UNIT100}) == "success"
    assert (await peer.ask("CashAcceptor.CashInStart"))[0] == "exchangeActive"
    assert (await peer.ask("CashManagement.Reset"))[0] == "sequenceError", "the standard has no exchangeActive there"
    assert (await peer.ask("Storage.EndExchange"))[0] == "success"
    unit = (await peer.ask("Storage.GetStorage"))[1]["storage"]["unit1"]
    assert unit["cash"]["status"]["initial"] == {"typeCNY100": {"fit": 7}}
