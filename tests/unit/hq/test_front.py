"""When a kiosk is asked for what is missing."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from guitai.wire.commands import State, load_private
from guitai.wire.mqtt import Endpoint, Message, MqttLink
from guitai.wire.tls import Identity
from headquarters.commander import Commander
from headquarters.front import Front
from headquarters.pki import provision
from headquarters.store import Arrival, Store
from tests.fixtures.hq.clock import StandingClock

from .test_store import chain

ROWS = chain(*(("session", "voice.said", {"n": n}) for n in range(3)))


def test_a_kiosk_is_asked_after_ten_seconds_and_then_ever_more_rarely(tmp_path: Path) -> None:
    provision(tmp_path, "kiosk-001")
    clock = StandingClock()
    line = MqttLink(Endpoint("127.0.0.1", 1, 20, "hq", Identity.of(tmp_path, "hq")), ())
    commander = Commander(line, load_private(tmp_path / "command.key"), clock)
    commander.heard_state("heping", "kiosk-001", Message("", State(online=True).model_dump_json().encode()))
    with closing(Store(tmp_path / "hq.sqlite3")) as store:
        front = Front(line, store, commander, clock)
        asked: list[int] = []

        def look(until_s: int) -> list[int]:
            for _ in range(until_s):
                clock.now_ms += 1000
                before = front._asked.get("kiosk-001", (0, 0))[0]
                front.check_gaps()
                if front._asked.get("kiosk-001", (0, 0))[0] > before:
                    asked.append((clock.now_ms - began) // 1000)
            return asked

        began = clock.now_ms
        store.add([Arrival("heping", "kiosk-001", ROWS[2])], clock.unix_ms())
        clock.now_ms += 9_000
        front.behind()  # the missing row may be in the queue
        assert look(4) == []
        assert look(80) == [14, 24, 44, 84]
        store.add([Arrival("heping", "kiosk-001", row) for row in ROWS[:2]], clock.unix_ms())
        assert look(200) == [14, 24, 44, 84]


def test_a_row_lost_before_a_backlog_without_end_is_asked_for_after_two_minutes(tmp_path: Path) -> None:
    provision(tmp_path, "kiosk-001")
    clock = StandingClock()
    line = MqttLink(Endpoint("127.0.0.1", 1, 20, "hq", Identity.of(tmp_path, "hq")), ())
    commander = Commander(line, load_private(tmp_path / "command.key"), clock)
    commander.heard_state("heping", "kiosk-001", Message("", State(online=True).model_dump_json().encode()))
    with closing(Store(tmp_path / "hq.sqlite3")) as store:
        front = Front(line, store, commander, clock)
        store.add([Arrival("heping", "kiosk-001", ROWS[2])], clock.unix_ms())
        for second in range(1, 121):
            clock.now_ms += 1000
            front.behind()
            front.check_gaps()
            assert ("kiosk-001" in front._asked) == (second == 120)
