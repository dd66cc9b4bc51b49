"""An errand whose R was decided several times is one case, one draw and one count of the figures: its last decision."""

from __future__ import annotations

import pytest

from guitai.journal.mask import mask
from guitai.messages.bank import PostTransfer
from guitai.messages.codec import to_data
from guitai.messages.handover import TellerDecided
from guitai.messages.risk import RecordRisk, RiskContext
from guitai.messages.sync import GENESIS, OutboxRow
from guitai.money import Fen, yuan
from guitai.risk.decision import assess
from guitai.risk.rules import shipped
from guitai.tables import lane_of
from headquarters.engine import Where
from headquarters.quality.read import day_of, judged
from headquarters.review import cases as room
from headquarters.review.errands import errands
from headquarters.review.nightly import SCHEMA
from headquarters.store import Arrival, Store

from .branches import FIRST_MS

EARLY, LATE = "S1-3-risk", "S1-9-risk"
STRONG, NONE = 0.97, 0.0


def decided(ref: str, amount: Fen, score: float) -> RecordRisk:
    strength = "strong" if score else "none"
    context = RiskContext(amount, "杭州", "杭州", False, None, 0, score, strength, None, (), "good")
    return RecordRisk(ref, assess(context, shipped()), context)


def sent(ref: str) -> PostTransfer:
    return PostTransfer(f"{ref}-transfer", "tok", "陈浩然", "v1", yuan(300), "now", ref)


@pytest.fixture
def store(place: Where):
    store = Store(place)
    store.connection.executescript(SCHEMA)
    yield store
    store.close()


def tell(store: Store, *messages: object, session: str = "S1") -> None:
    rows = []
    have = store.connection.execute("SELECT COUNT(*) AS n FROM events").fetchone()["n"]
    for n, message in enumerate(messages, start=have + 1):
        body = mask(to_data(message))
        type_ = body.pop("type")
        row = OutboxRow(lane_of(type_), n, f"{session}.{n}", type_, session, FIRST_MS + n, GENESIS, f"{n:064x}", body)
        rows.append(Arrival("heping", "kiosk-001", row))
    store.add(rows, FIRST_MS)


def label(store: Store, ref: str, source: room.Source, *, fraud: bool) -> None:
    room.put_label(store.connection, ref, source, fraud=fraud, name="王敏", now_ms=1)


def test_labels_of_both_decisions_are_one_case_with_the_r_that_stood(store: Store) -> None:
    tell(store, decided(EARLY, Fen(0), STRONG), decided(LATE, yuan(30_000), STRONG), sent(LATE))
    label(store, EARLY, "teller", fraud=False)
    label(store, LATE, "complaint", fraud=True)
    (case,) = room.labelled(store.connection)
    assert (case.risk_ref, case.fraud, case.source) == (LATE, True, "complaint")
    assert case.r[1] == 5000  # of 30,000 yuan, not of the amount nobody had named yet
    day = day_of(FIRST_MS)
    assert [(one.seen, one.stopped, one.lost) for one in judged(store.connection, day, day)] == [(True, True, True)]


def test_an_errand_that_was_stopped_in_the_end_is_not_drawn_as_untouched(store: Store) -> None:
    tell(store, decided(EARLY, yuan(300), NONE), decided(LATE, yuan(300), STRONG))
    assert room.draw(store.connection, room.MILLION, 1) == []
    tell(store, sent(LATE), decided("S1-12-risk", yuan(300), NONE))
    assert room.draw(store.connection, room.MILLION, 1) == ["S1-12-risk"]


def test_what_a_teller_rejected_keeps_its_label_when_the_customer_begins_anew(store: Store) -> None:
    rejected = TellerDecided("S1-4-help", "0218", "reject", "")
    tell(store, decided(EARLY, Fen(0), STRONG), rejected, decided(LATE, yuan(300), NONE))
    label(store, EARLY, "teller", fraud=True)
    assert [case.risk_ref for case in room.labelled(store.connection)] == [EARLY]
    assert [errand.refs for errand in errands(store.connection)] == [(EARLY,), (LATE,)]


def test_records_older_than_the_context_are_errands_too(store: Store) -> None:
    old = decided(EARLY, yuan(300), NONE)
    tell(store, RecordRisk(EARLY, old.decision), sent(EARLY), RecordRisk(LATE, old.decision))
    assert [errand.refs for errand in errands(store.connection)] == [(EARLY,), (LATE,)]
