"""What papers are, what of them is told, and that nothing personal is."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guitai.documents.read import understand
from guitai.messages.document import TextLine
from tests.fixtures import papers


def read(lines):
    return understand(papers.boxes(lines))


def told(document):
    return {field.name: field.value for field in document.fields}


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (papers.LOAN, "loan_contract"),
        (papers.SLIP, "transfer_slip"),
        (papers.WEALTH, "wealth_contract"),
        (papers.TRAP, "wealth_contract"),
        (papers.POLICY, "insurance_policy"),
        (papers.SCAM_CHAT, "message"),
        (papers.HONEST_SMS, "message"),
        (("收款收据", "交款人：吴迪", "收款事由：物业费", "合计：¥1,200.00"), "receipt"),
        (("中华人民共和国", "居民身份证", "签发机关 江城市公安局", "有效期限 2016.03.01-2036.03.01"), "id_card"),
        (("购物清单", "苹果 3斤"), "other"),
    ],
)
def test_kinds(lines, kind):
    assert read(lines).kind == kind


def test_a_loan_contract_gives_its_terms_and_articles():
    document = read(papers.LOAN)
    fields = told(document)
    assert fields["amount_fen"] == "50000000"
    assert fields["rate_bp"] == "345"
    assert fields["term"] == "P360M"
    assert (fields["start_date"], fields["end_date"]) == ("2026-03-01", "2056-02-29")
    assert fields["lender"] == "江城银行股份有限公司"
    clauses = {clause.topic: clause for clause in document.clauses}
    assert clauses["early_repayment"].number == "第八条"
    assert clauses["early_repayment"].figures == ("30日", "一年", "1%")
    assert clauses["penalty"].number == "第七条"
    assert clauses["guarantee"].number == "第十条"
    assert not document.doubts
    assert document.scam.strength == "none"


def test_a_slip_gives_sums_days_and_tails():
    assert told(read(papers.SLIP)) == {
        "payer": "李*兰", "payee": "王*明", "fee_fen": "0", "amount_fen": "320050", "date": "2026-11-20",
        "payee_account_tail": "5678", "account_tail": "3802", "capitals_fen": "320050",
    }  # fmt: skip


def test_amounts_that_disagree_are_doubted():
    lines = tuple(line.replace("3,200.50", "32,000.50") for line in papers.SLIP)
    assert read(lines).doubts == ("amounts_differ",)


def test_safe_principal_and_a_high_return_are_warned_of():
    document = read(papers.TRAP)
    assert document.doubts == ("promises_return",)
    assert document.scam.strength == "weak"
    assert document.scam.evidence == ("保本", "年化18%")
    assert told(document)["amount_fen"] == "10000000"


def test_a_promise_is_quoted_without_whom_it_names():
    document = read(("投资协议", "本产品保本无风险", "每月给王五返利10%"))
    assert document.scam.evidence == ("保本", "每月…返")


def test_an_honest_product_is_not_warned_of():
    document = read(papers.WEALTH)
    assert not document.doubts
    assert told(document)["risk_level"] == "R3"
    assert told(document)["rate_bp"] == "360"
    assert {clause.topic: clause.number for clause in document.clauses} == {
        "lock_in": "第三条", "fees": "第四条", "risk_level": "第一条", "guarantee": "第一条",
    }  # fmt: skip


def test_a_policy_is_not_warned_of_either():
    document = read(papers.POLICY)
    assert not document.doubts
    assert told(document)["premium_fen"] == "1000000"
    assert told(document)["insured_fen"] == "20000000"
    cooling_off = next(clause for clause in document.clauses if clause.topic == "cooling_off")
    assert (cooling_off.number, cooling_off.figures) == ("第五条", ("15天",))


def test_a_scam_in_a_chat_is_strong_with_its_words():
    scam = read(papers.SCAM_CHAT).scam
    assert scam.strength == "strong"
    assert "安全账户" in scam.evidence


def test_what_a_bank_writes_is_no_scam():
    assert read(papers.HONEST_SMS).scam.strength == "none"


@pytest.mark.parametrize("lines", [papers.LOAN, papers.SLIP, papers.TRAP, papers.POLICY, papers.SCAM_CHAT])
def test_what_is_told_names_nobody_and_no_number(lines):
    document = read(lines)
    record = msgspec.json.encode(
        (document.kind, document.fields, document.clauses, document.doubts, document.scam)
    ).decode()
    for personal in (
        "张建国",
        "李秀兰",
        "王小明",
        "赵桂英",
        "陈丽华",
        "420106196503121234",
        "6217001234567893802",
        "王警官",
    ):
        assert personal not in record


@pytest.mark.parametrize(
    ("row", "name", "value"),
    [
        ("户名：张三 银行卡号：6222021234567890123", "holder", "张*"),
        ("收款人：李晓四 收款银行：工商银行", "payee", "李*四"),
        ("收款人姓名：王五 开户支行：城东支行", "payee", "王*"),
        ("收款人户名：城东商贸有限公司 开户行：工商银行", "payee", "城东商贸有限公司"),
        ("收款人：城东商贸有限公司法人张三", "payee", "城**********三"),
        ("收款人：银行账号：6222021234567890123", "payee", None),
    ],
)
def test_a_row_without_gaps_names_nobody(row, name, value):
    assert told(read((row,))).get(name) == value


LINES = st.builds(
    TextLine, st.text(max_size=30), st.floats(0, 1), st.integers(0, 2000), st.integers(0, 2000), st.integers(1, 900), st.integers(1, 60)
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(LINES, max_size=20))
def test_no_page_breaks_it(lines):
    understand(tuple(lines))


def test_columns_stand_in_one_row():
    lines = (
        TextLine("客户凭条", 0.9, 100, 50, 100, 26), TextLine("交易凭条", 0.9, 400, 50, 100, 26),
        TextLine("户名", 0.9, 100, 100, 60, 26), TextLine("孙红梅", 0.9, 300, 102, 80, 26),
        TextLine("金额", 0.9, 100, 150, 60, 26), TextLine("¥600.00", 0.9, 300, 151, 100, 26),
    )  # fmt: skip
    assert told(understand(lines)) == {"holder": "孙*梅", "amount_fen": "60000"}
