"""Which answer is given, which question is asked back, and when nothing is said."""

from __future__ import annotations

import pytest

from guitai.cli.knowledge import known_intents
from guitai.dialogue.data import rules_hash
from guitai.knowledge import answers
from guitai.knowledge.answers import Answer
from guitai.knowledge.hot import STALE, fill
from guitai.knowledge.pack import read
from guitai.messages.knowledge import Board
from guitai.messages.voice import AnswerGuess
from tests.unit.knowledge.folder import compiled


def guesses(*pairs: tuple[str, float]) -> tuple[AnswerGuess, ...]:
    return tuple(AnswerGuess(name, probability) for name, probability in pairs)


@pytest.mark.parametrize(
    ("said", "ids"),
    [
        (guesses(("fixed-rates", 0.9), ("demand-rate", 0.05)), ("fixed-rates",)),
        (guesses(("fixed-rates", 0.45), ("demand-rate", 0.4)), ("fixed-rates", "demand-rate")),
        (guesses(("fixed-rates", answers.PLAUSIBLE - 0.01)), ()),
        (guesses(("no-such-answer", 0.9), ("demand-rate", 0.8)), ("demand-rate",)),
        (guesses(("fx-today", 0.9), ("fx-quota", 0.05)), ("fx-today",)),
        (guesses(("fx-quota", 0.45), ("fx-today", 0.4)), ("fx-quota", "fx-today")),
        ((), ()),
    ],
)
def test_choice(said: tuple[AnswerGuess, ...], ids: tuple[str, ...]):
    assert answers.choose(said).ids == ids


def test_an_answer_is_looked_up_in_the_customers_language():
    assert "50万元" in answers.by_id("insurance-limit", "zh").lead
    assert "500,000" in answers.by_id("insurance-limit", "en").lead
    assert answers.by_id("no-such-answer", "zh") is None


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("errand", answers.BY_ERRAND)
def test_every_errand_that_stands_for_an_answer_has_one_in_the_shipped_pack(errand: str, language: str):
    found = answers.by_errand(errand, language)
    assert errand in known_intents()
    assert found is not None
    assert "{" not in found.lead + found.more


def test_the_first_lines_kept_as_sound_have_no_marks_and_no_figures_of_the_day():
    kept = answers.first_lines("zh")
    assert len(set(kept)) > 500
    assert not any(sign in line for line in kept for sign in "*{")


def test_another_errand_stands_for_no_answer():
    assert answers.by_errand("transfer", "zh") is None


def test_the_answers_in_use_are_part_of_what_a_session_records():
    before = rules_hash()
    answers.use(read(compiled().data))
    try:
        assert rules_hash() != before
    finally:
        answers.use(answers.shipped())
    assert rules_hash() == before


BOARD = Board((("usd_sell", "712.30"),), until_ms=1500)
RATE = Answer("fx-today", "卖出价{usd_sell}", "随时在变", "牌价")


@pytest.mark.parametrize(("now_ms", "good"), [(0, True), (1499, True), (1500, False)])
def test_values_of_the_day_expire(now_ms: int, good: bool):
    lead = fill(RATE, BOARD, now_ms, "zh").lead
    assert lead == ("卖出价712.30" if good else STALE["zh"][0])


def test_missing_values_are_not_told():
    assert fill(RATE, Board(), 1000, "en").lead == STALE["en"][0]
    assert fill(Answer("x", "{usd_buy}", "", ""), BOARD, 1000, "zh").lead == STALE["zh"][0]


def test_an_answer_without_places_needs_no_board():
    plain = Answer("x", "八点半开门", "", "")
    assert fill(plain, Board(), 1000, "zh") is plain
