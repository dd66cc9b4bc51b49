"""How much may be under way, what comes again, what a subscription adds: Eclipse Paho's own client against our broker.

These are behaviours that Paho's `client_test5.py` tries with a client of its own and its Python port leaves out or expects
otherwise (test_interoperability.py): written anew for Paho's plain client. Not tried: a keepalive set by the server, which
Mosquitto leaves to the client up to 65,535 s; topics that begin with $, which nobody may write to here; and a client that
goes beyond the broker's receive maximum, which Mosquitto does not cut off (its issue 3588; `guitai.wire.mqtt` keeps to it).
"""

from __future__ import annotations

import queue
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from guitai.wire.tls import client_context
from tests.fixtures.hq.world import World, short_folder

pytestmark = pytest.mark.broker
TOPIC = "bank/v1/heping/kiosk-001/evt/money"


@pytest.fixture
async def world() -> AsyncIterator[World]:
    with short_folder() as folder:
        world = World(folder)
        async with world.broker:
            yield world


class Client(paho.Client):
    """Headquarters' certificate; everything that happens comes out of `told`. Nothing is acknowledged by itself."""

    def __init__(self, world: World, client_id: str) -> None:
        super().__init__(CallbackAPIVersion.VERSION2, client_id, protocol=paho.MQTTv5, manual_ack=True)
        self._where = world.endpoint("hq", client_id)
        self.tls_set_context(client_context(self._where.identity))
        self.told: queue.Queue[Any] = queue.Queue()
        self.on_message = lambda _c, _u, message: self.told.put(message)
        self.on_subscribe = lambda *_: self.told.put("subscribed")
        self.on_connect = lambda _c, _u, _f, _r, properties: self.told.put(properties)
        self.on_disconnect = lambda _c, _u, _f, reason, _p: self.told.put(reason)

    def join(self, clean: bool = True, keepalive_s: int = 60, **properties: int) -> None:
        given = Properties(PacketTypes.CONNECT)
        for name, value in properties.items():
            setattr(given, name, value)
        self.connect("localhost", self._where.port, keepalive_s, clean_start=clean, properties=given)

    def next(self) -> Any:
        return self.told.get(timeout=20)

    def listen(self, topic: str, qos: int, properties: Properties | None = None) -> None:
        self.subscribe(topic, qos, properties=properties)
        assert self.next() == "subscribed"


@contextmanager
def online(client: Client, **how: Any) -> Iterator[Any]:
    client.join(**how)
    client.loop_start()
    try:
        yield client.next()
    finally:
        client.disconnect()
        client.loop_stop()


async def test_a_clients_receive_maximum_is_kept(world: World) -> None:
    client = Client(world, "slow")
    with online(client, ReceiveMaximum=2):
        client.listen(TOPIC, 1)
        for n in range(3):
            client.publish(TOPIC, str(n), 1)
        client.publish(TOPIC, "no promise", 0)  # what needs no acknowledgement is not held back
        came = [client.next() for _ in range(3)]
        assert [message.payload for message in came] == [b"0", b"1", b"no promise"]
        client.ack(came[0].mid, 1)
        assert client.next().payload == b"2"


async def test_the_broker_says_its_bounds_and_cuts_off_who_sends_more_at_once(world: World) -> None:
    client = Client(world, "large")
    with online(client) as told:
        assert (told.ReceiveMaximum, told.MaximumPacketSize) == (200, 1_048_576)
        client.publish(TOPIC, bytes(told.MaximumPacketSize), 1)
        assert client.next().is_failure  # Mosquitto closes with the rest unread, so its reason may not arrive


async def test_what_was_not_acknowledged_comes_again_marked_as_such(world: World) -> None:
    client = Client(world, "mortal")
    with online(client, SessionExpiryInterval=600):
        client.listen(TOPIC, 1)
        client.publish(TOPIC, "0", 1)
        assert not client.next().dup
    again = Client(world, "mortal")
    with online(again, clean=False, SessionExpiryInterval=600):
        message = again.next()
        assert (message.payload, message.dup) == (b"0", True)
        again.ack(message.mid, 1)


@pytest.mark.long
async def test_who_says_nothing_for_one_and_a_half_keepalives_is_taken_for_dead(world: World) -> None:
    dead, heir = Client(world, "dead"), Client(world, "heir")
    dead.will_set(TOPIC, "gone", 1)
    with online(heir):
        heir.listen(TOPIC, 1)
        dead.join(keepalive_s=1)  # and no loop that would ask
        dead.loop()
        assert heir.next().payload == b"gone"


async def test_every_overlapping_subscription_gives_a_copy_with_its_identifier(world: World) -> None:
    client = Client(world, "twice")
    with online(client):
        for number, topic in ((3, "bank/v1/heping/#"), (4, TOPIC)):
            identifier = Properties(PacketTypes.SUBSCRIBE)
            identifier.SubscriptionIdentifier = number
            client.listen(topic, 1, identifier)
        client.publish(TOPIC, "0", 1)
        assert sorted(client.next().properties.SubscriptionIdentifier[0] for _ in range(2)) == [3, 4]
