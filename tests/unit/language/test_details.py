"""What the slots of a business need beyond the 13 marked types."""

from __future__ import annotations

import pytest

from edge_models.language import entities


def details(text: str) -> set[tuple[str, str]]:
    return {(span.type, span.norm) for span in entities.details_of(text)}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("三年", {("term", "P3Y")}), ("存两年半吧", {("term", "P30M")}), ("十二个月定期", {("term", "P1Y")}), ("半年的", {("term", "P6M")}),
        ("半年太短，还是一年吧", {("term", "P1Y")}), ("一年不要，改成三年", {("term", "P1Y"), ("term", "P3Y")}), ("两年太长了，就半年", {("term", "P6M")}),
        ("打上个月的流水", {("range", "last_month")}), ("最近三个月", {("range", "last_3m")}), ("去年全年的", {("range", "last_year")}),
        ("十一月的流水", {("range", "2026-11")}), ("今年三月到五月的明细", {("range", "2026-03/2026-05")}), ("近半年的流水", {("range", "last_6m")}),
        ("分十二期", {("instalments", "12")}), ("分一年还", {("instalments", "12")}),
        ("明天上午十点", {("time", "10:00")}), ("下午三点半", {("time", "15:30")}), ("后天下午", {("time", "PM")}),
        ("电费", {("bill", "电费")}), ("户号3100456789", {("user_no", "3100456789")}),
        ("能承受一点亏", {("risk_answer", "little")}), ("保本就行", {("risk_answer", "none")}), ("亏多少都行", {("risk_answer", "much")}),
        ("给房东打三千房租", {("relation", "房东"), ("purpose", "房租")}), ("转给我儿子五千", {("relation", "儿子")}),
        ("他是工行的", {("bank", "工商银行")}), ("实时到账", {("arrival", "realtime")}), ("最低还款", {("pay_kind", "minimum"), ("purpose", "还款")}),
        ("第二个", {("ordinal", "2")}), ("最后一笔", {("ordinal", "-1")}), ("全部取出来", {("share", "all")}), ("卡丢了", {("reason", "丢失")}),
        ("等了两年了", set()), ("存一万", set()), ("利率三点五", set()),
    ],
)  # fmt: skip
def test_details(text: str, wanted: set[tuple[str, str]]) -> None:
    assert details(text) == wanted


def test_of_one_type_the_longer_place_wins() -> None:
    assert details("我儿媳妇") == {("relation", "儿媳")}


def test_the_marked_types_are_thirteen() -> None:
    assert len(entities.TYPES) == 13
    assert not entities.TYPES & {span.type for span in entities.details_of("给房东打三千房租，明天下午三点，分十二期")}


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("五张一百的", "500.00"),
        ("给我十张红票子", "1000.00"),
        ("三张一百两张五十", "400.00"),
        ("要两张50块的", "100.00"),
    ],
)
def test_counted_notes_make_a_sum(text, total):
    assert [span.norm for span in entities.details_of(text) if span.type == "notes"] == [total]


@pytest.mark.parametrize("text", ["几张五十的", "两张卡", "换一张新的"])
def test_what_counts_no_notes(text):
    assert not [span for span in entities.details_of(text) if span.type == "notes"]
