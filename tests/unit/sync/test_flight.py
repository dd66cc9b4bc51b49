"""Rows on their way: nothing leaves without headquarters' own hash; whatever the order of things, nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from guitai.errors import GuitaiError
from guitai.messages.sync import GENESIS, OutboxRow, chain_hash
from guitai.tables import Lane
from guitai.wire.commands import Mark
from sync.flight import Flight
from sync.window import BULK_LEAST, BULK_MOST, FAST_NS, SLOW_NS, Window


def chain(count: int, lane: Lane = "money") -> list[OutboxRow]:
    rows, previous = [], GENESIS
    for n in range(1, count + 1):
        digest = chain_hash(previous, lane, n, f"S.{n}", "risk.decided", "S", n, {"n": n})
        rows.append(OutboxRow(lane, n, f"S.{n}", "risk.decided", "S", n, previous, digest, {"n": n}))
        previous = digest
    return rows


ROWS = chain(12)


def mark(row: OutboxRow) -> dict[str, Mark]:
    return {row.lane: Mark(sequence=row.sequence, hash=row.hash)}


def wants(flight: Flight) -> int:
    return flight.wanted()["money"][0]


def test_a_row_is_due_once_then_again_after_a_while() -> None:
    flight = Flight(resend_after_ns=100)
    flight.take(ROWS[:3])
    assert flight.due("money", 2, 0) == ROWS[:2]
    flight.published(ROWS[:1], 0)
    assert flight.due("money", 9, 50) == ROWS[1:3]
    assert not flight.unanswered(99)
    assert flight.unanswered(100)
    assert flight.due("money", 9, 100) == ROWS[1:3]  # headquarters may be away: the broker has it
    flight.acknowledgeable({}, 60)
    assert flight.due("money", 9, 100) == ROWS[:3]


def test_a_mark_acknowledges_only_the_very_row_it_names() -> None:
    flight = Flight()
    flight.take(ROWS[:3])
    flight.published(flight.due("money", 9, 0), 0)
    assert flight.acknowledgeable(mark(ROWS[1]), 0) == {"money": 2}
    assert flight.acknowledgeable(mark(ROWS[9]), 0) == {}
    with pytest.raises(GuitaiError, match="another hash"):
        flight.acknowledgeable({"money": Mark(sequence=2, hash=ROWS[0].hash)}, 0)
    assert len(flight) == 3
    flight.acknowledged({"money": 2})
    flight.publish_again()
    assert flight.due("money", 9, 0) == [ROWS[2]]
    assert flight.acknowledgeable(mark(ROWS[2]), 0) == {"money": 3}  # taken back, and stored all the same


def test_core_is_asked_only_for_what_it_has_not_given() -> None:
    flight = Flight()
    flight.take(ROWS[:3])
    assert wants(flight) == 3
    flight.take(ROWS[:5])
    assert flight.due("money", 9, 0) == ROWS[:5]
    flight.forget()
    assert wants(flight) == 0


def test_a_full_window_holds_its_own_lane_back_and_no_other() -> None:
    flight = Flight()
    bulk = chain(1000, "session")
    flight.take([*bulk, *ROWS[:1]])
    assert "session" not in flight.wanted()
    sent = 0
    while rows := flight.due("session", 50, 0):
        flight.published(rows, 0)
        sent += len(rows)
    assert sent == Window("session").size < len(bulk)
    assert flight.due("money", 50, 0) == ROWS[:1]


def test_the_bulk_takes_what_the_line_carries() -> None:
    window = Window("session")
    for _ in range(100):
        window.answered(50, FAST_NS, 0)
    assert window.size == BULK_MOST
    for second in range(100):
        window.answered(50, SLOW_NS + 1, second * SLOW_NS)
    assert window.size == BULK_LEAST
    urgent = Window("handover")
    urgent.answered(1, 10 * SLOW_NS, 0)
    assert urgent.size == Window("handover").size


class Delivery(RuleBasedStateMachine):
    """Core, flight and a headquarters that stores in any order, with a line that loses and doubles what it likes."""

    def __init__(self) -> None:
        super().__init__()
        self.flight, self.now = Flight(resend_after_ns=10), 0
        self.outbox = list(ROWS)
        self.line: list[OutboxRow] = []
        self.stored: dict[int, OutboxRow] = {}

    @rule(limit=st.integers(1, 5))
    def pull(self, limit: int) -> None:
        after, most = self.flight.wanted()["money"]
        self.flight.take([row for row in self.outbox if row.sequence > after][: min(limit, most)])

    @rule()
    def publish(self) -> None:
        rows = self.flight.due("money", 12, self.now)
        self.flight.published(rows, self.now)
        self.line += rows

    @rule(wait=st.integers(1, 20))
    def time_passes(self, wait: int) -> None:
        self.now += wait

    @rule()
    def line_breaks(self) -> None:
        self.line.clear()
        self.flight.publish_again()

    @rule()
    def sync_dies(self) -> None:
        self.flight.forget()

    @precondition(lambda self: self.line)
    @rule(data=st.data(), keep=st.booleans())
    def arrives(self, data: st.DataObject, keep: bool) -> None:
        at = data.draw(st.integers(0, len(self.line) - 1))
        row = self.line[at] if keep else self.line.pop(at)
        self.stored[row.sequence] = row

    @rule()
    def watermark(self) -> None:
        top = 0
        while top + 1 in self.stored:
            top += 1
        if top:
            marks = self.flight.acknowledgeable(mark(ROWS[top - 1]), self.now)
            self.outbox = [row for row in self.outbox if row.sequence > marks.get("money", 0)]
            self.flight.acknowledged(marks)

    @invariant()
    def nothing_is_lost(self) -> None:
        gone = {row.sequence for row in ROWS} - {row.sequence for row in self.outbox}
        assert gone <= self.stored.keys()

    def teardown(self) -> None:
        for _ in range(len(ROWS) + 1):
            self.line_breaks()
            self.pull(5)
            self.publish()
            for row in self.line:
                self.stored[row.sequence] = row
            self.watermark()
        assert not self.outbox


TestDelivery = Delivery.TestCase
TestDelivery.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


def test_a_headquarters_that_answers_late_is_waited_for_longer() -> None:
    second = 1_000_000_000
    first, *others = chain(6)
    flight = Flight()
    flight.take([first, *others])
    flight.published(flight.due("money", 1, 0), 0)
    flight.acknowledgeable({"money": Mark(sequence=1, hash=first.hash)}, 9 * second)
    flight.acknowledged({"money": 1})
    flight.published(flight.due("money", 9, 9 * second), 9 * second)
    flight.acknowledgeable({}, 20 * second)  # it is there, and behind
    assert flight.due("money", 9, 26 * second) == []
    assert flight.due("money", 9, 27 * second) == others  # twice nine seconds
    flight.published(others, 27 * second)
    flight.acknowledgeable({}, 28 * second)
    assert flight.due("money", 9, 62 * second) == []
    assert flight.due("money", 9, 63 * second) == others  # twice as long again
