"""The store: each event once, a watermark that only verified contiguous rows move, the same picture in any order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guitai.messages.sync import GENESIS, OutboxRow, chain_hash
from headquarters import projections
from headquarters.console import calls
from headquarters.engine import Where
from headquarters.store import Arrival, Store
from tests.fixtures.hq import bundles


def chain(*events: tuple[str, str, dict[str, Any]], start: str = GENESIS) -> list[OutboxRow]:
    rows: list[OutboxRow] = []
    heads: dict[str, tuple[int, str]] = {}
    for n, (lane, type_, body) in enumerate(events):
        last, previous = heads.get(lane, (0, start))
        digest = chain_hash(previous, lane, last + 1, f"S1.{n}", type_, "S1", 1000 + n, body)
        rows.append(OutboxRow(lane, last + 1, f"S1.{n}", type_, "S1", 1000 + n, previous, digest, body))
        heads[lane] = (last + 1, digest)
    return rows


ROWS = chain(
    ("session", "session.opened", {}),
    ("money", "risk.decided", {"decision": {"r_hundredths": 3590}}),
    ("handover", "handover.escalate", bundles.scam("S1-1-help")),
    ("money", "risk.decided", {"decision": {"r_hundredths": 7272}}),
    ("handover", "handover.withdraw", {"escalation_id": "S1-1-help"}),
    ("session", "voice.said", {"text": "好"}),
    ("session", "session.closed", {"reason": "left", "outcome": "transfer.held", "satisfied": None}),
)


def arrivals(rows: list[OutboxRow]) -> list[Arrival]:
    return [Arrival("heping", "kiosk-001", row) for row in rows]


def picture(store: Store) -> dict[str, Any]:
    return {
        "sessions": projections.sessions(store.connection, 10),
        "escalations": calls.latest(store.connection, 0, 200),
        "count": store.count(),
    }


@pytest.fixture
def store(place: Where) -> Iterator[Store]:
    store = Store(place)
    yield store
    store.close()


@settings(max_examples=30, deadline=None)
@given(order=st.permutations(ROWS), doubled=st.lists(st.sampled_from(ROWS), max_size=6), cuts=st.integers(1, 7))
def test_any_order_any_doubling_any_batches_give_the_same(
    tmp_path_factory: pytest.TempPathFactory, order: list[OutboxRow], doubled: list[OutboxRow], cuts: int
) -> None:
    plain, mixed = (Store(tmp_path_factory.mktemp("s") / "hq.sqlite3") for _ in range(2))
    plain.add(arrivals(ROWS), 5000)
    stream = arrivals(order + doubled)
    for at in range(0, len(stream), cuts):
        mixed.add(stream[at : at + cuts], 5000)
    assert picture(mixed) == picture(plain)
    assert not mixed.gaps(2**62)
    for store in (plain, mixed):
        store.close()


def test_the_watermark_waits_for_the_gap_and_names_the_gap_since(store: Store) -> None:
    money = [row for row in ROWS if row.lane == "money"]
    stored = store.add(arrivals(money[1:]), 5000)
    assert stored.marks == {("heping", "kiosk-001"): {"money": store.watermarks("kiosk-001")["money"]}}
    assert store.watermarks("kiosk-001")["money"].sequence == 0
    assert store.gaps(4999) == set()
    assert store.gaps(5000) == {"kiosk-001"}
    stored = store.add(arrivals(money[:1]), 9500)
    assert stored.marks[("heping", "kiosk-001")]["money"].sequence == 1  # what this batch held, not more
    assert store.watermarks("kiosk-001")["money"].sequence == 2
    assert store.gaps(2**62) == set()


def test_a_row_that_does_not_join_the_chain_stops_the_watermark(store: Store) -> None:
    forged = chain(("money", "risk.decided", {}), ("money", "risk.decided", {}), start="1" * 64)
    good = [row for row in ROWS if row.lane == "money"]
    store.add(arrivals(good[:1]), 1)
    stored = store.add(arrivals(forged[1:]), 2)
    assert stored.broken == (("kiosk-001", "money", 2),)
    assert store.watermarks("kiosk-001")["money"].sequence == 1


def test_a_kiosk_set_up_afresh_is_told_another_hash_than_its_own(store: Store) -> None:
    store.add(arrivals(ROWS), 1)
    afresh = chain(("money", "risk.decided", {"n": "new"}))
    stored = store.add(arrivals(afresh), 2)
    assert stored.broken == (("kiosk-001", "money", 1),)
    mark = stored.marks[("heping", "kiosk-001")]["money"]
    assert mark.sequence == 1
    assert mark.hash != afresh[0].hash
    assert not stored.new


@pytest.mark.parametrize(
    ("type_", "body"),
    [
        ("handover.escalate", {}),
        ("handover.escalate", {"escalation_id": 7, "bundle": []}),
        ("handover.escalate", {"escalation_id": "x", "bundle": "y"}),
        ("handover.withdraw", {"escalation_id": ["x"]}),
        ("session.closed", {"reason": {}, "outcome": [1], "satisfied": "yes"}),
        ("risk.decided", {"decision": 3}),
        ("never.heard_of", {"a": {"b": []}}),
    ],
)
def test_a_body_of_another_shape_is_stored_and_shows_nowhere(store: Store, type_: str, body: dict[str, Any]) -> None:
    assert len(store.add(arrivals(chain(("session", type_, body))), 1).new) == 1
    assert calls.latest(store.connection, 0, 200) == []
    assert store.events("S1")[0]["body"] == body
