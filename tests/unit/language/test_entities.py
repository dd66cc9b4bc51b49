"""The 13 entity types on sentences of our own, and the validation split of data/own."""

from __future__ import annotations

import json
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from edge_models.language import entities

OWN = Path(__file__).resolve().parents[3] / "data" / "own" / "intents_zh.jsonl"


def found(text: str) -> set[tuple[str, str, str | None]]:
    return {(entity.type, entity.value, entity.norm) for entity in entities.find(text)}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("我想给张伟转五千块", {("payee", "张伟", "张伟"), ("amount", "五千块", "5000.00")}),
        ("取五百块钱", {("amount", "五百块", "500.00")}),
        ("我要把十八万转到安全账户", {("amount", "十八万", "180000.00")}),
        ("一百八十万", {("amount", "一百八十万", "1800000.00")}),
        ("存五万三年", {("amount", "五万", "50000.00"), ("period", "三年", "P3Y")}),
        ("贷三十万十年", {("amount", "三十万", "300000.00"), ("period", "十年", "P10Y")}),
        ("借三十万二十年", {("amount", "三十万", "300000.00"), ("period", "二十年", "P20Y")}),
        ("贷20万5年", {("amount", "20万", "200000.00"), ("period", "5年", "P5Y")}),
        ("还一百二十个月", {("period", "一百二十个月", "P120M")}),
        ("下周三取三万二", {("date", "下周三", "W+1.3"), ("amount", "三万二", "32000.00")}),
        ("尾号三八零二那张", {("card_tail", "三八零二", "3802")}),
        ("六二一七零零一二三四五六七八九零一二三", {("account", "六二一七零零一二三四五六七八九零一二三", "6217001234567890123")}),
        ("账号是6217001234567890123", {("account", "6217001234567890123", "6217001234567890123")}),
        ("六二一七 零零零零 一二三四 五六七八", {("account", "六二一七 零零零零 一二三四 五六七八", "6217000012345678")}),
        ("改成幺三八零零零零一二三四", {("phone", "幺三八零零零零一二三四", "13800001234")}),
        ("身份证号三七零一零二一九五八零三一二零零一八", {("id_number", "三七零一零二一九五八零三一二零零一八", "370102195803120018")}),
        ("三月一号到三月十五号的明细", {("date_range", "三月一号到三月十五号", "2026-03-01/2026-03-15")}),
        ("换三千美元", {("amount", "三千", "3000.00"), ("currency", "美元", "USD")}),
        ("每月十五号给老家转两千", {("date", "十五号", "XXXX-XX-15"), ("amount", "两千", "2000.00")}),
        ("去徐汇支行办", {("branch", "徐汇支行", "徐汇支行")}),
        ("买点月月盈", {("product", "月月盈", "月月盈")}),
        ("分十二期", {("count", "十二", "12")}),
        ("给我儿子转两千", {("amount", "两千", "2000.00")}),
        ("给孙子转六百", {("amount", "六百", "600.00")}),
        ("九块九", {("amount", "九块九", "9.90")}),
        ("要十张一百的", set()),
        ("取 1000", {("amount", "1000", "1000.00")}),
        ("存3000", {("amount", "3000", "3000.00")}),
        ("尾号1000", {("card_tail", "1000", "1000")}),
        ("1000", {("card_tail", "1000", "1000")}),
        ("96110是干什么的", set()),
        ("转一万二给肖梅验证一下", {("amount", "一万二", "12000.00"), ("payee", "肖梅", "肖梅")}),
        ("转一万二给肖建国验证一下", {("amount", "一万二", "12000.00"), ("payee", "肖建国", "肖建国")}),
        ("我手机和卡一块丢的", set()),
        ("叫到三十一号了", set()),
    ],
)  # fmt: skip
def test_types_and_values(text: str, wanted: set[tuple[str, str, str]]) -> None:
    assert found(text) == wanted


def test_both_amounts_of_a_correction_are_kept_in_order() -> None:
    norms = [entity.norm for entity in entities.find("取一千，不不，取一千五吧")]
    assert norms == ["1000.00", "1500.00"]


def test_places_never_overlap() -> None:
    spans = entities.spans("把两万三千五付给恒昌建材有限公司，下周三之前，尾号六六零二")
    assert all(a.end <= b.start for a, b in pairwise(spans))


def test_held_out_sentences() -> None:
    rows = [json.loads(line) for line in OWN.read_text(encoding="utf-8").splitlines()]
    right = total = 0
    for row in (row for row in rows if row["split"] == "validation" and row["intent"] not in entities.SILENT_INTENTS):
        wanted = Counter((entity["type"], entity["norm"]) for entity in row["entities"])
        heard = Counter((entity.type, entity.norm) for entity in entities.find(row["text"]))
        right += sum((wanted & heard).values())
        total += wanted.total() + heard.total()
    assert 2 * right / total >= 0.9
