"""Line breaking: Chinese rules, numbers with their units, marked words, sizes that shrink only along allowed steps."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk_ui.text import NOT_FIRST, NOT_LAST, Span, fit, plain, runs, spans, wrap


def lines(text, width, size, measure, bold=True):
    return ["".join(span.text for span in line) for line in wrap(spans(text), width, size, measure, bold)]


def test_marks_are_split_and_masked_names_are_not():
    assert spans("给*儿子*转") == (Span("给"), Span("儿子", True), Span("转"))
    assert spans("给刘 * 芳转 * 元") == (Span("给刘 * 芳转 * 元"),)
    assert spans("打 **96110** 咨询", "**") == (Span("打 "), Span("96110", True), Span(" 咨询"))
    assert spans("") == ()


@pytest.mark.parametrize(
    ("text", "width", "broken"),
    [
        ("好的，给*儿子*转 5,000 元。", 549, ["好的，给儿子", "转 5,000 元。"]),
        ("请看一眼，对得上就*亲手点*一下。", 680, ["请看一眼，对得上", "就亲手点一下。"]),
        ("转之前，想问您一句。", 590, ["转之前，", "想问您一句。"]),
        ("请把短信里的数字*按进来*。", 680, ["请把短信里的", "数字按进来。"]),
        ("您好，*想办什么*，跟我说。", 541, ["您好，", "想办什么，", "跟我说。"]),
        ("第一行\n第二行", 900, ["第一行", "第二行"]),
    ],
)
def test_leads_break_as_in_the_mocks(text, width, broken, measure):
    assert lines(text, width, 76, measure) == broken


def test_a_number_stays_with_its_unit(measure):
    for width in range(300, 900, 20):
        assert not any(line.endswith("5,000") for line in lines("一共转出 5,000 元到这里", width, 76, measure))


def test_fit_takes_the_largest_step_that_fits(measure):
    pieces = plain("没见过，只在手机上联系")
    assert fit(pieces, 800, 1, (46, 36, 28), measure, bold=True).size == 46
    assert fit(pieces, 400, 1, (46, 36, 28), measure, bold=True).size == 36
    cut = fit(pieces, 200, 1, (46, 36, 28), measure, bold=True)
    assert cut.cut
    assert cut.lines[0][0].text.endswith("…")


def test_squeezed_runs_join_to_the_whole():
    assert runs("收款的“芳”，您") == [("收款的“芳”", False), ("，您", True)]
    assert runs("你好") == [("你好", False)]


TEXT = st.text(alphabet="转账给您的钱在，。？！“”（）0123456789, .元abc'*", min_size=1, max_size=80)


@settings(max_examples=150, deadline=None)
@given(text=TEXT, width=st.integers(120, 1000), size=st.sampled_from([28, 46, 76]))
def test_no_letter_is_lost_and_no_line_too_wide(text, width, size, measure):
    broken = lines(text, width, size, measure)
    pieces = "".join(span.text for span in spans(text))
    assert "".join(broken).replace(" ", "") == pieces.replace(" ", "")
    for line in broken:
        assert measure(line, size, True) <= max(width, size)


@settings(max_examples=100, deadline=None)
@given(text=st.text(alphabet="转账给您的钱在家里，。？（）", min_size=4, max_size=60), width=st.integers(400, 900))
def test_no_line_begins_or_ends_with_a_forbidden_mark(text, width, measure):
    broken = lines(text, width, 46, measure)
    kinds = NOT_FIRST | NOT_LAST
    for before, line in pairwise(broken):
        if set(line) <= kinds or set(before) <= kinds:
            continue  # nothing but marks: they must stand somewhere
        long_run = measure(line, 46, True) > width / 2 and line[0] in NOT_FIRST
        assert line[0] not in NOT_FIRST or long_run
        assert before[-1] not in NOT_LAST


def test_a_marked_phrase_too_wide_for_a_line_breaks_between_its_words(measure):
    lines = wrap(spans("Hello. *What would you like*?"), 428, 42, measure, bold=True)
    words = ["".join(span.text for span in line) for line in lines]
    assert " ".join(words) == "Hello. What would you like?"
