"""MQTT 5 for asyncio: the thin shell around paho that sync and headquarters share.

Every connection is a paho client of its own with its own thread, so nothing of a broken one is left in the next; everything
they report comes out of one queue, in order: `Connected` (after the subscriptions are in force), `Message`, `Disconnected`.
A publish while the line is down is refused, never queued in memory: what must not be lost waits in the outbox. What is
beyond the broker's receive maximum waits here until earlier messages are through, and goes with the connection.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from guitai.wire.backoff import Backoff
from guitai.wire.paho import cut, no_delay
from guitai.wire.paho import properties as properties_of
from guitai.wire.tls import Identity, client_context

SESSION_EXPIRY_S = 24 * 3600
RECEIVE_MAXIMUM = 200

CONNECT_TIMEOUT_S = 5.0
"""For TCP and TLS; the broker's and the subscriptions' acknowledgements have as long again, twice."""

LINGER_S = 2.0
"""How long a clean end waits for the broker to have what was published: closing with its answers unread loses the rest."""

SUCCESS = 0
"""The reason code of a PUBACK; 16 says that nobody has subscribed, and that the message is gone (MQTT 5, section 3.4.2.1)."""

MQTT_RECEIVE_MAXIMUM = 65_535
"""What a broker that names none may be sent (MQTT 5, section 3.2.2.3.3)."""


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
    connection: int = field(default=0, compare=False)
    """Over which it came: only there can it be acknowledged."""


@dataclass(frozen=True, slots=True)
class Connected:
    """The broker has accepted us and our subscriptions."""

    session_present: bool = field(default=False, compare=False)
    """It still knows us: what it has acknowledged, and was on its disk if it died, it goes on delivering."""


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The line is down, or the broker refused us; we go on trying."""

    reason: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the broker is and who we are to it."""

    host: str
    port: int
    keepalive_s: int
    client_id: str
    identity: Identity


Through = Callable[[bool], None]


def _ignore(_kept: bool) -> None: ...


class MqttLink:
    """An MQTT 5 connection over mutual TLS 1.3 that keeps itself up while the block runs.

    With `manual_ack` a delivery counts as received only when `acknowledge` is called, so the broker sends it again to
    whoever died before. With `proves` a connection counts as good only when `proved` is called (the application at the other
    end has answered); until then the waits between attempts go on growing. The broker leaves no more than `receive_maximum`
    deliveries unacknowledged, which bounds our queue. `on_room` is called whenever a message is through, `on_verdict` with topic
    and reason code (MQTT 5) whenever the broker has answered a message or a subscription.
    Raises GuitaiError ``mqtt.keys`` on entry if the certificates cannot be loaded.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        subscriptions: Sequence[str],
        *,
        will: Publication | None = None,
        manual_ack: bool = False,
        proves: bool = False,
        receive_maximum: int = RECEIVE_MAXIMUM,
        on_room: Callable[[], None] = lambda: None,
        on_verdict: Callable[[str, int], None] = lambda _topic, _reason: None,
    ) -> None:
        self._endpoint, self._subscriptions = endpoint, subscriptions
        self._will, self._manual_ack, self._proves, self._on_room = will, manual_ack, proves, on_room
        self._on_verdict = on_verdict
        self._receive_maximum = receive_maximum
        self._queue: asyncio.Queue[Message | Connected | Disconnected] = asyncio.Queue()
        self._backoff = Backoff(random.random)
        self._client: paho.Client | None = None
        self._number = 0
        self._ended: asyncio.Future[str] | None = None
        self._up = False
        self._quota, self._under_way = 0, 0
        self._waiting: deque[tuple[Publication, Through]] = deque()
        self._sent: dict[int, tuple[str, Through]] = {}
        """Topic, and whom to tell when the broker has a message, by packet identifier."""

        self._told: deque[tuple[Callable[..., None], int, tuple[Any, ...]]] = deque()
        self._woken = False
        """What paho's thread has told and the loop has still to do, and whether the loop knows."""

        self._session_present = False
        self._through_all = asyncio.Event()
        self._through_all.set()

    async def __aenter__(self) -> MqttLink:
        self._loop = asyncio.get_running_loop()
        self._context = client_context(self._endpoint.identity)
        self._keeping = asyncio.create_task(self._keep_up())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._through_all.wait(), LINGER_S)
        self._keeping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._keeping
        if (client := self._client) is not None:
            self._client = None
            client.disconnect()
            await asyncio.to_thread(client.loop_stop)

    async def next(self) -> Message | Connected | Disconnected:
        """Wait for what happens next on the line."""
        return await self._queue.get()

    def ready(self) -> Message | Connected | Disconnected | None:
        """Return what has already happened, or None: for taking a batch without waiting."""
        return None if self._queue.empty() else self._queue.get_nowait()

    async def several(self, most: int) -> list[Message | Connected | Disconnected]:
        """Wait for what happens next, and return it with what has happened meanwhile, at most `most`, in order."""
        found = [await self._queue.get()]
        while len(found) < most and not self._queue.empty():
            found.append(self._queue.get_nowait())
        return found

    @property
    def room(self) -> int:
        """How many messages can go out at once; the broker's receive maximum when nothing is under way, 0 when down."""
        return max(0, self._quota - self._under_way - len(self._waiting))

    def publish(self, publication: Publication, through: Through = _ignore) -> bool:
        """Hand a message to the line; False if the line is down. True is not yet an acknowledgement of anything.

        `through` is called when the broker has acknowledged it: True if it keeps it for somebody.
        """
        if self._quota == 0:
            return False
        if self.room > 0:
            return self._send(publication, through)
        self._waiting.append((publication, through))
        return True

    def acknowledge(self, message: Message) -> None:
        """Tell the broker that `message` is safe with us (`manual_ack` only); over a new connection it comes again."""
        if self._client is not None and message.connection == self._number:
            self._client.ack(message.mid, 1)

    def proved(self) -> None:
        """The other end has answered: this connection is a good one (`proves` only)."""
        self._backoff.worked()

    def drop(self, reason: str) -> None:
        """Break the connection off, as a cut cable would (the will is told), and build it anew."""
        self._end(self._number, reason)

    async def _keep_up(self) -> None:
        while True:
            try:
                reason = await self._one_connection()
            finally:
                self._quota = 0
                self._waiting.clear()
                self._sent.clear()
            self._queue.put_nowait(Disconnected(reason))
            await asyncio.sleep(self._backoff.wait_s())

    async def _one_connection(self) -> str:
        """Connect, and stay until the connection ends; return why it did."""
        self._number += 1
        self._ended, self._up, self._under_way = self._loop.create_future(), False, 0
        client = self._new_client(self._number)
        properties = properties_of(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = SESSION_EXPIRY_S
        properties.ReceiveMaximum = self._receive_maximum
        where = self._endpoint
        try:
            await asyncio.to_thread(
                client.connect, where.host, where.port, where.keepalive_s, clean_start=False, properties=properties
            )
        except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
            return f"no connection: {error}"
        client.loop_start()
        self._client = client
        late = self._loop.call_later(2 * CONNECT_TIMEOUT_S, self._late, self._number)
        try:
            reason = await self._ended
        finally:
            late.cancel()
        self._client = None
        cut(client)
        await asyncio.to_thread(client.loop_stop)
        return reason

    def _new_client(self, number: int) -> paho.Client:
        client = paho.Client(
            CallbackAPIVersion.VERSION2, self._endpoint.client_id, protocol=paho.MQTTv5,
            manual_ack=self._manual_ack, reconnect_on_failure=False,
        )  # fmt: skip
        client.connect_timeout = CONNECT_TIMEOUT_S
        client.max_inflight_messages = 0  # we count ourselves: paho does not read the broker's receive maximum
        client.tls_set_context(self._context)
        if (will := self._will) is not None:
            client.will_set(will.topic, will.payload, 1, will.retain, properties_of(PacketTypes.WILLMESSAGE))

        def later(call: Callable[..., None], *arguments: Any) -> None:
            """In paho's thread: have the loop's thread do it, in order."""
            self._told.append((call, number, arguments))
            if not self._woken:
                self._woken = True
                with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                    self._loop.call_soon_threadsafe(self._hear)

        def connected(
            client: paho.Client, _u: Any, flags: Any, reason: ReasonCode, properties: Properties | None
        ) -> None:
            if reason.is_failure:
                later(self._end, str(reason))
                return
            most = getattr(properties, "ReceiveMaximum", MQTT_RECEIVE_MAXIMUM)
            later(self._welcome, most, flags.session_present)
            client.subscribe([(topic, SubscribeOptions(qos=1)) for topic in self._subscriptions])

        def subscribed(_c: paho.Client, _u: Any, _mid: int, reasons: Any, _p: Any) -> None:
            later(self._subscribed, tuple(reason.value for reason in reasons))

        def disconnected(_c: paho.Client, _u: Any, _f: Any, reason: ReasonCode, _p: Any) -> None:
            later(self._end, str(reason))

        def published(_c: paho.Client, _u: Any, mid: int, reason: ReasonCode, _p: Any) -> None:
            later(self._through, mid, reason.value)

        def came(_c: paho.Client, _u: Any, message: paho.MQTTMessage) -> None:
            later(self._came, message)

        client.on_connect, client.on_subscribe, client.on_disconnect = connected, subscribed, disconnected
        client.on_publish, client.on_message, client.on_socket_open = published, came, no_delay
        return client

    def _hear(self) -> None:
        """Do what paho's thread has told, in order.

        One waking for all of it: each is a byte in a pipe that holds a few hundred, and into a full one a signal is lost.
        """
        self._woken = False  # before the look: what is told from now on wakes again
        try:
            while self._told:
                call, number, arguments = self._told.popleft()
                call(number, *arguments)
        finally:
            if self._told:
                self._loop.call_soon(self._hear)

    def _welcome(self, number: int, receive_maximum: int, session_present: bool) -> None:
        if number == self._number:
            self._welcomed, self._session_present = receive_maximum, session_present

    def _subscribed(self, number: int, reasons: tuple[int, ...]) -> None:
        if number != self._number or self._up or self._ended is None or self._ended.done():
            return
        for topic, reason in zip(self._subscriptions, reasons, strict=False):
            self._on_verdict(topic, reason)
        self._quota, self._up = self._welcomed, True
        if not self._proves:
            self._backoff.worked()
        self._queue.put_nowait(Connected(self._session_present))

    def _late(self, number: int) -> None:
        if not self._up:
            self._end(number, "the broker does not answer")

    def _end(self, number: int, reason: str) -> None:
        if number == self._number and self._ended is not None and not self._ended.done():
            self._quota = 0
            self._through_all.set()
            self._ended.set_result(reason)

    def _through(self, number: int, mid: int, reason: int) -> None:
        if number != self._number:
            return
        self._under_way -= 1
        if (sent := self._sent.pop(mid, None)) is not None:
            topic, through = sent
            through(reason == SUCCESS)
            self._on_verdict(topic, reason)
        while self._waiting and self._under_way < self._quota:
            self._send(*self._waiting.popleft())
        if not self._under_way:
            self._through_all.set()
        self._on_room()

    def _came(self, number: int, message: paho.MQTTMessage) -> None:
        p = message.properties
        self._queue.put_nowait(
            Message(
                message.topic,
                bytes(message.payload),
                message.retain,
                tuple(getattr(p, "UserProperty", ())),
                getattr(p, "ContentType", ""),
                getattr(p, "ResponseTopic", ""),
                getattr(p, "CorrelationData", b""),
                message.mid,
                number,
            )
        )

    def _send(self, publication: Publication, through: Through) -> bool:
        if self._client is None:
            return False
        properties = properties_of(PacketTypes.PUBLISH)
        properties.ContentType = publication.content_type
        if publication.user:
            properties.UserProperty = list(publication.user)
        if publication.response_topic:
            properties.ResponseTopic = publication.response_topic
        if publication.response_topic or publication.correlation:
            properties.CorrelationData = publication.correlation
        if publication.expiry_s is not None:
            properties.MessageExpiryInterval = publication.expiry_s
        info = self._client.publish(publication.topic, publication.payload, 1, publication.retain, properties)
        if info.rc == paho.MQTT_ERR_SUCCESS:
            self._under_way += 1
            self._sent[info.mid] = (publication.topic, through)
            self._through_all.clear()
            return True
        return False
