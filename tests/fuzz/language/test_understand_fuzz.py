"""Whatever is said or typed, the language step answers in its own shape."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_models.language import entities
from edge_models.language.understand import Understander

SPEECH = st.text(
    "零一二两三四五六七八九十百千万亿块元毛年月日号天周星期上下个到的转给账户尾号身份证手机张伟半，。 0123456789.-X美元份期",
    max_size=60,
)
ANY = st.one_of(SPEECH, st.text(max_size=80))


@pytest.fixture(scope="module")
def understander(tmp_path_factory: pytest.TempPathFactory) -> Understander:
    return Understander(tmp_path_factory.mktemp("none"))


@given(ANY)
@settings(max_examples=400, deadline=None)
def test_entities_are_pieces_of_the_sentence(text: str) -> None:
    spans = entities.spans(text)
    assert all(0 <= span.start < span.end <= len(text) and span.norm for span in spans)
    assert all(not a.overlaps(b) for a, b in pairwise(spans))


@given(ANY)
@settings(max_examples=150, deadline=None)
def test_always_an_answer(understander: Understander, text: str) -> None:
    understood = understander.understand(text)
    assert understood.intents
    assert all(0 <= guess.probability <= 1 for guess in understood.intents)
    assert 0 <= understood.scam.score <= 1
    assert all(words in text for words in understood.scam.evidence)
