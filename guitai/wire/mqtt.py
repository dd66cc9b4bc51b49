"""MQTT 5 for asyncio: the thin shell around paho that sync and headquarters share.

paho runs its own thread; everything it reports comes out of one queue, in order: `Connected` (after the subscriptions are
in force), `Message`, `Disconnected`. A publish while the line is down is refused, never queued in memory: what must not
be lost waits in the outbox.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from guitai.wire.tls import Identity, client_context

SESSION_EXPIRY_S = 24 * 3600
RECEIVE_MAXIMUM = 200
"""Deliveries the broker may leave unacknowledged: what bounds our queue."""

CONNECT_TIMEOUT_S = 5.0
RECONNECT_S = (1, 5)


@dataclass(frozen=True, slots=True)
class Publication:
    """A message to publish with QoS 1."""

    topic: str
    payload: bytes
    retain: bool = False
    user: tuple[tuple[str, str], ...] = ()
    """User properties, in order."""

    content_type: str = "application/json"
    response_topic: str = ""
    correlation: bytes = b""
    expiry_s: int | None = None
    """After this many seconds the broker drops it undelivered."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message that came."""

    topic: str
    payload: bytes
    retained: bool = False
    user: tuple[tuple[str, str], ...] = ()
    content_type: str = ""
    response_topic: str = ""
    correlation: bytes = b""
    mid: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Connected:
    """The broker has accepted us and our subscriptions."""


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The line is down, or the broker refused us; paho goes on trying."""

    reason: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the broker is and who we are to it."""

    host: str
    port: int
    keepalive_s: int
    client_id: str
    identity: Identity


class MqttLink:
    """An MQTT 5 connection over mutual TLS 1.3 that keeps itself up while the block runs.

    With `manual_ack` a delivery counts as received only when `acknowledge` is called, so the broker sends it again to
    whoever died before. Raises GuitaiError ``mqtt.keys`` on entry if the certificates cannot be loaded.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        subscriptions: Sequence[str],
        *,
        will: Publication | None = None,
        manual_ack: bool = False,
    ) -> None:
        self._endpoint, self._subscriptions = endpoint, subscriptions
        self._queue: asyncio.Queue[Message | Connected | Disconnected] = asyncio.Queue()
        self._client = paho.Client(
            CallbackAPIVersion.VERSION2, endpoint.client_id, protocol=paho.MQTTv5, manual_ack=manual_ack
        )
        self._client.connect_timeout = CONNECT_TIMEOUT_S
        self._client.reconnect_delay_set(*RECONNECT_S)
        self._client.max_queued_messages_set(0)
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = self._on_subscribe
        self._client.on_disconnect = self._on_disconnect
        self._client.on_connect_fail = self._on_connect_fail
        self._client.on_message = self._on_message
        self._client.on_socket_open = _no_delay
        if will is not None:
            self._client.will_set(will.topic, will.payload, 1, will.retain, _properties(PacketTypes.WILLMESSAGE))

    async def __aenter__(self) -> MqttLink:
        self._loop = asyncio.get_running_loop()
        self._client.tls_set_context(client_context(self._endpoint.identity))
        properties = _properties(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = SESSION_EXPIRY_S
        properties.ReceiveMaximum = RECEIVE_MAXIMUM
        self._client.connect_async(
            self._endpoint.host,
            self._endpoint.port,
            self._endpoint.keepalive_s,
            clean_start=False,
            properties=properties,
        )
        self._client.loop_start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.disconnect()
        await asyncio.to_thread(self._client.loop_stop)

    async def next(self) -> Message | Connected | Disconnected:
        """Wait for what happens next on the line."""
        return await self._queue.get()

    def ready(self) -> Message | Connected | Disconnected | None:
        """Return what has already happened, or None: for taking a batch without waiting."""
        return None if self._queue.empty() else self._queue.get_nowait()

    def publish(self, publication: Publication) -> bool:
        """Hand a message to the line; False if the line is down. True is not yet an acknowledgement of anything."""
        if not self._client.is_connected():
            return False
        properties = _properties(PacketTypes.PUBLISH)
        properties.ContentType = publication.content_type
        if publication.user:
            properties.UserProperty = list(publication.user)
        if publication.response_topic:
            properties.ResponseTopic = publication.response_topic
            properties.CorrelationData = publication.correlation
        elif publication.correlation:
            properties.CorrelationData = publication.correlation
        if publication.expiry_s is not None:
            properties.MessageExpiryInterval = publication.expiry_s
        info = self._client.publish(publication.topic, publication.payload, 1, publication.retain, properties)
        return info.rc == paho.MQTT_ERR_SUCCESS

    def acknowledge(self, message: Message) -> None:
        """Tell the broker that `message` is safe with us (`manual_ack` only)."""
        self._client.ack(message.mid, 1)

    def _report(self, what: Message | Connected | Disconnected) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._queue.put_nowait, what)

    def _on_connect(self, client: paho.Client, _u: Any, _f: Any, reason: ReasonCode, _p: Any) -> None:
        if reason.is_failure:
            self._report(Disconnected(str(reason)))
            return
        client.subscribe([(topic, SubscribeOptions(qos=1)) for topic in self._subscriptions])

    def _on_subscribe(self, *_: Any) -> None:
        self._report(Connected())

    def _on_disconnect(self, _c: Any, _u: Any, _f: Any, reason: ReasonCode, _p: Any) -> None:
        self._report(Disconnected(str(reason)))

    def _on_connect_fail(self, *_: Any) -> None:
        self._report(Disconnected("no connection"))

    def _on_message(self, _c: Any, _u: Any, message: paho.MQTTMessage) -> None:
        p = message.properties
        self._report(
            Message(
                message.topic,
                bytes(message.payload),
                message.retain,
                tuple(getattr(p, "UserProperty", ())),
                getattr(p, "ContentType", ""),
                getattr(p, "ResponseTopic", ""),
                getattr(p, "CorrelationData", b""),
                message.mid,
            )
        )


def _no_delay(_client: paho.Client, _userdata: Any, connection: Any) -> None:
    """Small messages must not wait for one another's acknowledgement (Nagle): 40 ms a hop."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _properties(packet: int) -> Properties:
    return Properties(packet)  # type: ignore[no-untyped-call]  # paho leaves this constructor untyped
