"""Rows on their way: nothing leaves without headquarters' own hash; whatever the order of things, nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from guitai.errors import GuitaiError
from guitai.messages.sync import GENESIS, OutboxRow, chain_hash
from guitai.tables import Lane
from guitai.wire.commands import Mark
from sync.flight import DROPPED_AGAIN_NS, SAVED_AFTER_NS, Flight
from sync.window import BULK_LEAST, BULK_MOST, FAST_NS, SLOW_NS, Window


def chain(count: int, lane: Lane = "money") -> list[OutboxRow]:
    rows, previous = [], GENESIS
    for n in range(1, count + 1):
        digest = chain_hash(previous, lane, n, f"S.{n}", "risk.decided", "S", n, {"n": n})
        rows.append(OutboxRow(lane, n, f"S.{n}", "risk.decided", "S", n, previous, digest, {"n": n}))
        previous = digest
    return rows


ROWS = chain(12)
S = 1_000_000_000


def mark(row: OutboxRow) -> dict[str, Mark]:
    return {row.lane: Mark(sequence=row.sequence, hash=row.hash)}


def wants(flight: Flight) -> int:
    return flight.wanted()["money"][0]


def test_what_the_broker_has_is_probed_for_by_its_newest_row_and_what_it_has_not_goes_again() -> None:
    flight = Flight(resend_after_ns=100)
    flight.take(ROWS[:5])
    flight.published(flight.due("money", 4), 0)
    flight.at_broker(ROWS[:3], 10, kept=True)
    assert flight.due("money", 9) == [ROWS[4]]
    assert not flight.unanswered(99)
    assert flight.unanswered(100)
    flight.give_up_on_lost(100)
    assert flight.due("money", 9) == ROWS[3:5]
    flight.published(ROWS[3:5], 100)
    flight.at_broker(ROWS[3:5], 110, kept=True)
    flight.give_up_on_lost(900)
    assert flight.due("money", 9) == []  # headquarters may be away: the broker has it
    flight.acknowledgeable({}, 120)
    flight.give_up_on_lost(299)
    assert flight.due("money", 9) == []
    flight.give_up_on_lost(300)  # twice as long as the first time
    assert flight.due("money", 9) == [ROWS[4]]


def test_what_the_broker_had_nobody_for_goes_again_once_headquarters_is_there() -> None:
    flight = Flight()
    flight.take(ROWS[:2])
    flight.published(flight.due("money", 9), 0)
    flight.at_broker(ROWS[:2], 1, kept=False)
    flight.give_up_on_lost(2)
    assert flight.due("money", 9) == []
    flight.acknowledgeable({}, 3)
    flight.give_up_on_lost(3)
    assert flight.due("money", 9) == ROWS[:2]


def test_what_was_dropped_while_headquarters_was_just_coming_up_goes_again_soon() -> None:
    # Its front answers our birth before its collectors have subscribed: published on that answer, it is dropped once more.
    flight = Flight()
    flight.take(ROWS[:1])
    flight.acknowledgeable({}, 1)
    flight.published(flight.due("money", 9), 2)
    flight.at_broker(ROWS[:1], 3, kept=False)
    flight.give_up_on_lost(2 + DROPPED_AGAIN_NS - 1)
    assert flight.due("money", 9) == []
    flight.give_up_on_lost(2 + DROPPED_AGAIN_NS)
    assert flight.due("money", 9) == ROWS[:1]


def test_over_a_new_connection_goes_only_what_the_broker_may_have_lost() -> None:
    flight = Flight()
    flight.take(ROWS[:4])
    for row, at_ns in zip(ROWS[:3], (0, 4, 9), strict=True):
        flight.published([row], at_ns * S)
        flight.at_broker([row], at_ns * S, kept=True)
    flight.published([ROWS[3]], 9 * S)
    flight.acknowledgeable({}, 9 * S)  # the broker lived: what it had five seconds before is on its disk
    flight.reconnected(session_present=True)
    assert flight.due("money", 9) == ROWS[2:4]
    flight.reconnected(session_present=False)
    assert flight.due("money", 9) == ROWS[:4]


def test_a_mark_acknowledges_only_the_very_row_it_names() -> None:
    flight = Flight()
    flight.take(ROWS[:3])
    flight.published(flight.due("money", 9), 0)
    assert flight.acknowledgeable(mark(ROWS[1]), 0) == {"money": 2}
    assert flight.acknowledgeable(mark(ROWS[9]), 0) == {}
    with pytest.raises(GuitaiError, match="another hash"):
        flight.acknowledgeable({"money": Mark(sequence=2, hash=ROWS[0].hash)}, 0)
    assert len(flight) == 3
    flight.acknowledged({"money": 2})
    flight.publish_again()
    assert flight.due("money", 9) == [ROWS[2]]
    assert flight.acknowledgeable(mark(ROWS[2]), 0) == {"money": 3}  # taken back, and stored all the same


def test_core_is_asked_only_for_what_it_has_not_given() -> None:
    flight = Flight()
    flight.take(ROWS[:3])
    assert wants(flight) == 3
    flight.take(ROWS[:5])
    assert flight.due("money", 9) == ROWS[:5]
    flight.forget()
    assert wants(flight) == 0


def test_a_full_window_holds_its_own_lane_back_and_no_other() -> None:
    flight = Flight()
    bulk = chain(1000, "session")
    flight.take([*bulk, *ROWS[:1]])
    assert "session" not in flight.wanted()
    sent = 0
    while rows := flight.due("session", 50):
        flight.published(rows, 0)
        sent += len(rows)
    assert sent == Window("session").size < len(bulk)
    assert flight.due("money", 50) == ROWS[:1]


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
    """Core, flight, a broker that saves now and then, and a headquarters that stores in any order and asks for gaps."""

    def __init__(self) -> None:
        super().__init__()
        self.flight, self.now, self.spoke = Flight(), 0, 0
        self.outbox: list[OutboxRow] = []
        self.line: list[OutboxRow] = []
        self.broker: list[tuple[OutboxRow, int]] = []
        self.stored: dict[int, OutboxRow] = {}

    @initialize(count=st.integers(1, len(ROWS)))
    def waits(self, count: int) -> None:
        self.rows = ROWS[:count]
        self.outbox = list(self.rows)

    @rule(limit=st.integers(1, 5))
    def pull(self, limit: int) -> None:
        after, most = self.flight.wanted()["money"]
        self.flight.take([row for row in self.outbox if row.sequence > after][: min(limit, most)])

    @rule()
    def publish(self) -> None:
        rows = self.flight.due("money", 12)
        self.flight.published(rows, self.now)
        self.line += rows

    @rule(wait=st.integers(1, 20))
    def time_passes(self, wait: int) -> None:
        self.now += wait * S
        self.flight.give_up_on_lost(self.now)

    @rule(kept=st.booleans())
    def the_broker_has_it(self, kept: bool) -> None:
        self.flight.at_broker(self.line, self.now, kept=kept)
        self.broker += [(row, self.now) for row in self.line if kept]
        self.spoke = self.now
        self.line.clear()

    @rule()
    def line_breaks(self) -> None:
        self.line.clear()
        self.flight.reconnected(session_present=True)

    @rule()
    def the_broker_dies(self) -> None:
        self.broker = [(row, at) for row, at in self.broker if at <= self.spoke - SAVED_AFTER_NS]
        self.line_breaks()

    @rule()
    def the_broker_forgets(self) -> None:
        self.line.clear()
        self.broker.clear()
        self.flight.reconnected(session_present=False)

    @rule()
    def the_broker_loses_what_it_should_have_kept(self) -> None:
        self.broker.clear()

    @rule()
    def sync_dies(self) -> None:
        self.line.clear()
        self.flight.forget()

    @precondition(lambda self: self.broker)
    @rule(data=st.data(), keep=st.booleans())
    def arrives(self, data: st.DataObject, keep: bool) -> None:
        at = data.draw(st.integers(0, len(self.broker) - 1))
        row, _ = self.broker[at] if keep else self.broker.pop(at)
        self.stored[row.sequence] = row

    @rule()
    def watermark(self) -> None:
        top = 0
        while top + 1 in self.stored:
            top += 1
        self.spoke = self.now
        marks = self.flight.acknowledgeable(mark(ROWS[top - 1]) if top else {}, self.now)
        self.outbox = [row for row in self.outbox if row.sequence > marks.get("money", 0)]
        self.flight.acknowledged(marks)

    @rule()
    def gap(self) -> None:
        if self.stored and max(self.stored) > len(self.stored):
            self.flight.publish_again()

    @invariant()
    def nothing_is_lost(self) -> None:
        gone = {row.sequence for row in self.rows} - {row.sequence for row in self.outbox}
        assert gone <= self.stored.keys()

    def teardown(self) -> None:
        """From whatever state: a few minutes without faults, and headquarters has everything."""
        for _ in range(60):
            self.pull(5)
            self.publish()
            self.the_broker_has_it(kept=True)
            while self.broker:
                row, _ = self.broker.pop()
                self.stored[row.sequence] = row
            self.watermark()
            self.gap()
            self.time_passes(15)
        assert not self.outbox


TestDelivery = Delivery.TestCase
TestDelivery.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)


def test_what_the_broker_lost_in_silence_is_found_by_a_probe() -> None:
    world = Delivery()
    world.waits(3)
    world.pull(5)
    world.publish()
    world.the_broker_has_it(kept=True)
    world.the_broker_loses_what_it_should_have_kept()
    world.teardown()


def test_a_headquarters_that_answers_late_is_waited_for_longer() -> None:
    first, *others = chain(6)
    flight = Flight()
    flight.take([first, *others])

    def publish(most: int, at_s: int) -> None:
        rows = flight.due("money", most)
        flight.published(rows, at_s * S)
        flight.at_broker(rows, at_s * S, kept=True)

    def due(at_s: int) -> list[OutboxRow]:
        flight.give_up_on_lost(at_s * S)
        return flight.due("money", 9)

    publish(1, 0)
    flight.acknowledgeable(mark(first), 9 * S)
    flight.acknowledged({"money": 1})
    publish(9, 9)
    flight.acknowledgeable({}, 20 * S)  # it is there, and behind
    assert due(26) == []
    assert due(27) == others[-1:]  # twice nine seconds
    publish(9, 27)
    flight.acknowledgeable({}, 28 * S)
    assert due(62) == []
    assert due(63) == others[-1:]  # twice as long again
