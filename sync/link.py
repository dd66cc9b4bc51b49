"""The line to headquarters: birth and will, events out, acknowledgements and commands in."""

from __future__ import annotations

import asyncio
from types import TracebackType

import structlog

from guitai.clock import Clock
from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.wire.cloudevents import source_of
from guitai.wire.commands import Reply, State, Watermark, load_public, opened
from guitai.wire.mqtt import Connected, Disconnected, Endpoint, Message, MqttLink, Publication
from guitai.wire.tls import Identity
from sync.codec import Topics, event_publication
from sync.core import CoreLink
from sync.gate import Gate, Order, Refusal

SKEW_WARNING_MS = 60_000

log = structlog.get_logger()


class HeadquartersLink:
    """One MQTT connection. "Online" means that headquarters itself has answered since we connected."""

    def __init__(self, config: Config, core: CoreLink, clock: Clock) -> None:
        kiosk = config.kiosk
        self._core, self._clock = core, clock
        self._kiosk = kiosk.id
        self._topics = Topics(kiosk.branch, kiosk.id)
        self._source = source_of(kiosk.branch, kiosk.id)
        self._key = load_public(config.paths.keys / "command.pub")
        self._gate = Gate(kiosk.id, self._key, clock.monotonic_ns)
        self._connected = False
        identity = Identity.of(config.paths.keys, "kiosk")
        self._mqtt = MqttLink(
            Endpoint(config.mqtt.host, config.mqtt.port, config.mqtt.keepalive_s, kiosk.id, identity),
            [self._topics.commands],
            will=self._state(online=False),
        )

    async def __aenter__(self) -> HeadquartersLink:
        await self._mqtt.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._mqtt.publish(self._state(online=False))
        await self._mqtt.__aexit__(kind, error, trace)

    async def run(self, tasks: asyncio.TaskGroup) -> None:
        """Serve what happens on the line; commands run beside, so that acknowledgements never wait for one."""
        while True:
            match await self._mqtt.next():
                case Connected():
                    log.info("broker connected")
                    self._connected = True
                    self._core.flight.publish_again()
                    self._give_birth()
                    self.publish_due()
                case Disconnected(reason):
                    if self._connected:
                        log.warning("broker lost", reason=reason)
                    self._connected = False
                    await self._core.tell_link(online=False)
                case Message() as message if message.topic == self._topics.watermark:
                    await self._acknowledged(message)
                case Message() as message:
                    tasks.create_task(self._command(message))

    async def tick(self) -> None:
        """Once a second: publish again what headquarters owes an answer for, renew the nonce."""
        if not self._connected:
            return
        if self._core.flight.unanswered(self._clock.monotonic_ns()):
            await self._core.tell_link(online=False)
        self.publish_due()
        if self._gate.stale():
            self._give_birth()

    def publish_due(self) -> None:
        """Publish the rows of the flight that are due."""
        flight = self._core.flight
        now_ns = self._clock.monotonic_ns()
        for row in flight.due(now_ns):
            if not self._mqtt.publish(event_publication(row, self._topics, self._source)):
                return
            flight.published(row, now_ns)

    def _give_birth(self) -> None:
        self._gate.renew()
        self._mqtt.publish(self._state(online=True, nonce=self._gate.nonce))

    def _state(self, *, online: bool, nonce: str = "") -> Publication:
        return Publication(
            self._topics.state, State(online=online, nonce=nonce).model_dump_json().encode(), retain=True
        )

    async def _acknowledged(self, message: Message) -> None:
        try:
            watermark = opened(message.payload, Watermark, self._key)
            if watermark.kiosk != self._kiosk:
                raise GuitaiError("mqtt.bad_command", reason="for another kiosk")
            marks = self._core.flight.acknowledgeable(watermark.lanes)
        except GuitaiError as error:
            log.warning("watermark refused", code=error.code, reason=str(error))
            return
        self._note_skew(watermark.at_ms)
        await self._core.tell_link(online=True)
        await self._core.acknowledge(marks)
        if watermark.again:
            self._core.flight.publish_again()
            self.publish_due()

    def _note_skew(self, headquarters_ms: int) -> None:
        self._gate.skew_known = True
        skew_ms = self._clock.unix_ms() - headquarters_ms
        if abs(skew_ms) > SKEW_WARNING_MS:
            log.warning("clock skew", skew_ms=skew_ms)

    async def _command(self, message: Message) -> None:
        name = self._topics.command_name(message.topic)
        try:
            if name is None or message.response_topic != self._topics.reply:
                raise GuitaiError("mqtt.bad_command", reason="wrong topic")
            verdict = self._gate.check(name, message.payload)
        except GuitaiError as error:
            log.warning("command refused", code=error.code, reason=str(error))
            return
        match verdict:
            case Order(id_, order, data):
                result = await self._core.command(order, data)
                reason = "" if result.status == "accepted" else result.reason or "rejected"
                reply = self._gate.reply(id_, reason)
            case Refusal(id_, reason):
                reply = self._gate.reply(id_, reason)
            case Reply():
                reply = verdict
            case None:
                return
        log.info("command answered", command=name, status=reply.status, reason=reply.reason)
        answer = Publication(self._topics.reply, reply.model_dump_json().encode(), correlation=message.correlation)
        self._mqtt.publish(answer)
