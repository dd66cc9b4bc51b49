"""How answers are scored against strangers' facts."""

from __future__ import annotations

from pathlib import Path

import pytest

from guitai.cli.evaluate_faq import Said, by_answers, by_facts
from guitai.errors import GuitaiError
from guitai.knowledge.answers import Choice

FILE = Path("facts.jsonl")
GIVEN = Said("最高偿付50万元。", "条例", Choice(("a",)), "a")
SILENT = Said("", "", Choice(), "b")
BACK = Said("", "", Choice(("a", "b")), "b")


def test_facts():
    rows = [
        {"question": "q", "must_contain": [["50万", "500000"]], "must_not_contain": ["100万"]},
        {"question": "q", "must_contain": [["5万"]]},
        {"question": "q", "must_contain": [["50万"]], "must_not_contain": ["最高"]},
        {"question": "q", "must_contain": [["50万"]]},
    ]
    figures, bars = by_facts(FILE, rows, [GIVEN, GIVEN, GIVEN, SILENT])
    assert (figures["right"], figures["contradicted"], figures["unanswered"]) == (0.25, 0.25, 0.25)
    assert figures["beside_the_point"] == 0.25
    assert bars["contradicted"] == (0.0, "<=")


@pytest.mark.parametrize("groups", [["50万"], [[]]])
def test_alternatives_must_be_lists(groups: list[object]):
    with pytest.raises(GuitaiError):
        by_facts(FILE, [{"question": "q", "must_contain": groups}], [GIVEN])


def test_own_questions():
    rows = [{"question": "q", "answers": ["a"]}] * 3
    figures, _ = by_answers(rows, [GIVEN, SILENT, BACK])
    assert (figures["top1"], figures["answered"]) == (0.3333, 0.3333)
    assert (figures["right_of_answered"], figures["asked_back_with_right"]) == (1.0, 1.0)
