"""The review proposes, a person approves, kiosks can use it, worse is taken back; the same night twice is one night."""

from __future__ import annotations

from pathlib import Path

import pytest

from guitai.errors import GuitaiError
from guitai.risk.rules import parse, shipped
from guitai.shell.rulebook import Rulebook
from guitai.wire.commands import load_private
from headquarters.engine import Where
from headquarters.pki import provision
from headquarters.review import cases as room
from headquarters.review.guard import split
from headquarters.review.nightly import Reviews
from headquarters.store import Store

from .branches import FIRST_MS, labels, outcomes, stored

NIGHT = FIRST_MS + 86_400_000


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    provision(tmp_path / "keys", "kiosk-001")
    return tmp_path / "keys"


@pytest.fixture
def store(place: Where):
    store = Store(place)
    yield store
    store.close()


@pytest.fixture
def reviews(store: Store, keys: Path) -> Reviews:
    return Reviews(store.connection, load_private(keys / "command.key"))


def learn(store: Store, folder: Path, some: list, at_ms: int = FIRST_MS, source: str = "audit") -> None:
    stored(store, some, at_ms)
    room.take_labels(store.connection, labels(folder, some, source), at_ms)


def test_too_few_cases_change_nothing(reviews: Reviews, store: Store, tmp_path: Path) -> None:
    assert reviews.run(NIGHT).verdict == "too_few"
    learn(store, tmp_path, outcomes(299, 1))
    outcome = reviews.run(NIGHT)
    assert (outcome.verdict, "300 are needed" in outcome.told["reason"]) == ("too_few", True)
    assert reviews.signed() is None


def test_a_night_proposes_a_person_approves_a_kiosk_uses(
    reviews: Reviews, store: Store, tmp_path: Path, keys: Path
) -> None:
    learn(store, tmp_path, outcomes(1500, 1))
    outcome = reviews.run(NIGHT)
    assert outcome.verdict == "proposed"
    assert reviews.signed() is None
    assert [row["run"] for row in reviews.status()["waiting"]] == [outcome.run]
    payload = reviews.approve(outcome.run, "王敏", NIGHT + 1)
    assert reviews.approve(outcome.run, "someone else", NIGHT + 9) == payload
    file = tmp_path / "rules.json"
    file.write_bytes(payload)
    book = Rulebook(tmp_path / "kiosk", keys)
    assert book.use(file, "", 0) == 2
    rules = book.current().rules()
    assert rules.weights["semantic"] > shipped().weights["semantic"]
    assert rules.origins == {**shipped().origins, **{n: "fitted" for n in rules.weights if rules.weights[n] != shipped().weights[n]}}  # fmt: skip
    assert "held-out" in rules.reasons["semantic"]
    assert book.store.versions()[0].by == "王敏"
    assert reviews.status()["champion"] == {"version": 2, "run": outcome.run, "approved_by": "王敏"}


def test_the_same_night_twice_is_one_night(reviews: Reviews, store: Store, tmp_path: Path) -> None:
    learn(store, tmp_path, outcomes(1500, 1))
    first, second = reviews.run(NIGHT), reviews.run(NIGHT + 5)
    assert (second.run, second.verdict, second.told, second.again) == (first.run, first.verdict, first.told, True)
    assert len(reviews.status()["reviews"]) == 1
    stored(store, [("S1-0000", outcomes(1, 1)[0][1], True)])  # an event that came again
    assert reviews.run(NIGHT + 6).again


def test_a_later_proposal_takes_the_earlier_ones_place(reviews: Reviews, store: Store, tmp_path: Path) -> None:
    learn(store, tmp_path, outcomes(1500, 1))
    first = reviews.run(NIGHT)
    learn(store, tmp_path, outcomes(300, 2))
    second = reviews.run(NIGHT)
    assert second.verdict == "proposed"
    with pytest.raises(GuitaiError, match=r"risk\.no_proposal.*superseded"):
        reviews.approve(first.run, "王敏", NIGHT)
    for nobody in (" ", "x" * 81):  # a longer name does not fit into the signed file
        with pytest.raises(GuitaiError, match=r"risk\.no_name"):
            reviews.approve(second.run, nobody, NIGHT)
    assert reviews.signed() is None
    with pytest.raises(GuitaiError, match=r"risk\.no_proposal.*unknown"):
        reviews.approve("feed", "王敏", NIGHT)


def test_outcomes_that_weights_tell_nothing_of_propose_nothing(reviews: Reviews, store: Store, tmp_path: Path) -> None:
    some = [(s, r, n % 4 == 0) for n, (s, r, _) in enumerate(outcomes(800, 4))]
    learn(store, tmp_path, some)
    assert reviews.run(NIGHT).verdict == "no_better"


def test_what_does_worse_afterwards_is_taken_back_by_itself(
    reviews: Reviews, store: Store, tmp_path: Path, keys: Path
) -> None:
    learn(store, tmp_path, outcomes(1500, 1))
    proposed = reviews.run(NIGHT)
    reviews.approve(proposed.run, "王敏", NIGHT)
    learn(store, tmp_path, outcomes(400, 5, telling="frequency"), at_ms=NIGHT + 1000)
    outcome = reviews.run(2 * NIGHT)
    assert (outcome.verdict, outcome.told["version"]) == ("rolled_back", 3)
    signed = reviews.signed()
    assert signed is not None
    file = tmp_path / "back.json"
    file.write_bytes(signed[1])
    book = Rulebook(tmp_path / "kiosk", keys)
    assert book.use(file, "", 0) == 3
    assert book.current().rules().weights == shipped().weights
    assert book.store.versions()[0].by == "review"
    assert reviews.run(2 * NIGHT).verdict != "rolled_back"


def test_what_does_well_afterwards_stays(reviews: Reviews, store: Store, tmp_path: Path) -> None:
    learn(store, tmp_path, outcomes(1500, 1))
    reviews.approve(reviews.run(NIGHT).run, "王敏", NIGHT)
    learn(store, tmp_path, outcomes(400, 6), at_ms=NIGHT + 1000)
    assert reviews.run(2 * NIGHT).verdict != "rolled_back"
    assert reviews.status()["champion"]["version"] == 2


def test_a_case_never_changes_sides(reviews: Reviews, store: Store, tmp_path: Path) -> None:
    learn(store, tmp_path, outcomes(500, 1))
    fitted, held = split(room.labelled(store.connection))
    assert not {case.session_id for case in fitted} & {case.session_id for case in held}
    learn(store, tmp_path, outcomes(500, 2))
    assert {case.risk_ref for case in held} <= {case.risk_ref for case in split(room.labelled(store.connection))[1]}


def test_rules_stay_readable_text(reviews: Reviews, store: Store, tmp_path: Path) -> None:
    learn(store, tmp_path, outcomes(1500, 1))
    outcome = reviews.run(NIGHT)
    text = store.connection.execute("SELECT text FROM risk_rules WHERE run = ?", (outcome.run,)).fetchone()["text"]
    assert text.startswith("# Weights and bands")
    assert parse(text).weights == outcome.told["weights"]
