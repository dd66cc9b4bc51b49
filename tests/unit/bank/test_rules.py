"""The rules a real bank has: what stops money, what waits, what is refused, and why."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from guitai.dialogue.services import INQUIRIES, ORDERS
from guitai.money import Fen, yuan
from headquarters.bank.oracle import Movement
from tests.unit.bank.counter import Counter, counter
from tests.unit.bank.kinds import ASKED, RICH, told


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


def test_a_closed_account_still_answers_everything(tmp_path: Path) -> None:
    at = counter(tmp_path, balance_fen=0, deposit=[], credit_card=None, loan=[], holding=[], sent=[])
    assert at.tell("close_account", by="0218")["status"] == "done"
    key = bytes.fromhex((tmp_path / "keys" / "pin.key").read_text())
    for kind in INQUIRIES:
        assert set(at.ask(kind, **ASKED.get(kind, {}))) == {"fields", "rows", "refused"}, kind
    for kind in ORDERS:
        assert at.tell(kind, by="0218", **told(kind, key))["status"] in ("done", "refused"), kind


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


def test_an_account_s_owner_is_named_masked_and_nobody_of_another_bank(at: Counter) -> None:
    told_names = [at.ask("payee_name", account=one)["fields"]["payee_name"] for one in (RICH["card"], "6200000000000000000")]  # fmt: skip
    assert told_names == ["万*全", ""]
