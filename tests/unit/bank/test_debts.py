"""Credit card, loans and wealth products: what is bounded, reviewed, sold only to whom it fits, and taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from headquarters.bank.days import DAY_MS
from tests.unit.bank.counter import Counter, counter
from tests.unit.bank.kinds import RICH


@pytest.fixture
def at(tmp_path: Path) -> Counter:
    return counter(tmp_path)


def test_a_loan_may_say_what_is_due_a_month(tmp_path: Path) -> None:
    loan = {"id": "L1", "product": "房贷", "outstanding_fen": 20_000_000, "rate_bp": 360, "months_left": 73}
    at = counter(tmp_path, loan=[{**loan, "monthly_fen": 275_000}])
    assert at.ask("loans")["rows"][0]["next_due_fen"] == "275000"


def test_repaying_more_than_is_owed_leaves_the_rest(at: Counter) -> None:
    part = at.tell("repay_card", amount_fen="100000")["fields"]
    assert part == {"card_tail": "5508", "amount_fen": "100000", "left_fen": "326800"}
    assert at.ask("credit_card")["fields"]["min_due_fen"] == "0"
    rest = at.tell("repay_card", amount_fen="99999900")["fields"]
    assert (rest["amount_fen"], rest["left_fen"]) == ("426800", "0")
    assert at.money() == RICH["balance_fen"] - 526_800
    assert "还清" in at.tell("repay_card", amount_fen="100")["reason"]
    assert at.ask("credit_card")["fields"]["available_fen"] == "3000000"


def test_a_limit_is_raised_for_a_good_record_and_reviewed_otherwise(tmp_path: Path) -> None:
    at = counter(tmp_path)
    assert at.tell("set_credit_limit", limit_fen="5000000")["fields"]["status"] == "approved"
    assert at.tell("set_credit_limit", limit_fen="50000000")["fields"] == {
        "limit_fen": "5000000",
        "status": "in_review",
    }
    assert "不能比它低" in at.tell("set_credit_limit", limit_fen="100000")["reason"]
    fair = counter(tmp_path / "fair", credit_record="fair")
    assert fair.tell("set_credit_limit", limit_fen="3100000")["fields"]["status"] == "in_review"


def test_who_is_overdue_pays_first(tmp_path: Path) -> None:
    at = counter(tmp_path, credit_card={**RICH["credit_card"], "due_in_days": -2})
    for kind, params in {
        "set_credit_limit": {"limit_fen": "4000000"}, "start_installment": {"amount_fen": "120000", "periods": "12"},
    }.items():  # fmt: skip
        assert "还款日" in at.tell(kind, **params)["reason"]
    at.tell("repay_card", amount_fen="42680")
    assert at.tell("set_credit_limit", limit_fen="4000000")["status"] == "done"


def test_instalments_leave_the_bill_and_say_what_they_cost_a_year(at: Counter) -> None:
    quote = at.ask("installment_quote", amount_fen="120000", periods="12")["fields"]
    assert (quote["fee_fen"], quote["monthly_fen"], quote["rate_bp"]) == ("8640", "10720", "1303")
    done = at.tell("start_installment", amount_fen="120000", periods="12")["fields"]
    assert done == {name: quote[name] for name in ("monthly_fen", "fee_fen", "first_due_date")}
    assert at.ask("credit_card")["fields"]["bill_fen"] == str(426_800 - 120_000)
    assert at.tell("start_installment", amount_fen="400000", periods="12")["status"] == "refused"
    assert at.tell("start_installment", amount_fen="100000", periods="5")["status"] == "refused"


def test_one_application_at_a_time(at: Counter) -> None:
    assert at.ask("card_application")["fields"]["status"] == "none"
    assert at.tell("apply_credit_card", product="standard")["status"] == "done"
    assert at.ask("card_application")["fields"]["status"] == "in_review"
    assert "审批" in at.tell("apply_credit_card", product="standard")["reason"]


def test_without_a_credit_card_there_is_no_bill(tmp_path: Path) -> None:
    at = counter(tmp_path, credit_card=None)
    assert "没有" in at.ask("credit_card")["refused"]
    assert "没有" in at.tell("repay_card", amount_fen="100")["reason"]


def test_a_loan_payment_pays_interest_first_and_moves_the_day_due(tmp_path: Path) -> None:
    loan = {"id": "L1", "product": "消费贷", "outstanding_fen": 1_800_000, "rate_bp": 345, "months_left": 12}
    at = counter(tmp_path, loan=[{**loan, "due_in_days": -40}])
    row = at.ask("loans")["rows"][0]
    assert (row["overdue_days"], int(row["next_due_fen"])) == ("40", 2 * 152_818)
    assert "贷款" in at.tell("apply_loan", product="x", amount_fen="500000", months="12")["reason"]
    paid = at.tell("repay_loan", loan_id="L1", amount_fen=row["next_due_fen"])["fields"]
    # 70 days at 3.45 % of 18,000 yuan, 1/360 a day
    assert int(paid["outstanding_fen"]) == 1_800_000 - (2 * 152_818 - 12_075)
    assert at.ask("loans")["rows"][0]["overdue_days"] == "0"
    assert at.bank.picture(at.card).moved("own") == 2 * 152_818
    assert at.bank.picture(at.card).moved("out") == 0


def test_a_loan_can_be_paid_off_and_not_more(at: Counter) -> None:
    paid = at.tell("repay_loan", loan_id="L0001", amount_fen="99999900")["fields"]
    assert paid["outstanding_fen"] == "0"
    assert int(paid["amount_fen"]) < 1_850_000
    assert at.ask("loans")["rows"] == []
    assert at.tell("repay_loan", loan_id="L0001", amount_fen="100")["status"] == "refused"


@pytest.mark.parametrize(
    ("changes", "params", "word"),
    [
        ({"risk_class": None}, {}, "问卷"), ({"risk_profile_left_days": -1}, {}, "过期"),
        ({"risk_class": "C1"}, {}, "风险"), ({}, {"product_id": "W-R4-365", "amount_fen": "5000000"}, "风险"),
        ({}, {"amount_fen": "99900"}, "起买"), ({}, {"consent": " "}, "同意"), ({}, {"product_id": "W-none"}, "没有找到"),
        ({"account_status": "frozen"}, {}, "冻结"),
    ],
)  # fmt: skip
def test_wealth_is_sold_only_to_whom_it_fits(
    tmp_path: Path, changes: dict[str, Any], params: dict[str, str], word: str
) -> None:
    at = counter(tmp_path, **changes)
    bought = at.tell("buy_wealth", **{"product_id": "W-R2-090", "amount_fen": "1000000", "consent": "rec-1", **params})
    assert bought["status"] == "refused"
    assert word in bought["reason"]
    assert at.money() == RICH["balance_fen"]


def test_a_day_to_think_it_over_pays_everything_back(at: Counter) -> None:
    bought = at.tell("buy_wealth", product_id="W-R2-090", amount_fen="1000000", consent="rec-1")["fields"]
    at.clock.now_ms += DAY_MS - 1
    assert at.tell("redeem_wealth", holding_id=bought["holding_id"])["fields"]["amount_fen"] == "1000000"
    assert at.money() == RICH["balance_fen"]
    again = at.tell("buy_wealth", product_id="W-R2-090", amount_fen="1000000", consent="rec-1")["fields"]["holding_id"]
    at.days(1)
    assert "到期" in at.tell("redeem_wealth", holding_id=again)["reason"]
    at.days(90)
    assert at.tell("redeem_wealth", holding_id=again)["fields"]["amount_fen"] == str(1_000_000 + 6_000)


def test_the_questionnaire_classes_by_the_mean_and_never_high_for_the_old(tmp_path: Path) -> None:
    at = counter(tmp_path)
    for answers, risk_class in {"0,1,1,0,1": "C1", "5, 5, 5, 5, 5": "C3", "10,10,10": "C5"}.items():
        assert at.tell("set_risk_profile", answers=answers)["fields"]["risk_class"] == risk_class
    for answers in ("", "1,2", "11,1,1", "a,b,c"):
        assert at.tell("set_risk_profile", answers=answers)["status"] == "refused"
    old = counter(tmp_path / "old", elderly=True)
    assert old.tell("set_risk_profile", answers="10,10,10")["fields"]["risk_class"] == "C3"
