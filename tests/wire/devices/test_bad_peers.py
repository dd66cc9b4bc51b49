"""What a service does with peers that misbehave: it says what is wrong and goes on serving."""

from __future__ import annotations

import asyncio
import json

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from firmware_bridge.main import services_of
from firmware_bridge.protocol.envelope import MAX_BYTES
from firmware_bridge.services.host import host
from firmware_bridge.simulator.branch import Branch
from firmware_bridge.simulator.keys import provision_keys
from guitai.errors import GuitaiError


def at(bench, path: str) -> connect:
    return connect(f"ws://127.0.0.1:{bench.config.devices.port}/xfs4iot/v1.0{path}", proxy=None, max_size=None)


def command(request_id: int, name: str, payload: object = None, **more: object) -> str:
    header = {"type": "command", "name": name, "requestId": request_id, **more}
    return json.dumps({"header": header, "payload": payload})


async def answer(connection) -> dict:
    return json.loads(await asyncio.wait_for(connection.recv(), 60))["header"]


@pytest.mark.parametrize("path", ["/CardReader", "/CardReader/"])
async def test_malformed_messages_are_refused_and_the_next_good_one_is_served(bench, path):
    async with at(bench, path) as connection:
        for bad in ("rubbish", "{}", '{"header": {"type": "command"}}', b"\xff\xfe", command(1, "Common.Status", [1])):
            await connection.send(bad)
            header = await answer(connection)
            assert (header["type"], header["status"]) == ("acknowledge", "invalidMessage")
        await connection.send(command(-1, "Common.Status"))
        assert (await answer(connection))["status"] == "invalidRequestID"
        await connection.send(command(1, "Common.Status", version="2.0"))
        assert (await answer(connection))["type"] == "acknowledge"
        assert (await answer(connection))["completionCode"] == "success"


async def test_more_than_two_megabytes_end_only_that_connection(bench):
    async with at(bench, "/Printer") as connection:
        await connection.send("x" * (MAX_BYTES + 1))
        with pytest.raises(ConnectionClosed) as caught:
            await asyncio.wait_for(connection.recv(), 60)
        assert caught.value.rcvd is not None
        assert caught.value.rcvd.code == 1009
    assert (await bench.port.print_receipt("p1", "t", ())).request_id == "p1"


@pytest.mark.parametrize("version", [{}, {"version": "1.0"}, {"version": "2.0"}, {"version": "3.0"}, {"version": None}])
async def test_a_publisher_answers_in_any_version(bench, version):
    async with at(bench, "") as connection:
        await connection.send(command(1, "ServicePublisher.GetServices", **version))
        assert [(await answer(connection)).get("completionCode") for _ in range(2)] == [None, "success"]


async def test_unknown_addresses_are_not_found(bench):
    with pytest.raises(InvalidStatus) as caught:
        async with at(bench, "/Toaster"):
            pass
    assert caught.value.response.status_code == 404


async def test_no_web_page_may_reach_the_devices(bench):
    uri = f"ws://127.0.0.1:{bench.config.devices.port}/xfs4iot/v1.0/CashDispenser"
    with pytest.raises(InvalidStatus) as caught:
        async with connect(uri, proxy=None, origin="http://127.0.0.1"):
            pass
    assert caught.value.response.status_code == 403


async def test_an_answer_that_does_not_fit_the_catalogue_is_not_sent_and_the_service_lives(bench, monkeypatch):
    async with at(bench, "/CashDispenser") as connection:
        monkeypatch.setattr("firmware_bridge.services.cash.POSITION", "outMoon")
        await connection.send(command(1, "Common.Status", version="2.0"))
        assert [(await answer(connection)).get("completionCode") for _ in range(2)] == [None, "internalError"]
        monkeypatch.undo()
        await connection.send(command(2, "Common.Status", version="2.0"))
        assert [(await answer(connection)).get("completionCode") for _ in range(2)] == [None, "success"]


async def test_cancel_touches_only_ones_own_commands(bench):
    await bench.port.accept_card()
    async with at(bench, "/CardReader") as other:
        await other.send(command(1, "CardReader.ReadRawData", {"track2": True}))
        await answer(other)
        await other.send(command(2, "Common.Cancel", {"requestIds": []}))
        answers = [await answer(other) for _ in range(3)]
        ended = {(h["requestId"], h["completionCode"]) for h in answers if h["type"] == "completion"}
        assert ended == {(1, "canceled"), (2, "success")}
    assert (await bench.insert()).tail == "8905"


async def test_a_client_that_goes_frees_the_service(bench):
    async with at(bench, "/CardReader") as other:
        await other.send(command(1, "CardReader.ReadRawData", {"track2": True}))
        assert (await answer(other))["type"] == "acknowledge"
    assert (await bench.insert()).tail == "8905"


async def test_a_command_cancelled_before_it_began_does_not_begin(bench):
    async with at(bench, "/CardReader") as other:
        await other.send(command(1, "CardReader.ReadRawData", {"track2": True}))
        await other.send(command(2, "Common.Cancel", {"requestIds": [1]}))
        answers = [await answer(other) for _ in range(4)]
        ended = {(h["requestId"], h["completionCode"]) for h in answers if h["type"] == "completion"}
        assert ended == {(1, "canceled"), (2, "success")}


async def test_a_client_that_goes_at_once_does_not_keep_the_service(bench):
    for _ in range(5):
        async with at(bench, "/CardReader") as other:
            await other.send(command(1, "CardReader.ReadRawData", {"track2": True}))
            other.transport.abort()
    assert (await bench.insert()).tail == "8905"


async def test_versions_that_are_spoken_are_agreed_to_and_no_others(bench):
    async with at(bench, "/CardReader") as other:
        for number, (wanted, code) in enumerate(
            [
                ({"commands": {"CardReader.Move": 2}, "events": {"CardReader.InsertCardEvent": 2}}, "success"),
                ({"commands": {"CardReader.Move": 9}}, "unsupportedData"),
                ({"commands": {"CardReader.Fly": 1}}, "unsupportedData"),
                ({"events": {"CardReader.InsertCardEvent": 9}}, "unsupportedData"),
                ({"commands": None}, "success"),
            ],
            1,
        ):
            await other.send(command(number, "Common.SetVersions", wanted))
            assert [(await answer(other)).get("completionCode") for _ in range(2)] == [None, code]


async def test_an_event_that_does_not_fit_the_catalogue_is_not_sent_and_the_move_goes_on(config):
    provision_keys(config.paths.keys)
    services = services_of(Branch(config))
    reader = next(one for one in services if one.name == "CardReader")
    async with (
        host(services, "127.0.0.1", 0) as port,
        connect(f"ws://127.0.0.1:{port}/xfs4iot/v1.0/CardReader", proxy=None) as other,
    ):
        await other.send(command(1, "Common.Status", version="2.0"))
        assert [(await answer(other)).get("completionCode") for _ in range(2)] == [None, "success"]
        reader.broadcast("Common.StatusChangedEvent", {"cardReader": {"media": "on the moon"}})
        reader.broadcast("CardReader.MediaRemovedEvent", {})
        assert (await answer(other))["name"] == "CardReader.MediaRemovedEvent"


async def test_a_command_that_waits_for_people_times_out(bench):
    async with at(bench, "/CardReader") as other:
        await other.send(command(1, "CardReader.ReadRawData", {"track2": True}, timeout=20))
        headers = [await answer(other) for _ in range(3)]
        assert headers[-1]["completionCode"] == "timeOut"


async def test_no_digit_of_a_pin_is_ever_on_the_wire(bench):
    async with at(bench, "/PinPad") as connection:
        keys = {"enter": {"terminate": True}, "cancel": {"terminate": True}}
        await bench.hands.type_pin("246813")
        await connection.send(command(1, "Keyboard.PinEntry", {"activeKeys": keys}))
        texts = [await asyncio.wait_for(connection.recv(), 60)]
        while '"completion","name":"Keyboard.PinEntry"' not in texts[-1]:
            texts.append(await asyncio.wait_for(connection.recv(), 60))
    events = [json.loads(text)["payload"] for text in texts if "KeyEvent" in text]
    assert events == [{"completion": "continue"}] * 6 + [{"completion": "enter", "digit": "enter"}]
    assert json.loads(texts[-1])["payload"] == {"digits": 6, "completion": "enter"}


async def test_a_port_in_use_is_said_in_one_sentence(bench):
    with pytest.raises(GuitaiError) as caught:
        async with host([], "127.0.0.1", bench.config.devices.port):
            pass
    assert caught.value.code == "device.port_in_use"
    assert str(bench.config.devices.port) in caught.value.english()
