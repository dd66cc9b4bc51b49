"""The line to headquarters: birth and will, events out, acknowledgements and commands in."""

from __future__ import annotations

import asyncio
from types import TracebackType

import structlog

from guitai.clock import Clock
from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.messages.sync import OutboxRow
from guitai.tables import LANES, SOCKETS, Lane
from guitai.wire.cloudevents import source_of
from guitai.wire.commands import Reply, State, Watermark, load_public, opened
from guitai.wire.mqtt import Connected, Disconnected, Endpoint, Message, MqttLink, Publication
from guitai.wire.tls import Identity
from guitai.wire.video import VIDEO_OFFER
from sync.bucket import Bucket
from sync.codec import Topics, batch_publication, event_publication, size_of
from sync.core import Core
from sync.flight import BATCH_ROWS
from sync.gate import JOBS, Gate, Order, Refusal
from sync.health import Beat
from sync.remote import RemoteSettings
from sync.software import software
from sync.standing import LineHealth
from sync.video import hand_over
from sync.watch import Skew, Watchdog
from sync.window import BULK
from sync.worker import Worker

SKEW_WARNING_MS = 60_000
RESERVED = 4
"""So many of the messages the broker lets be under way are kept free by each lane for the one more urgent."""

log = structlog.get_logger()


class HeadquartersLink:
    """One MQTT connection. "Online" means that headquarters itself has answered since we connected."""

    def __init__(self, config: Config, core: Core, clock: Clock) -> None:
        kiosk = config.kiosk
        self._core, self._clock = core, clock
        self._kiosk = kiosk.id
        self._video = config.paths.run / SOCKETS["video"]
        self._topics = Topics(kiosk.branch, kiosk.id)
        self._source = source_of(kiosk.branch, kiosk.id)
        self._key = load_public(config.paths.keys / "command.pub")
        self._gate = Gate(kiosk.id, self._key, clock.monotonic_ns)
        self._connected = False
        self._reason = ""
        """Why the broker was not reached last: said once, not with every attempt."""

        self._watchdog, self._skew, self._health = Watchdog(), Skew(), LineHealth()
        self._beat, self._updates = Beat(config.paths.state, clock.monotonic_ns()), config.updates.folder
        self._bucket = Bucket(config.mqtt.bytes_per_s, clock.monotonic_ns())
        self._refill: asyncio.TimerHandle | None = None
        identity = Identity.of(config.paths.keys, "kiosk")
        self._mqtt = MqttLink(
            Endpoint(config.mqtt.host, config.mqtt.port, config.mqtt.keepalive_s, kiosk.id, identity),
            [self._topics.commands, self._topics.desired],
            will=self._state(State(online=False)),
            proves=True,
            on_room=self.publish_due,
            on_verdict=self._health.verdicts.note,
        )

        self._settings = RemoteSettings(config, core, self._key, self._answer, self._go_by)
        self._worker = Worker(config, clock, self._key, self._answer, self._spend, core.bundle)

    async def __aenter__(self) -> HeadquartersLink:
        await self._mqtt.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._mqtt.publish(self._state(State(online=False)))
        await self._mqtt.__aexit__(kind, error, trace)

    async def run(self, tasks: asyncio.TaskGroup) -> None:
        """Serve what happens on the line; commands run beside, so that acknowledgements never wait for one."""
        while True:
            match await self._mqtt.next():
                case Connected(session_present):
                    log.info("broker connected", session_present=session_present)
                    self._reason = ""
                    self._connected = True
                    self._health.connected()
                    self._core.flight.reconnected(session_present=session_present)
                    self._give_birth()
                    self._settings.report()
                    self._worker.report()
                    self._watchdog.connected(self._clock.monotonic_ns())
                    self.publish_due()
                case Disconnected(reason):
                    if self._connected or reason != self._reason:
                        log.warning("broker lost" if self._connected else "broker not reached", reason=reason)
                    self._reason = reason
                    self._connected = False
                    self._health.disconnected(self._clock.monotonic_ns(), reason)
                    self._watchdog.disconnected()
                    await self._core.tell_link(online=False)
                case Message() as message if message.topic == self._topics.watermark:
                    await self._acknowledged(message)
                case Message() as message if message.topic == self._topics.desired:
                    self._settings.heard(message)
                    await self._settings.hand_over()
                case Message() as message:
                    tasks.create_task(self._command(message))

    async def tick(self) -> None:
        """Once a second: publish again what headquarters owes an answer for, renew the nonce, see that the line works."""
        if self._settings.waiting:
            await self._settings.hand_over()
        self._worker.tick()
        now_ns, flight = self._clock.monotonic_ns(), self._core.flight
        await self._tell_findings(now_ns)
        if not self._connected:
            return
        if self._watchdog.silent(now_ns, owing=flight.owed()):
            log.warning("headquarters does not answer", waiting=len(flight))
            self._health.silent()
            self._watchdog.disconnected()
            self._mqtt.drop("headquarters does not answer")
            return
        flight.give_up_on_lost(now_ns)
        if flight.unanswered(now_ns):
            await self._core.tell_link(online=False)
        self.publish_due()
        if len(flight) == 0:
            self._beat.moved(now_ns)
        if self._gate.stale() or self._skew.to_tell():
            self._give_birth()
        elif self._beat.due(now_ns):
            self._tell_state()

    async def work(self) -> None:
        """Carry out headquarters' jobs; for ever."""
        await self._worker.run()

    async def core_came(self) -> None:
        """Core is there, and may have lost its settings."""
        await self._settings.hand_over()
        self._health.again()
        await self._tell_findings(self._clock.monotonic_ns())

    def machine_health(self, findings: list[dict[str, str]]) -> None:
        """Core has said what is wrong with the machine: headquarters finds it in the reported document."""
        self._settings.health(findings)

    async def _tell_findings(self, now_ns: int) -> None:
        if (told := self._health.told(now_ns, self._skew.ms)) is not None and not await self._core.findings(told):
            self._health.again()

    def settings_applied(self, version: int) -> None:
        """Core goes by these settings."""
        self._settings.applied(version)

    async def _spend(self, size: int) -> None:
        """Wait until an upload may take so many bytes of the line."""
        while True:  # rows may take what was waited for
            now_ns = self._clock.monotonic_ns()
            if self._bucket.take(size, now_ns):
                return
            await asyncio.sleep(self._bucket.wait_s(size, now_ns))

    def _go_by(self, config: Config) -> None:
        self._bucket.set_rate(config.mqtt.bytes_per_s)

    def publish_due(self) -> None:
        """Publish the rows of the flight that are due, the most urgent lane first, as far as line and cap let them."""
        if not self._connected:
            return
        for place, lane in enumerate(LANES):
            most = BATCH_ROWS if lane in BULK else 1
            while rows := self._core.flight.due(lane, most):
                if self._mqtt.room <= place * RESERVED or not self._publish(lane, rows):
                    return

    def _publish(self, lane: Lane, rows: list[OutboxRow]) -> bool:
        """Publish rows in one message; False if that has to wait."""
        now_ns, flight = self._clock.monotonic_ns(), self._core.flight
        if len(rows) > 1:
            message = batch_publication(rows, self._topics, self._source)
        else:
            message = event_publication(rows[0], self._topics, self._source)
        size = size_of(message)
        if not self._bucket.take(size, now_ns, urgent=lane == LANES[0]):
            self._publish_in(self._bucket.wait_s(size, now_ns))
            return False
        if not flight.owed():
            self._watchdog.owed(now_ns)

        def through(kept: bool) -> None:
            flight.at_broker(rows, self._clock.monotonic_ns(), kept=kept)

        if not self._mqtt.publish(message, through):
            return False
        flight.published(rows, now_ns)
        return True

    def _publish_in(self, wait_s: float) -> None:
        if self._refill is not None:
            self._refill.cancel()
        self._refill = asyncio.get_running_loop().call_later(wait_s, self.publish_due)

    def _give_birth(self) -> None:
        self._gate.renew()
        self._tell_state()

    def _tell_state(self) -> None:
        health = self._beat.health(len(self._core.flight), self._clock.monotonic_ns())
        told = State(
            online=True,
            nonce=self._gate.nonce,
            skew_ms=self._skew.told(),
            health=health,
            software=software(self._updates),
        )
        self._answer(self._state(told))

    def _answer(self, publication: Publication) -> None:
        """Publish what headquarters waits for: at once, and counted."""
        self._bucket.take(size_of(publication), self._clock.monotonic_ns(), urgent=True)
        self._mqtt.publish(publication)

    def _state(self, state: State) -> Publication:
        return Publication(self._topics.state, state.model_dump_json().encode(), retain=True)

    async def _acknowledged(self, message: Message) -> None:
        try:
            watermark = opened(message.payload, Watermark, self._key)
            if watermark.kiosk != self._kiosk:
                raise GuitaiError("mqtt.bad_command", reason="for another kiosk")
            marks = self._core.flight.acknowledgeable(watermark.lanes, self._clock.monotonic_ns())
        except GuitaiError as error:
            log.warning("watermark refused", code=error.code, reason=str(error))
            return
        self._note_skew(watermark.at_ms)
        self._watchdog.heard(self._clock.monotonic_ns())
        self._health.heard()
        self._mqtt.proved()
        await self._core.tell_link(online=True)
        if marks:
            self._beat.moved(self._clock.monotonic_ns())
        await self._core.acknowledge(marks)
        if watermark.again:
            self._core.flight.publish_again()
            self.publish_due()

    def _note_skew(self, headquarters_ms: int) -> None:
        self._gate.skew_known = True
        self._skew.note(self._clock.unix_ms(), headquarters_ms)
        if self._skew.to_tell() and abs(self._skew.ms or 0) > SKEW_WARNING_MS:
            log.warning("clock skew", skew_ms=self._skew.ms)

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
            case Order(id_, order, data) if order in JOBS:
                reply = self._gate.reply(id_, self._worker.order(order, data))
            case Order(id_, order, data) if order == VIDEO_OFFER:
                answer = await hand_over(self._video, data)
                reply = self._gate.reply(id_, answer.reason, {"sdp": answer.sdp} if answer.sdp else None)
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
        self._answer(Publication(self._topics.reply, reply.model_dump_json().encode(), correlation=message.correlation))
