"""Several collectors at one store, what is refused, and what a dead letter keeps."""

from __future__ import annotations

import asyncio
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from guitai.clock import SystemClock
from guitai.messages.sync import OutboxRow
from guitai.wire.cloudevents import batch_to_mqtt, source_of, to_mqtt
from guitai.wire.mqtt import Message
from headquarters import dead_letters
from headquarters.collector import Collector, read
from headquarters.commander import Acknowledger
from headquarters.dead_letters import DeadLetter
from headquarters.engine import Where
from headquarters.metrics import REGISTRY
from headquarters.store import Arrival, Store

from .test_store import chain

ROWS = chain(*(("session", "voice.said", {"n": n}) for n in range(300)))
TOPIC = "bank/v1/heping/kiosk-001/evt/session"


def test_collectors_at_once_store_each_row_once_and_leave_no_gap(place: Where) -> None:
    kiosks = [f"kiosk-{n:03}" for n in range(4)]
    new: list[Arrival] = []

    def collect(share: int) -> None:
        with closing(Store(place)) as store:
            # Two of three collectors get each piece, as after a line that broke: all of them at the same kiosks.
            for at in range(0, len(ROWS), 20):
                if at // 20 % 3 != share:
                    batch = [Arrival("heping", kiosk, row) for kiosk in kiosks for row in ROWS[at : at + 20]]
                    new.extend(store.add(batch, 1).new)

    Store(place).close()
    threads = [threading.Thread(target=collect, args=(share,)) for share in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with closing(Store(place)) as store:
        assert len(new) == len({arrival.key for arrival in new}) == len(kiosks) * len(ROWS)
        for kiosk in kiosks:
            assert store.watermarks(kiosk)["session"].sequence == len(ROWS)
        assert not store.gaps(2**62)
        assert store.count()[0]["stored"] == len(ROWS)


def test_what_differs_from_what_is_stored_is_kept_as_a_dead_letter(place: Where) -> None:
    with closing(Store(place)) as store:
        store.add([Arrival("heping", "kiosk-001", row) for row in ROWS[:2]], 1)
        other = chain(("session", "voice.said", {"n": "other"}))[0]
        same_id = replace(ROWS[2], id=ROWS[0].id)
        stored = store.add([Arrival("heping", "kiosk-001", row) for row in (other, same_id)], 2)
        assert [sequence for _, _, sequence in stored.broken] == [1, 3]
        assert dead_letters.counts(store.connection) == {"hq.differs": 2}
        assert store.watermarks("kiosk-001")["session"].sequence == 2


def test_dead_letters_are_counted_and_bounded(place: Where, monkeypatch) -> None:
    monkeypatch.setattr(dead_letters, "MOST_PER_KIOSK", 3)
    with closing(Store(place)) as store:
        for n in range(6):
            letter = DeadLetter("kiosk-001", "money", "mqtt.bad_event", "x" * 900, "[]", bytes([n]))
            store.bury([letter, letter], 10 + n)
        kept = dead_letters.latest(store.connection, 10)
        assert [(letter["last_ms"], letter["times"]) for letter in kept] == [(15, 2), (14, 2), (13, 2)]
        assert len(kept[0]["reason"]) == 500


def message(rows: list[OutboxRow], topic: str = TOPIC) -> Message:
    source = source_of("heping", "kiosk-001")
    if len(rows) == 1:
        user, payload = to_mqtt(rows[0], source)
        return Message(topic, payload, user=user)
    user, payload = batch_to_mqtt(rows, source)
    return Message(topic, payload, user=user, content_type="application/cloudevents-batch+json")


def test_one_bad_row_of_a_batch_leaves_the_others() -> None:
    forged = replace(ROWS[1], body={"n": "forged"})
    arrivals, letters = read(message([ROWS[0], forged, ROWS[2]]))
    assert [arrival.row for arrival in arrivals] == [ROWS[0], ROWS[2]]
    assert [letter.code for letter in letters] == ["mqtt.bad_hash"]
    assert read(message([ROWS[0]], TOPIC.replace("session", "money")))[0] == []
    assert read(Message("bank/v1/heping/kiosk-001/state", b"{}")) == ([], [])


def test_text_with_a_nul_in_a_body_is_stored_on_either_database(place: Where) -> None:
    body = {"reason": "a\0b", "outcome": "x", "satisfied": None}
    [row] = chain(("session", "session.closed", body))
    with closing(Store(place)) as store:
        assert len(store.add([Arrival("heping", "kiosk-001", row)], 1).new) == 1
        assert store.events("S1")[0]["body"] == body


class Line:
    """One message, then silence."""

    def __init__(self, message: Message) -> None:
        self._left, self.acknowledged = [message], asyncio.Event()

    async def next(self) -> Message:
        if not self._left:
            await asyncio.Event().wait()
        return self._left.pop()

    def ready(self) -> None:
        return None

    def acknowledge(self, _message: Message) -> None:
        self.acknowledged.set()

    def publish(self, _publication: Any) -> bool:
        return True


async def test_a_row_the_database_refuses_is_buried_and_counted_and_stops_nothing(tmp_path: Path) -> None:
    def refused() -> float:
        return REGISTRY.get_sample_value("guitai_events_refused_total") or 0.0

    before, line = refused(), Line(message(ROWS[:3]))
    tell = Acknowledger(cast("Any", line), Ed25519PrivateKey.generate(), SystemClock())
    with closing(Store(tmp_path / "hq.sqlite3")) as store:
        store.connection.execute(
            "CREATE TRIGGER bad BEFORE INSERT ON events WHEN NEW.sequence = 2 BEGIN SELECT RAISE(ABORT, 'bad'); END"
        )
        with closing(
            Collector(cast("Any", line), store, tell, SystemClock(), lambda _: None, asyncio.Event())
        ) as collector:
            running = asyncio.create_task(collector.run())
            await asyncio.wait_for(line.acknowledged.wait(), 20)
            running.cancel()
        assert dead_letters.counts(store.connection) == {"hq.unstorable": 1}
        assert [event["sequence"] for event in store.events("S1")] == [1, 3]
    assert refused() - before == 1
