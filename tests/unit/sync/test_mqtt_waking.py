"""What comes in bursts wakes the loop once: each waking is a byte in a pipe, and into a full one a signal is lost."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import pytest

from guitai.wire.mqtt import Endpoint, Message, MqttLink
from guitai.wire.tls import Identity, client_context
from headquarters.pki import provision

MANY = 5_000


async def test_a_burst_wakes_the_loop_once_and_comes_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    provision(tmp_path, "kiosk-001")
    identity, loop = Identity.of(tmp_path, "kiosk"), asyncio.get_running_loop()
    link = MqttLink(Endpoint("127.0.0.1", 1, 20, "kiosk-001", identity), ())
    link._loop, link._context, link._number = loop, client_context(identity), 1
    client = link._new_client(1)
    woken, threadsafe = [], loop.call_soon_threadsafe

    def count(*given: Any, **more: Any) -> asyncio.Handle:
        woken.append(given)
        return threadsafe(*given, **more)

    monkeypatch.setattr(loop, "call_soon_threadsafe", count)

    def burst(first: int) -> None:
        for n in range(first, first + MANY):
            message = paho.MQTTMessage(topic=f"t/{n}".encode())
            assert client.on_message is not None
            client.on_message(client, None, message)

    for first in (0, MANY):
        thread = threading.Thread(target=burst, args=(first,))
        thread.start()
        thread.join()  # the loop stands still meanwhile
        assert len(woken) == 1 + first // MANY
        for n in range(first, first + MANY):
            one = await link.next()
            assert isinstance(one, Message)
            assert one.topic == f"t/{n}"


async def test_what_fails_holds_nothing_up(tmp_path: Path) -> None:
    provision(tmp_path, "kiosk-001")
    loop, done, failed = asyncio.get_running_loop(), asyncio.Event(), []
    link = MqttLink(Endpoint("127.0.0.1", 1, 20, "kiosk-001", Identity.of(tmp_path, "kiosk")), ())
    link._loop = loop
    loop.set_exception_handler(lambda _loop, context: failed.append(context["exception"]))

    def fail(number: int) -> None:
        raise ValueError(number)

    link._told += [(fail, 1, ()), (fail, 2, ()), (lambda _: done.set(), 3, ())]
    loop.call_soon(link._hear)
    async with asyncio.timeout(20):
        await done.wait()
    assert [str(error) for error in failed] == ["1", "2"]
