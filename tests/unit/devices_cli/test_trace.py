"""The trace tells each message once, keeps nothing, and counts what a slow listener missed."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from firmware_bridge.protocol.dialect import KAL
from firmware_bridge.services.service import Service
from firmware_bridge.trace import MOST_WAITING, Trace, _Listener

EVENT = {"header": {"type": "event", "name": "CardReader.MediaRemovedEvent", "version": "2.0"}, "payload": {}}


class Paper:
    """Stands in for a stream: keeps what is sent."""

    def __init__(self, expected: int) -> None:
        self.told: list[dict[str, Any]] = []
        self.full = asyncio.Event()
        self._expected = expected

    async def send(self, type_: str, payload: bytes = b"", /, **data: Any) -> None:
        self.told.append(data)
        if len(self.told) == self._expected:
            self.full.set()


class Door(Service):
    name = "Door"


def listening(trace: Trace, service: str = "") -> _Listener:
    listener = _Listener(service)
    trace._listeners.add(listener)
    return listener


async def read(listener: _Listener, count: int) -> list[dict[str, Any]]:
    paper = Paper(count)
    telling = asyncio.create_task(listener.tell(paper))  # type: ignore[arg-type]
    await asyncio.wait_for(paper.full.wait(), 60)
    telling.cancel()
    return paper.told


def command(name: str, number: int = 1, payload: object = None) -> str:
    header = {"type": "command", "name": name, "requestId": number, "version": "2.0"}
    return json.dumps({"header": header, "payload": payload})


async def test_what_passes_is_told_with_who_and_which_way():
    door = Door()
    listener = listening(Trace([door], now_s=lambda: 7.5))
    door.bind(KAL, lambda _name, _payload: None)
    door.tap(3, False, command("Common.Status", 12))
    door.tap(3, True, b"rubbish")
    first, second = await read(listener, 2)
    assert first == {
        "at_s": 7.5, "service": "Door", "client": 3, "sent": False, "type": "command", "name": "Common.Status",
        "request_id": 12, "code": "", "payload": {}, "missed": 0,
    }  # fmt: skip
    assert (second["type"], second["name"]) == ("unreadable", "xfs.malformed")


async def test_the_same_news_to_every_client_is_told_once():
    door = Door()
    listener = listening(Trace([door]))
    text = json.dumps(EVENT)
    for client in (1, 2, 3):
        door.tap(client, True, text)
    door.tap(1, False, command("Common.Status"))
    told = await read(listener, 2)
    assert [one["type"] for one in told] == ["unsolicited", "command"]


async def test_equal_news_that_came_twice_is_told_twice():
    door = Door()
    trace = Trace([door])
    listener = listening(trace)
    for client in (1, 2, 1, 2):
        door.tap(client, True, json.dumps(EVENT))
    door.tap(1, False, command("Common.Status"))
    told = await read(listener, 3)
    assert [(one["client"], one["type"]) for one in told] == [(1, "unsolicited"), (1, "unsolicited"), (1, "command")]
    assert "MediaRemoved" not in str(vars(trace))


async def test_a_name_that_is_no_name_is_not_shown():
    door = Door()
    listener = listening(Trace([door]))
    door.tap(1, False, command("card 6217000012345678905"))
    (told,) = await read(listener, 1)
    assert told["name"] == "…"


async def test_only_the_wanted_service_is_told():
    door, other = Door(), Door()
    other.name = "Other"
    listener = listening(Trace([door, other]), "Other")
    door.tap(1, False, command("Common.Status", 1))
    other.tap(1, False, command("Common.Status", 2))
    (told,) = await read(listener, 1)
    assert told["request_id"] == 2


async def test_a_slow_listener_hears_how_many_it_missed():
    door = Door()
    listener = listening(Trace([door]))
    for number in range(1, MOST_WAITING + 11):
        door.tap(1, False, command("Common.Status", number))
    told = await read(listener, MOST_WAITING)
    assert told[0]["missed"] == 10
    assert told[-1]["request_id"] == MOST_WAITING


def test_nobody_listens_and_nothing_is_parsed():
    door = Door()
    Trace([door])
    door.tap(1, False, object())  # type: ignore[arg-type]
