"""Rows on their way: nothing leaves without headquarters' own hash; whatever the order of things, nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from guitai.errors import GuitaiError
from guitai.messages.sync import GENESIS, OutboxRow, chain_hash
from guitai.wire.commands import Mark
from sync.flight import Flight


def chain(count: int) -> list[OutboxRow]:
    rows, previous = [], GENESIS
    for n in range(1, count + 1):
        digest = chain_hash(previous, "money", n, f"S.{n}", "risk.decided", "S", n, {"n": n})
        rows.append(OutboxRow("money", n, f"S.{n}", "risk.decided", "S", n, previous, digest, {"n": n}))
        previous = digest
    return rows


ROWS = chain(12)


def mark(row: OutboxRow) -> dict[str, Mark]:
    return {row.lane: Mark(sequence=row.sequence, hash=row.hash)}


def test_a_row_is_due_once_then_again_after_a_while() -> None:
    flight = Flight(resend_after_ns=100)
    flight.take(ROWS[:2])
    assert flight.due(0) == ROWS[:2]
    flight.published(ROWS[0], 0)
    assert flight.due(50) == [ROWS[1]]
    assert not flight.unanswered(99)
    assert flight.unanswered(100)
    assert flight.due(100) == ROWS[:2]


def test_a_mark_acknowledges_only_the_very_row_it_names() -> None:
    flight = Flight()
    flight.take(ROWS[:3])
    assert flight.acknowledgeable(mark(ROWS[1])) == {"money": 2}
    assert flight.acknowledgeable(mark(ROWS[9])) == {}
    with pytest.raises(GuitaiError, match="another hash"):
        flight.acknowledgeable({"money": Mark(sequence=2, hash=ROWS[0].hash)})
    assert len(flight) == 3
    flight.acknowledged({"money": 2})
    assert flight.due(0) == [ROWS[2]]


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
        self.flight.take(self.outbox[:limit])

    @rule()
    def publish(self) -> None:
        for row in self.flight.due(self.now):
            self.flight.published(row, self.now)
            self.line.append(row)

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
            marks = self.flight.acknowledgeable(mark(ROWS[top - 1]))
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
