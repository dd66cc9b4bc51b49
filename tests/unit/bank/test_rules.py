"""The rules a real bank has: what stops money, what waits, what is refused, and why."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from guitai.money import Fen, yuan
from headquarters.bank.customers import Customer
from headquarters.bank.days import DAY_MS
from headquarters.bank.host import Bank
from headquarters.bank.oracle import Movement
from headquarters.bank.transfers import Order
from tests.fixtures.hq.clock import StandingClock
from tests.unit.bank.kinds import RICH
from tests.unit.bank.world import made_bank

ACCOUNT = "account:6222021208003456688"


@dataclass
class Counter:
    bank: Bank
    clock: StandingClock
    card: str
    n: int = 0

    def tell(self, kind: str, /, mode: str = "now", by: str = "", **params: str) -> dict[str, Any]:
        self.n += 1
        return self.bank.business.order(f"o-{self.n}", kind, self.card, params, mode, by)

    def ask(self, kind: str, /, **params: str) -> dict[str, Any]:
        return self.bank.business.inquire(kind, self.card, params)

    def send(self, amount: Fen, mode: str = "now") -> dict[str, Any]:
        self.n += 1
        order = Order(self.card, "张伟", ACCOUNT, amount, mode, "r")
        return self.bank.transfers.put(f"t-{self.n}", order, self.bank.customer(self.card))

    def draw(self, amount: Fen) -> dict[str, Any]:
        self.n += 1
        return self.bank.debits.put(f"d-{self.n}", self.card, amount)

    def money(self) -> Fen:
        return self.bank.available(self.card)

    def days(self, count: int) -> None:
        self.clock.now_ms += count * DAY_MS


def counter(folder: Path, **changes: Any) -> Counter:
    clock = StandingClock()
    bank = made_bank(folder, clock, [Customer.model_validate({**RICH, **changes})])
    return Counter(bank, clock, bank.token_of(RICH["card"]))


@pytest.fixture
def at(tmp_path: Path) -> Counter:
    return counter(tmp_path)


def test_a_lost_card_pays_nothing_from_the_moment_it_is_reported(at: Counter) -> None:
    told = at.tell("report_loss", card_id="debit-0002")
    assert (told["status"], told["fields"]["card_tail"]) == ("done", "0002")
    for refused in (at.send(yuan(1)), at.draw(yuan(100)), at.tell("open_deposit", amount_fen="100000", term="P1Y")):
        assert refused["status"] == "refused"
        assert "挂失" in refused["reason"]
    assert at.money() == RICH["balance_fen"]
    assert at.tell("cancel_loss", card_id="debit-0002")["reason"] == "needs a teller"
    assert at.send(yuan(1))["status"] == "refused"
    assert at.tell("cancel_loss", by="0218", card_id="debit-0002")["status"] == "done"
    assert at.send(yuan(1))["status"] == "posted"


@pytest.mark.parametrize("mode", ["delay_24h", "hold"])
def test_what_protects_the_customer_never_waits(at: Counter, mode: str) -> None:
    assert at.tell("report_loss", mode, card_id="debit-0002")["status"] == "done"
    assert at.tell("freeze_account", mode, reason="fraud")["status"] == "done"
    assert at.tell("recall_transfer", mode, transfer_id="sent-1")["status"] == "done"


def test_a_replaced_card_ends_and_the_new_one_is_not_yet_there(at: Counter) -> None:
    assert at.tell("replace_card", card_id="debit-0002", reason="lost")["reason"] == "needs a teller"
    new = at.tell("replace_card", by="0218", card_id="debit-0002", reason="lost")["fields"]
    rows = {row["card_id"]: row["status"] for row in at.ask("cards")["rows"]}
    assert rows == {f"debit-{new['card_tail']}": "ordered", "credit-5508": "normal"}
    assert at.send(yuan(1))["status"] == "refused"
    assert at.tell("activate_card", card_id=f"debit-{new['card_tail']}")["status"] == "refused"


def test_a_card_that_is_not_active_pays_once_it_is(tmp_path: Path) -> None:
    at = counter(tmp_path, card_status="inactive")
    assert "激活" in at.draw(yuan(100))["reason"]
    assert at.tell("activate_card", card_id="debit-0002")["status"] == "done"
    assert at.draw(yuan(100))["status"] == "reserved"


def test_a_frozen_account_takes_in_and_lets_nothing_out(at: Counter) -> None:
    at.send(yuan(100), "delay_24h")
    assert at.tell("freeze_account", reason="fraud")["status"] == "done"
    for refused in (at.send(yuan(1)), at.draw(yuan(100)), at.tell("repay_card", amount_fen="100")):
        assert refused["status"] == "refused"
        assert "冻结" in refused["reason"]
    before = at.money()
    at.bank.deposits.put("in", at.card, yuan(50), "credit")
    assert at.tell("early_withdraw", deposit_id="D0001")["status"] == "done"
    assert at.money() > before + yuan(50)
    at.days(2)
    assert at.bank.transfers.get("t-1")["status"] == "delayed"
    assert at.tell("recall_transfer", transfer_id="t-1")["status"] == "done"
    assert at.tell("unfreeze_account")["reason"] == "needs a teller"
    assert at.tell("unfreeze_account", by="0218")["fields"] == {"status": "normal"}
    assert at.send(yuan(1))["status"] == "posted"


@pytest.mark.parametrize(("status", "word"), [("restricted", "柜面"), ("dormant", "休眠"), ("closed", "销户")])
def test_other_standings_say_what_they_are(tmp_path: Path, status: str, word: str) -> None:
    assert word in counter(tmp_path, account_status=status).send(yuan(1))["reason"]


@pytest.mark.parametrize(("account_class", "most"), [("I", 200_000), ("II", 10_000), ("III", 2_000)])
def test_a_day_has_a_limit_by_the_accounts_class(tmp_path: Path, account_class: str, most: int) -> None:
    at = counter(tmp_path, account_class=account_class)
    assert at.send(yuan(most - 1_000))["status"] == "posted"
    refused = at.send(yuan(1_001))
    assert "今天还能转 1,000 元" in refused["reason"]
    drawn = at.draw(yuan(1_000))
    assert drawn["status"] == "reserved"
    assert at.ask("transfer_limits")["fields"]["left_fen"] == "0"
    at.bank.debits.settle(f"d-{at.n}", "s-1", "reverse", Fen(0))
    assert at.ask("transfer_limits")["fields"]["left_fen"] == "100000"
    at.days(1)
    assert at.send(yuan(most))["status"] == "posted"


def test_a_teller_may_raise_the_limit_as_far_as_the_class_allows(tmp_path: Path) -> None:
    at = counter(tmp_path)
    assert at.tell("set_transfer_limit", daily_fen=str(yuan(300_000)))["reason"] == "needs a teller"
    assert at.tell("set_transfer_limit", by="0218", daily_fen=str(yuan(300_000)))["status"] == "done"
    assert at.send(yuan(250_000))["status"] == "posted"
    second = counter(tmp_path / "second", account_class="II")
    assert second.tell("set_transfer_limit", by="0218", daily_fen=str(yuan(20_000)))["status"] == "refused"


def test_only_what_is_under_way_can_be_called_back(at: Counter) -> None:
    rows = at.ask("transfers")["rows"]
    assert [(row["transfer_id"], row["recallable"], row["status"]) for row in rows] == [("sent-1", "yes", "delayed")]
    assert at.tell("recall_transfer", transfer_id="sent-1")["fields"] == {"amount_fen": "80000", "payee": "赵敏"}
    assert at.money() == RICH["balance_fen"] + 80_000
    assert "没有转出" in at.tell("recall_transfer", transfer_id="sent-1")["reason"]
    at.send(yuan(5), "delay_24h")
    late = f"t-{at.n}"
    at.days(1)
    assert "已经到账" in at.tell("recall_transfer", transfer_id=late)["reason"]
    assert at.tell("recall_transfer", transfer_id="nobody's")["status"] == "refused"
    assert at.bank.picture(at.card).recalled == 80_000
    assert at.bank.transfers.get("sent-1")["status"] == "refused"


def test_a_deposit_broken_early_pays_the_demand_rate_to_the_day(at: Counter) -> None:
    quote = at.ask("early_quote", deposit_id="D0001")["fields"]
    # 50,000 yuan, 100 days at 0.05 %, 1/360 a day; a year at 1.10 % would have been 550 yuan.
    assert quote == {
        "amount_fen": "5000000", "rate_bp": "110", "demand_rate_bp": "5", "interest_fen": "694", "lost_fen": "54306",
    }  # fmt: skip
    assert at.tell("early_withdraw", deposit_id="D0001")["fields"] == {"amount_fen": "5000000", "interest_fen": "694"}
    assert at.money() == RICH["balance_fen"] + 5_000_694
    assert at.bank.picture(at.card).movements == (
        Movement("o-1", "in", Fen(694), "interest"),
        Movement("o-1", "own", Fen(5_000_000), f"card:{at.card}"),
    )
    assert at.tell("early_withdraw", deposit_id="D0001")["status"] == "refused"


def test_a_part_is_paid_once_and_the_rest_keeps_its_rate(at: Counter) -> None:
    part = {"deposit_id": "D0001", "amount_fen": "500000"}
    assert at.ask("early_quote", **part)["fields"]["interest_fen"] == "69"
    assert at.tell("early_withdraw", **part)["fields"] == {"amount_fen": "500000", "interest_fen": "69"}
    (row,) = at.ask("deposits")["rows"]
    assert (row["amount_fen"], row["rate_bp"]) == ("4500000", "110")
    assert "部分取过" in at.tell("early_withdraw", **part)["reason"]
    assert at.tell("early_withdraw", deposit_id="D0001")["fields"]["amount_fen"] == "4500000"


@pytest.mark.parametrize(("amount", "word"), [("5000001", "少取"), ("4999000", "不够"), ("x", "金额")])
def test_a_part_that_cannot_be_paid_says_why(at: Counter, amount: str, word: str) -> None:
    assert word in at.tell("early_withdraw", deposit_id="D0001", amount_fen=amount)["reason"]
    assert word in at.ask("early_quote", deposit_id="D0001", amount_fen=amount)["refused"]


def test_certificates_state_what_they_are_for(tmp_path: Path) -> None:
    at = counter(tmp_path)
    deposit = at.tell("certificate", kind="deposit")["fields"]["balance_fen"]
    assert int(deposit) == RICH["balance_fen"] + 5_000_000
    assert int(at.tell("certificate", kind="asset")["fields"]["balance_fen"]) == int(deposit) + 2_000_000
    assert "结清" in at.tell("certificate", kind="settled")["reason"]
    free = counter(tmp_path / "free", loan=[])
    assert free.tell("certificate", kind="settled")["fields"]["balance_fen"] == "0"


def test_a_loan_may_say_what_is_due_a_month(tmp_path: Path) -> None:
    loan = {"id": "L1", "product": "房贷", "outstanding_fen": 20_000_000, "rate_bp": 360, "months_left": 73}
    at = counter(tmp_path, loan=[{**loan, "monthly_fen": 275_000}])
    assert at.ask("loans")["rows"][0]["next_due_fen"] == "275000"


def test_a_deposit_that_matured_pays_its_rate_and_then_the_demand_rate(at: Counter) -> None:
    opened = at.tell("open_deposit", amount_fen=str(yuan(10_000)), term="P12M")["fields"]
    assert (opened["rate_bp"], opened["interest_fen"]) == ("95", "9500")
    at.days(365 + 30)
    paid = at.tell("early_withdraw", deposit_id=opened["deposit_id"])["fields"]
    assert paid["interest_fen"] == str(9_500 + 42)


@pytest.mark.parametrize(
    ("params", "word"),
    [
        ({"amount_fen": "4999", "term": "P1Y"}, "起存"), ({"amount_fen": "4999900", "term": "P7D"}, "起存"),
        ({"amount_fen": "100000", "term": "P4M"}, "可以存"), ({"amount_fen": "200000000", "term": "P1Y"}, "余额不足"),
        ({"amount_fen": "-1", "term": "P1Y"}, "金额"), ({"amount_fen": "lots", "term": "P1Y"}, "金额"),
    ],
)  # fmt: skip
def test_a_deposit_the_bank_does_not_take_says_why(at: Counter, params: dict[str, str], word: str) -> None:
    refused = at.tell("open_deposit", **params)
    assert refused["status"] == "refused"
    assert word in refused["reason"]


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


def test_a_bill_is_paid_once(at: Counter) -> None:
    bill = {"bill": "电费", "user_no": "3301000628"}
    assert at.ask("utility_bill", **bill)["fields"] == {"payee": "杭州供电", "period": "上月", "amount_fen": "12860"}
    assert at.tell("pay_utility", **bill, amount_fen="12860")["status"] == "done"
    assert at.ask("utility_bill", **bill)["fields"]["amount_fen"] == "0"
    assert "不用交更多" in at.tell("pay_utility", **bill, amount_fen="100")["reason"]
    assert "没有查到" in at.ask("utility_bill", bill="电费", user_no="1")["refused"]
    assert at.bank.picture(at.card).movements == (Movement("o-1", "out", Fen(12_860), "utility:杭州供电"),)


def test_a_payment_waits_and_is_held_like_a_transfer(at: Counter) -> None:
    bill = {"bill": "水费", "user_no": "3302000628", "amount_fen": "6420"}
    waits = at.tell("pay_utility", "delay_24h", **bill)
    assert (waits["status"], at.bank.picture(at.card).delayed) == ("delayed", 6_420 + 80_000)
    assert at.tell("recall_transfer", transfer_id="o-1")["status"] == "done"
    assert at.bank.business.ordered("o-1")["status"] == "refused"
    held = at.tell("pay_utility", "hold", **bill)
    assert (held["status"], at.send(yuan(1))["status"]) == ("held", "refused")
    assert at.bank.decide("o-3", "x-1", "release", "0218")["status"] == "posted"
    assert at.bank.business.ordered("o-3")["status"] == "done"
    assert at.bank.picture(at.card).moved("out") == 6_420


def test_an_order_within_the_bank_waits_its_day_or_a_tellers_word(at: Counter) -> None:
    deposit = {"amount_fen": "1000000", "term": "P1Y"}
    assert at.tell("open_deposit", "delay_24h", **deposit)["status"] == "delayed"
    assert (at.bank.picture(at.card).delayed, at.money()) == (1_080_000, RICH["balance_fen"])
    at.days(1)
    assert at.bank.business.ordered("o-1")["status"] == "done"
    held = at.tell("open_deposit", "hold", **deposit)
    assert (held["status"], bool(held["case_number"])) == ("held", True)
    assert "核实" in at.send(yuan(1))["reason"]
    for _ in range(2):
        assert at.bank.decide("o-2", "x-1", "release", "0218")["status"] == "posted"
    assert at.bank.picture(at.card).moved("own") == 2_000_000
    at.tell("open_deposit", "hold", **deposit)
    assert at.bank.decide("o-4", "x-2", "reject", "0218")["status"] == "refused"
    at.tell("open_deposit", "hold", **deposit)
    at.days(1)
    assert "核实期已过" in at.bank.business.ordered("o-5")["reason"]
    assert at.send(yuan(1))["status"] == "posted"


def test_a_refused_order_is_remembered_as_refused(at: Counter) -> None:
    asked = "o-x", "open_deposit", at.card, {"amount_fen": "200000000", "term": "P1Y"}, "now", ""
    assert at.bank.business.order(*asked)["status"] == "refused"
    at.bank.deposits.put("in", at.card, Fen(200_000_000), "credit")
    assert at.bank.business.order(*asked)["status"] == "refused"


def test_an_account_is_closed_only_when_it_is_empty(tmp_path: Path) -> None:
    at = counter(tmp_path)
    assert "先结清" in at.tell("close_account", by="0218")["reason"]
    bare = {"deposit": [], "credit_card": None, "loan": [], "holding": [], "sent": []}
    some = counter(tmp_path / "some", **bare)
    assert "还有钱" in some.tell("close_account", by="0218")["reason"]
    none = counter(tmp_path / "none", **bare, balance_fen=0)
    assert none.tell("close_account", by="0218")["fields"] == {"status": "closed"}
    assert "销户" in none.send(yuan(1))["reason"]


def test_the_past_adds_up_to_the_balance(at: Counter) -> None:
    at.send(yuan(100))
    at.tell("open_deposit", amount_fen="1000000", term="P1Y")
    at.tell("early_withdraw", deposit_id="D0001")
    rows = at.ask("transactions", period="P1M")["rows"]
    assert [row["summary"] for row in rows] == [
        "利息",
        "定期转回",
        "转存定期",
        "转账支出",
        "转账（24 小时后到账）",
        "工资",
    ]
    assert rows[0]["balance_fen"] == str(at.money())
    for newer, older in pairwise(rows):
        assert int(newer["balance_fen"]) == int(older["balance_fen"]) + int(newer["amount_fen"])
    fields = at.ask("transactions", period="P1M")["fields"]
    assert int(fields["in_fen"]) - int(fields["out_fen"]) == sum(int(row["amount_fen"]) for row in rows)
    assert "没有听清" in at.ask("transactions", period="long ago")["refused"]


def test_a_new_phone_gets_the_codes(at: Counter) -> None:
    assert at.tell("change_phone", phone="13900001234")["fields"] == {"phone_tail": "1234"}
    assert at.bank.customer(at.card).phone == "13900001234"
    assert at.tell("change_phone", phone="12")["status"] == "refused"


def test_numbers_at_the_branch_count_up(at: Counter) -> None:
    first = at.tell("book_visit", business="开户", date="D0")["fields"]
    second = at.tell("book_visit", business="开户", date="D0")["fields"]
    assert (first["number"], second["number"]) == ("A005", "A006")
    assert int(second["waiting"]) == int(first["waiting"]) + 1
    assert at.ask("queue")["fields"]["next_number"] == "A007"
    assert at.tell("book_cash", amount_fen="10000000", date="D0")["status"] == "refused"
    assert at.tell("book_visit", business="开户", date="someday")["status"] == "refused"


def test_a_reset_pin_counts_wrong_tries_anew(at: Counter) -> None:
    owner = at.bank.customer(at.card)
    for n in range(3):
        at.bank.checks.verify_pin(f"p{n}", at.card, owner, bytes(8))
    assert at.tell("reset_pin", by="0218")["status"] == "done"
    assert at.bank.checks.verify_pin("p9", at.card, owner, bytes(8))["tries_left"] == 2
