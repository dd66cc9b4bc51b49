"""Takes kiosks' events off the broker: store, then acknowledge to the broker, then to the kiosk. Never the other way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import orjson
import structlog

from guitai.clock import Clock
from guitai.errors import GuitaiError
from guitai.tables import TOPICS
from guitai.wire.cloudevents import events_of, source_of
from guitai.wire.mqtt import Connected, Disconnected, Message, MqttLink
from headquarters.commander import Acknowledger
from headquarters.dead_letters import DeadLetter
from headquarters.engine import ERRORS, UNSTORABLE
from headquarters.metrics import AGAIN, COMMITS, REFUSED, STORED
from headquarters.places import ANY, Place, place_of
from headquarters.store import Arrival, Store, Stored

UNDER_WAY = 60
"""Deliveries that one collector may have unstored: the most of one commit, and what a broker that dies sends again."""

ENOUGH_BYTES = 64 * 1024
"""Of payload after which a commit takes no more: 50 rows are about 4 KB, and 60 times that in memory."""

RETRY_S = (1.0, 30.0)
"""While the database is away: the first wait, and the longest. What waits stays unacknowledged with the broker."""

SUBSCRIPTIONS = ("$share/hq/" + TOPICS["event"].format(lane="+", **ANY),)

log = structlog.get_logger()


class Collector:
    """One worker with a line and a database connection of its own; any number share the work, on any number of machines.

    Tells `on_new` what is new after it is stored, calls `on_behind` when more came at once than it takes, and sets
    `collecting` when the broker has accepted the subscription: from then on it keeps what comes. It holds nothing that
    another could not go on with.
    """

    def __init__(
        self,
        line: MqttLink,
        store: Store,
        tell: Acknowledger,
        clock: Clock,
        on_new: Callable[[Stored], None],
        collecting: asyncio.Event,
        on_behind: Callable[[], None] = lambda: None,
    ) -> None:
        self._line, self._store, self._tell, self._clock, self._on_new = line, store, tell, clock, on_new
        self._collecting, self._on_behind = collecting, on_behind
        self._thread = ThreadPoolExecutor(1, "collector")

    def close(self) -> None:
        """Wait for the commit that is under way; the store may be closed afterwards."""
        self._thread.shutdown()

    async def run(self) -> None:
        """Serve the line for ever."""
        while True:
            await self._serve(await self._line.next())

    async def _serve(self, first: Message | Connected | Disconnected) -> None:
        batch: list[Message] = []
        size = 0
        what: Message | Connected | Disconnected | None = first
        while what is not None:
            match what:
                case Connected():
                    log.info("broker connected")
                    self._collecting.set()
                case Disconnected(reason):
                    log.warning("broker lost", reason=reason)
                case Message() as message:
                    batch.append(message)
                    size += len(message.payload)
            what = self._line.ready() if size < ENOUGH_BYTES else None
        if len(batch) >= UNDER_WAY or size >= ENOUGH_BYTES:
            self._on_behind()
        if batch:
            await self._take(batch)

    async def _take(self, batch: list[Message]) -> None:
        """Store the batch's events in one commit, acknowledge all of it, tell the kiosks."""
        found = await self._until_stored(batch)
        for message in batch:
            self._line.acknowledge(message)
        for stored in found:
            for (branch, kiosk), marks in stored.marks.items():
                self._tell.send_watermark(branch, kiosk, marks)
            for kiosk, lane, sequence in stored.broken:
                log.error("hash chain broken", kiosk=kiosk, lane=lane, sequence=sequence)
            STORED.inc(len(stored.new))
            AGAIN.inc(stored.again)
            REFUSED.inc(len(stored.broken))
            self._on_new(stored)

    async def _until_stored(self, batch: list[Message]) -> list[Stored]:
        wait_s, most_s = RETRY_S
        while True:
            try:
                with COMMITS.time():
                    return await asyncio.get_running_loop().run_in_executor(self._thread, self._keep, batch)
            except (GuitaiError, *ERRORS) as error:
                log.exception("events not stored, trying again", wait_s=wait_s, reason=str(error))
                await asyncio.sleep(wait_s)
                wait_s = min(most_s, 2 * wait_s)

    def _keep(self, batch: list[Message]) -> list[Stored]:
        """In a thread: store what can be, and keep the rest as dead letters."""
        arrivals: list[Arrival] = []
        letters: list[DeadLetter] = []
        for message in batch:
            good, bad = read(message)
            arrivals += good
            letters += bad
        now_ms = self._clock.unix_ms()
        if letters:
            self._bury(letters, now_ms)
        try:
            return [self._store.add(arrivals, now_ms)] if arrivals else []
        except UNSTORABLE:
            return list(self._one_by_one(arrivals, now_ms))

    def _one_by_one(self, arrivals: list[Arrival], now_ms: int) -> Iterable[Stored]:
        for arrival in arrivals:
            try:
                yield self._store.add([arrival], now_ms)
            except UNSTORABLE as error:
                row, reason = arrival.row, type(error).__name__
                letter = DeadLetter(arrival.kiosk, row.lane, "hq.unstorable", reason, "", orjson.dumps(row))
                self._bury([letter], now_ms)

    def _bury(self, letters: list[DeadLetter], now_ms: int) -> None:
        self._store.bury(letters, now_ms)
        REFUSED.inc(len(letters))


def read(message: Message) -> tuple[list[Arrival], list[DeadLetter]]:
    """Return the rows of an event message, and what of it is refused, with the reason.

    A refused row leaves a gap: its kiosk is asked for it again.
    """
    place = place_of(message.topic)
    if place is None or place.kind != "evt":
        return [], []
    try:
        found = events_of(message.content_type, message.user, message.payload)
    except GuitaiError as error:
        found = [error]
    arrivals, letters = [], []
    for event in found:
        refused = event if isinstance(event, GuitaiError) else _refusal(event[0], event[1].lane, event[1].id, place)
        if refused is None:
            assert not isinstance(event, GuitaiError)
            arrivals.append(Arrival(place.branch, place.kiosk, event[1]))
            continue
        log.warning("event refused", topic=message.topic, code=refused.code, reason=str(refused))
        attributes = orjson.dumps(message.user).decode()
        letters.append(DeadLetter(place.kiosk, place.name, refused.code, str(refused), attributes, message.payload))
    return arrivals, letters


def _refusal(source: str, lane: str, id_: str, place: Place) -> GuitaiError | None:
    if source != source_of(place.branch, place.kiosk) or lane != place.name:
        return GuitaiError("mqtt.bad_event", reason="source or lane is not the topic's")
    if "\0" in id_:
        return GuitaiError("mqtt.bad_event", reason="the id holds a NUL")
    return None
