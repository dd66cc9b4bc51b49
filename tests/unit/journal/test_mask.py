"""Masking: long numbers keep four digits, names their surname, handles and amounts stay."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guitai.journal.mask import mask
from guitai.messages.bank import CustomerKnown, Payee, PostTransfer
from guitai.messages.classes import HANDLES
from guitai.messages.codec import EFFECTS, EVENTS, to_data
from guitai.messages.masking import mask_introduced, mask_name, mask_text, scrub
from guitai.messages.voice import Clause, CustomerSaid, Entity, IntentGuess, Understanding
from guitai.money import Fen
from tests.fixtures.hq import bundles


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("卡号6222021234567890123", "卡号***************0123"),
        ("6222 0212 3456 7890", "************7890"),
        ("电话138-0013-8000。", "电话*******8000。"),
        ("身份证33010619491231002X", "身份证**************002X"),
        ("尾号3802，验证码123456", "尾号3802，验证码123456"),
        ("幺三八零零幺三八零零零", "*******八零零零"),
        ("转五千块，一百八十万", "转五千块，一百八十万"),
        ("请拨打95500或96110", "请拨打95500或96110"),
        ("１３８００１３８０００", "*******８０００"),
    ],
)
def test_text(text: str, masked: str) -> None:
    assert mask_text(text) == masked


@pytest.mark.parametrize(
    ("name", "masked"), [("张伟", "张*"), ("刘晓芳", "刘*芳"), ("欧阳小明", "欧**明"), ("刘*芳", "刘*芳"), ("", "")]
)
def test_name(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("我叫欧阳海棠，身份证号", "我叫〔姓名〕，身份证号"),
        ("我叫王小明来办卡", "我叫〔姓名〕来办卡"),
        ("我的名字叫尉迟恭", "我的名字叫〔姓名〕"),
        ("我老婆叫司徒明月", "我老婆叫〔姓名〕"),
        ("姓名：张伟", "姓名：〔姓名〕"),
        ("my name is Mary Smith and", "my name is 〔姓名〕 and"),
        ("他叫我转账", "他叫我转账"),
        ("我叫你们经理来", "我叫你们经理来"),
        ("我叫了车", "我叫了车"),
        ("叫号了吗", "叫号了吗"),
        ("这个叫什么", "这个叫什么"),
    ],
)
def test_whoever_is_introduced_is_not_named(text: str, masked: str) -> None:
    assert mask_introduced(text) == masked
    assert scrub(text, ()) == masked


def test_a_call_for_a_human_names_nobody_in_full() -> None:
    escalation = {"type": "handover.escalate", **bundles.scam("S1-1-help")}
    told = mask(escalation)["bundle"]
    assert "李国强" not in str(told)
    assert (told["headline"], told["slots"]["payee"]) == ("给李*强转 180,000 元", "李*强")
    assert {"who": "customer", "text": "转给李*强"} in told["transcript"]
    assert told["slots"]["amount"] == "180,000.00"
    assert told["risk"]["level"] == "high"


@given(st.text())
def test_no_seven_digits_in_a_row_remain(text: str) -> None:
    assert not re.search(r"\d{7}", mask_text(text))


def test_names_of_payees_are_masked_handles_and_amounts_are_not() -> None:
    post = mask(to_data(PostTransfer("20251125-0000001", "tok12345678", "张伟", "p1", Fen(18_000_000), "now", "k3")))
    assert (post["payee_name"], post["request_id"], post["card_token"], post["amount"]) == (
        "张*", "20251125-0000001", "tok12345678", 18_000_000,
    )  # fmt: skip
    payees = (Payee("王小明", "3802", "工行", "p1"),)
    known = mask(to_data(CustomerKnown("r1", "刘*芳", "浙江", "good", 1, Fen(1), 0, 0, payees)))
    assert known["payees"][0]["name"] == "王*明"
    understanding = Understanding(
        (IntentGuess("transfer", 0.9),),
        (Entity("amount", "1800000", "1800000"), Entity("account", "6222021234567", None)),
    )
    said = mask(to_data(CustomerSaid("给6222021234567转1800000", 0.9, understanding)))
    assert said["understanding"]["intents"][0]["name"] == "transfer"
    assert said["understanding"]["entities"][0]["norm"] == "1800000"
    assert said["understanding"]["entities"][1]["value"] == "〔账号〕"
    assert said["text"] == "给〔账号〕转***0000"
    assert "6222021234567" not in str(said)


def test_names_and_addresses_that_were_understood_do_not_leave_with_the_words() -> None:
    heard = (
        Entity("person", "王小明"),
        Entity("address", "西湖区文三路1号", "西湖区文三路1号"),
        Entity("amount", "五千", "5000"),
    )
    clauses = (Clause("给王小明转五千", (IntentGuess("transfer", 0.9),), heard[:1]),)
    understanding = Understanding((IntentGuess("transfer", 0.9),), heard, clauses=clauses)
    said = mask(to_data(CustomerSaid("给王小明转五千，他住西湖区文三路1号", 0.9, understanding)))
    assert said["text"] == "给〔姓名〕转五千，他住〔地址〕"
    assert "王小明" not in str(said)
    assert "文三路" not in str(said)
    assert said["understanding"]["entities"][2]["norm"] == "5000"


def test_mask_leaves_its_input_alone() -> None:
    data = {"type": "x", "text": "6222021234567", "inner": [{"text": "6222021234567"}]}
    mask(data)
    assert data == {"type": "x", "text": "6222021234567", "inner": [{"text": "6222021234567"}]}


def test_every_handle_is_a_field_of_some_message() -> None:
    known = {field.name for kind in [*EVENTS.values(), *EFFECTS.values()] for field in fields(kind)}
    assert HANDLES - {"type"} <= known
