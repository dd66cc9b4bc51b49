"""Three readers: the customer is never accused, the teller sees evidence, the auditor can compute R again."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given

from guitai.messages.risk import Action, FloorReason, Level, RecordRisk, RiskContext
from guitai.money import yuan
from guitai.risk.decision import assess
from guitai.risk.explain import auditor, customer, teller, word
from guitai.risk.rules import FACTORS, parse, shipped, shipped_text

from .test_risk import CONTEXTS, HONEST

ACCUSING = ("诈骗", "骗", "可疑", "嫌疑", "洗钱", "名单", "冻结", "违法", "风险", "黑", "犯罪",
            "fraud", "scam", "suspici", "crim", "launder", "list", "frozen", "freeze", "risk")  # fmt: skip
SCAM = replace(
    HONEST, amount=yuan(180_000), card_region="广东揭阳", first_payee=True, scam_score=0.96, scam_strength="strong",
    scam_evidence=("安全账户", "不要挂电话"), phone_at_ear=True,
)  # fmt: skip


@given(CONTEXTS)
def test_nothing_said_to_a_customer_accuses(context: RiskContext) -> None:
    decision = assess(context, shipped())
    for language in ("zh", "en"):
        sentence = customer(decision, context, language)
        assert not [word for word in ACCUSING if word in sentence.lower()]
        assert sentence.count("。" if language == "zh" else ".") in (1, 2)


@pytest.mark.parametrize(
    ("context", "said"),
    [
        (HONEST, "请您再核对一遍，确认后就办。"),
        (SCAM, "这笔钱先留在您账上，柜员三分钟内来陪您一起看一看、核实一下。拿不准的事，也可以打 96110 问问。"),
        (replace(HONEST, scam_strength="strong", scam_evidence=("x",)), "柜员先来陪您一起看一看、核实一下；继续办的话，24 小时后到账，在那之前您随时可以撤回。拿不准的事，也可以打 96110 问问。"),
        (replace(HONEST, large_transfers_24h=3, amount=yuan(60_000)), "办这笔转账前，请您补充一下收款人的情况，谢谢您。"),
    ],
)  # fmt: skip
def test_the_customer_hears_what_happens_to_the_money(context: RiskContext, said: str) -> None:
    assert customer(assess(context, shipped())) == said


def test_who_wants_cash_hears_of_the_human_and_not_of_a_delay() -> None:
    cash = replace(HONEST, business="withdraw", scam_strength="strong", scam_evidence=("x",))
    record = RecordRisk("r", assess(cash, shipped()), cash)
    assert (
        customer(record.decision, cash)
        == "柜员先来陪您一起看一看、核实一下，在那之前您的钱不会动。拿不准的事，也可以打 96110 问问。"
    )
    assert auditor(record)["explained_to_the_customer"]["en"].startswith(
        "A teller will look at it with you first; until"
    )


def test_who_changes_a_telephone_hears_of_no_money_that_stays() -> None:
    listed = replace(HONEST, listed_account=True)
    assert "这笔钱" in customer(assess(listed, shipped()), listed)
    for business in ("phone_update", "loan_apply"):
        change = replace(listed, business=business)
        assert "这笔钱" not in customer(assess(change, shipped()), change)


def test_an_amount_nobody_has_named_yet_is_not_told_as_nothing() -> None:
    early = replace(HONEST, amount=yuan(0), scam_strength="strong", scam_evidence=("安全账户",))
    assert "金额 尚未说明，平时 800.00 元；卡 浙江杭州，网点 浙江杭州" in teller(assess(early, shipped()), early)
    assert any(line.startswith("Amount not given yet, ") for line in teller(assess(early, shipped()), early, "en"))


def test_a_listed_customer_hears_what_any_held_customer_hears() -> None:
    assert customer(assess(replace(HONEST, listed_account=True), shipped())) == customer(assess(SCAM, shipped()))


def test_the_teller_sees_factors_evidence_and_words() -> None:
    lines = teller(assess(SCAM, shipped()), SCAM)
    assert lines[1] == "登录地 0.25 × 80 = 20.00：外地银行卡"
    assert "底线（至少中）：话里有明显的受骗迹象「安全账户、不要挂电话」" in lines
    assert "客户原话：「安全账户」「不要挂电话」" in lines
    assert "金额 180,000.00 元，平时 800.00 元；卡 广东揭阳，网点 浙江杭州" in lines
    assert lines[-1] == "处置：客户再次确认、暂停这笔转账、转人工"
    assert any('The customer said: "安全账户"' in line for line in teller(assess(SCAM, shipped()), SCAM, "en"))


@given(CONTEXTS)
def test_every_code_has_words(context: RiskContext) -> None:
    decision = assess(context, shipped())
    for part in decision.contributions:
        assert word("reason", part.reason, "zh") != part.reason
    for floor in decision.floors:
        assert word("floor", floor.floor, "en") != floor.floor


def test_every_factor_action_and_level_has_words() -> None:
    for table, codes in (("factor", FACTORS), ("action", get_args(Action)), ("level", get_args(Level))):
        assert all(word(table, code, "zh") != code for code in codes)


@given(CONTEXTS)
def test_the_auditor_can_compute_r_again(context: RiskContext) -> None:
    record = RecordRisk("S1-3-risk", assess(context, shipped()), context, assess(context, shipped()), "m" * 64)
    whole = json.loads(json.dumps(auditor(record, shipped())))
    assert sum(part["weight"] * part["r"] for part in whole["contributions"]) == whole["r_millionths"]
    assert {part["origin"] for part in whole["contributions"]} <= {"stated", "prior", "fitted"}
    assert whole["inputs"]["amount"] == context.amount
    assert whole["rules_hash"] == shipped().hash
    assert whole["models_hash"] == "m" * 64
    assert "人工复核" in whole["rights"]["zh"]


def test_rules_of_another_hash_explain_nothing() -> None:
    other = parse(shipped_text().replace("version = 1", "version = 2", 1))
    whole = auditor(RecordRisk("r", assess(HONEST, shipped())), other)
    assert whole["rules_version"] is None
    assert "origin" not in whole["contributions"][0]
    assert whole["inputs"] is None


def test_a_floor_of_newer_rules_is_shown_by_its_code() -> None:
    decision = replace(assess(HONEST, shipped()), floors=(FloorReason("new_floor", "medium", ""),))
    assert "底线（至少中）：new_floor" in teller(decision)
