"""Labels come from tellers, audits and complaints; the random sample cannot be chosen and stands for the rest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from guitai.errors import GuitaiError
from headquarters.engine import Where
from headquarters.review import cases as room
from headquarters.review.nightly import SCHEMA
from headquarters.store import Store

from .branches import FIRST_MS, labels, outcomes, stored

SOME = outcomes(400, 1)


@pytest.fixture
def store(place: Where):
    store = Store(place)
    store.connection.executescript(SCHEMA)
    stored(store, SOME)
    yield store
    store.close()


def escalated(
    store: Store, session: str, decision: str | None, at_ms: int = FIRST_MS + 10_000, why: str = "risk"
) -> None:
    store.connection.execute(
        "INSERT INTO escalations(id, kiosk, branch, session_id, at_ms, decision, bundle) "
        "VALUES(?, 'k', 'b', ?, ?, ?, ?)",
        (f"{session}-help", session, at_ms, decision, json.dumps({"why": why})),
    )


def test_a_tellers_decision_is_a_label(store: Store) -> None:
    escalated(store, "S1-0001", "reject")
    escalated(store, "S1-0002", "approve")
    escalated(store, "S1-0003", None)
    escalated(store, "S1-0004", "reject", at_ms=FIRST_MS - 1)  # before the session's decision
    escalated(store, "S1-0005", "reject", why="approve")  # declined for want of papers, not as a fraud
    found = {case.risk_ref: (case.fraud, case.source) for case in room.labelled(store.connection)}
    assert found == {"S1-0001-3-risk": (True, "teller"), "S1-0002-3-risk": (False, "teller")}


def test_a_later_complaint_outweighs_what_was_said_before(store: Store, tmp_path: Path) -> None:
    escalated(store, "S1-0002", "approve")
    room.take_labels(store.connection, labels(tmp_path, [("S1-0002", {}, True)], "complaint"), 1)
    room.take_labels(store.connection, labels(tmp_path, [("S1-0002", {}, False)], "audit"), 2)
    (case,) = room.labelled(store.connection)
    assert (case.fraud, case.source) == (True, "complaint")


def test_a_later_label_of_the_same_source_replaces_the_earlier(store: Store, tmp_path: Path) -> None:
    for fraud in (True, False):
        room.take_labels(store.connection, labels(tmp_path, [("S1-0002-3-risk", {}, fraud)], "audit"), 1)
    assert [case.fraud for case in room.labelled(store.connection)] == [False]


def test_the_sample_is_of_the_untouched_drawn_once_and_weighs_what_it_stands_for(store: Store, tmp_path: Path) -> None:
    drawn = room.draw(store.connection, 200_000, 1)
    assert drawn == sorted(drawn)
    assert 0 < len(drawn) < 150
    assert room.draw(store.connection, 200_000, 2) == []
    levels = {e["body"]["risk_ref"]: e["body"]["decision"]["level"] for e in room.decisions(store.connection)}
    assert {levels[ref] for ref in drawn} == {"low"}
    room.take_labels(store.connection, labels(tmp_path, [(drawn[0], {}, False)], "audit"), 3)
    assert [case.weight for case in room.labelled(store.connection)] == [5.0]


@pytest.mark.parametrize(
    ("line", "column"),
    [("nobody,1,audit,x", "case"), ("S1-0001,2,audit,x", "fraud"), ("S1-0001,1,rumour,x", "source"),
     ("S1-0001,1,audit,", "by"), ("S1-0001", "fraud")],
)  # fmt: skip
def test_a_bad_label_is_named_and_none_is_stored(store: Store, tmp_path: Path, line: str, column: str) -> None:
    path = tmp_path / "l.csv"
    path.write_text(f"case,fraud,source,by\nS1-0002,1,audit,x\n{line}\n")
    with pytest.raises(GuitaiError, match=f"line 3, column {column}"):
        room.take_labels(store.connection, path, 1)
    assert room.labelled(store.connection) == []
    path.write_text("case,fraud\n")
    with pytest.raises(GuitaiError, match="source"):
        room.take_labels(store.connection, path, 1)
