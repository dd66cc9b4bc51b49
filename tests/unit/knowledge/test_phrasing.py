"""What a language model wrote is said only where every figure, name and word of meaning stands in the reviewed answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guitai.knowledge import answers
from guitai.knowledge.phrasing import LONGEST, review

LEAD, MORE = "最高*50万元*。", "一家银行一个人的本金和利息合在一起算，超过的部分从银行清算财产里受偿。"
LEAD_EN, MORE_EN = (
    "Up to *500,000 yuan*.",
    "Principal and interest with one bank count together; the rest is paid from its estate.",
)


@pytest.mark.parametrize(
    "text",
    [
        MORE,
        "您在一家银行的本金和利息，是合在一起算的。",
        "本金和利息合在一起，最高 50 万元。",
        "本金和利息合在一起算，最高500,000元。",
    ],
)
def test_other_words_for_the_same_are_said(text: str) -> None:
    assert review(text, LEAD, MORE, "zh") == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "最高60万元。",
        "最高五十五万元。",
        "本金和利息合在一起算，张伟也是。",
        "本金和利息合在一起算，保险公司受偿。",
        "本金和利息合在一起算，打 95500。",
        "本金和利息不合在一起算。",
        "Visa 的本金和利息合在一起算。",
        "本金和利息合在一起算，看 https://bank.example。",
        "本金和利息合在一起算。😀",
        "{lead}",
        MORE * 4,
    ],
)
def test_anything_else_is_not(text: str) -> None:
    assert review(text, LEAD, MORE, "zh") == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("With one bank, your principal and interest count together.", True),
        ("Your principal and interest count together, up to 500,000 yuan.", True),
        ("Your principal and interest count together, up to 600,000 yuan.", False),
        ("Ask Mr Brown: principal and interest count together.", False),
        ("Principal and interest do not count together.", False),
        ("本金 and interest count together.", False),
    ],
)
def test_english_likewise(text: str, said: bool) -> None:
    assert bool(review(text, LEAD_EN, MORE_EN, "en")) == said


@given(st.text(max_size=120), st.sampled_from(["zh", "en"]))
def test_nothing_new_passes_whatever_comes(text: str, language: str) -> None:
    said = review(text, LEAD, MORE, language)
    assert said in ("", " ".join(text.split()))
    assert not set("0123456789") & set(said) or "50" in said
    assert len(said) <= LONGEST[language]


def test_a_reviewed_answer_passes_as_its_own_words() -> None:
    entries = list(answers.shipped().entries.values())
    passed = sum(bool(review(one.more, one.lead, one.more, "zh")) for one in entries if len(one.more) <= LONGEST["zh"])
    assert passed >= 0.9 * len(entries)
