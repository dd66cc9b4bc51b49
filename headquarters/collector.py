"""Takes kiosks' events off the broker: store, then acknowledge to the broker, then to the kiosk. Never the other way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from guitai.clock import Clock
from guitai.errors import GuitaiError
from guitai.systemd import notify
from guitai.tables import TOPICS
from guitai.wire.cloudevents import events_of, source_of
from guitai.wire.mqtt import Connected, Disconnected, Message, MqttLink
from headquarters.commander import Commander
from headquarters.store import Arrival, Store, Stored

MAX_BATCH = 200
GAP_MS = 10_000
GAP_CHECK_S = 1.0

ANY = {"branch": "+", "kiosk": "+"}
SUBSCRIPTIONS = (
    "$share/hq/" + TOPICS["event"].format(lane="+", **ANY),
    TOPICS["state"].format(**ANY),  # not shared: every collector must know every kiosk, and retained ones come at once
    TOPICS["reply"].format(**ANY),
)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Place:
    """A topic, taken apart."""

    branch: str
    kiosk: str
    kind: str


def place_of(topic: str) -> Place | None:
    """Return branch, kiosk and kind (``evt``, ``state``, ``reply`` …) of a topic of ours, None for any other."""
    levels = topic.split("/")
    return Place(levels[2], levels[3], levels[4]) if len(levels) >= 5 and levels[:2] == ["bank", "v1"] else None


class Collector:
    """Runs over one MQTT line; tells `on_new` what is new after it is stored."""

    def __init__(
        self, line: MqttLink, store: Store, commander: Commander, clock: Clock, on_new: Callable[[Stored], None]
    ) -> None:
        self._line, self._store, self._commander, self._clock, self._on_new = line, store, commander, clock, on_new

    async def run(self) -> None:
        """Serve the line for ever."""
        while True:
            await self._serve(await self._line.next())

    async def ask_for_gaps(self) -> None:
        """Ask kiosks again for what has been missing for ten seconds; for ever."""
        while True:
            await asyncio.sleep(GAP_CHECK_S)
            self.check_gaps()
            notify("WATCHDOG=1")

    def check_gaps(self) -> None:
        """Ask each kiosk whose gap is old enough."""
        now = self._clock.unix_ms()
        gaps = self._store.gaps(now - GAP_MS)
        for kiosk, branch in self._commander.known().items():
            if kiosk in gaps:
                log.warning("gap", kiosk=kiosk)
                self._commander.send_watermark(branch, kiosk, self._store.watermarks(kiosk), again=True)
                self._store.asked_again(kiosk, now)

    async def _serve(self, first: Message | Connected | Disconnected) -> None:
        batch: list[Message] = []
        what: Message | Connected | Disconnected | None = first
        while what is not None:
            match what:
                case Connected():
                    log.info("broker connected")
                case Disconnected(reason):
                    log.warning("broker lost", reason=reason)
                case Message() as message:
                    batch.append(message)
            what = self._line.ready() if len(batch) < MAX_BATCH else None
        self._take(batch)

    def _take(self, batch: list[Message]) -> None:
        """Store the batch's events in one commit, acknowledge all of it, then see to states and replies."""
        arrivals = [arrival for message in batch for arrival in self._arrivals(message)]
        stored = self._store.add(arrivals, self._clock.unix_ms()) if arrivals else None
        for message in batch:
            self._line.acknowledge(message)
        if stored is not None:
            for (branch, kiosk), marks in stored.marks.items():
                self._commander.send_watermark(branch, kiosk, marks)
            for kiosk, lane, sequence in stored.broken:
                log.error("hash chain broken", kiosk=kiosk, lane=lane, sequence=sequence)
            self._on_new(stored)
        for message in batch:
            self._word(message)

    def _arrivals(self, message: Message) -> list[Arrival]:
        """Return the rows of an event message; a malformed one is logged and skipped, its kiosk will send it again."""
        place = place_of(message.topic)
        if place is None or place.kind != "evt":
            return []
        try:
            found = events_of(message.content_type, message.user, message.payload)
        except GuitaiError as error:
            found = [error]
        arrivals = []
        for event in found:
            if not isinstance(event, GuitaiError):
                source, row = event
                if source == source_of(place.branch, place.kiosk) and message.topic.endswith(f"/{row.lane}"):
                    arrivals.append(Arrival(place.branch, place.kiosk, row))
                    continue
                event = GuitaiError("mqtt.bad_event", reason="source or lane is not the topic's")
            log.warning("event skipped", topic=message.topic, code=event.code, reason=str(event))
        return arrivals

    def _word(self, message: Message) -> None:
        place = place_of(message.topic)
        try:
            if (
                place is not None
                and place.kind == "state"
                and self._commander.heard_state(place.branch, place.kiosk, message)
            ):
                # A birth is answered, so that "online" at the kiosk means that we are here and not only the broker.
                # A retained one means that it is we who were away: nobody knows what the broker lost meanwhile.
                marks = self._store.watermarks(place.kiosk)
                self._commander.send_watermark(place.branch, place.kiosk, marks, again=message.retained)
            elif place is not None and place.kind == "reply":
                self._commander.heard_reply(place.kiosk, message)
        except GuitaiError as error:
            log.warning("message skipped", topic=message.topic, code=error.code, reason=str(error))
