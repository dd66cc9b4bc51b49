"""What kiosks' words lead to: states kept, births answered, and when a kiosk is asked for what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from guitai.wire.commands import State, load_private
from guitai.wire.mqtt import Connected, Endpoint, Message, MqttLink, Publication
from guitai.wire.tls import Identity
from headquarters import fleet
from headquarters.commander import Commander
from headquarters.engine import Engine, Where
from headquarters.front import Front
from headquarters.pki import provision
from headquarters.store import Arrival, Store
from tests.fixtures.hq.clock import StandingClock

from .test_store import chain

ROWS = chain(*(("session", "voice.said", {"n": n}) for n in range(3)))


class Line:
    """The line as far as a front publishes over it: the kiosks that were told a watermark."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def publish(self, publication: Publication) -> bool:
        kind, name = publication.topic.split("/")[-2:]
        assert (kind, name) == ("cmd", "watermark")
        self.told.append(publication.topic.split("/")[3])
        return True


@contextmanager
def rig(place: Where) -> Iterator[tuple[Front, Store, Line]]:
    line, clock = Line(), StandingClock()
    commander = Commander(line, Ed25519PrivateKey.generate(), clock)  # type: ignore[arg-type]
    with closing(Store(place)) as store:
        yield Front(line, store, commander, clock), store, line  # type: ignore[arg-type]


def told(kiosk: str, state: State) -> Message:
    return Message(f"bank/v1/heping/{kiosk}/state", state.model_dump_json().encode())


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


def test_of_many_words_of_a_kiosk_the_last_is_kept_and_each_birth_is_answered_once(place: Where) -> None:
    with rig(place) as (front, store, line):
        births = [State(online=True, skew_ms=n) for n in range(3)]
        front._hear([Connected(), *(told(f"kiosk-{n % 2}", one) for n in range(6) for one in births)])
        front._hear([told("kiosk-0", State(online=True)), told("kiosk-0", State(online=False))])
        front._hear([Message("bank/v1/heping/kiosk-0/state", b"no state"), told("kiosk-2", State(online=True))])
        assert [(one.kiosk, one.online, one.skew_ms) for one in fleet.kiosks(store.connection)] == [
            ("kiosk-0", False, 2), ("kiosk-1", True, 2), ("kiosk-2", True, None),
        ]  # fmt: skip
        assert line.told == ["kiosk-0", "kiosk-1", "kiosk-2"]


def test_a_state_that_cannot_be_stored_is_in_no_others_way(place: Where, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = fleet.heard

    def heard(engine: Engine, branch: str, kiosk: str, state: State, now_ms: int) -> None:
        if kiosk == "kiosk-1":
            raise psycopg.DataError("no such number")
        kept(engine, branch, kiosk, state, now_ms)

    monkeypatch.setattr(fleet, "heard", heard)
    with rig(place) as (front, store, line):
        front._hear([told(f"kiosk-{n}", State(online=True)) for n in range(3)])
        assert [one.kiosk for one in fleet.kiosks(store.connection)] == ["kiosk-0", "kiosk-2"]
        assert line.told == ["kiosk-0", "kiosk-2"]
