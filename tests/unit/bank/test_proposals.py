"""What is proposed, why, in which order, and that no means no."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from headquarters.bank.customers import branch_customers
from tests.fixtures.hq.clock import StandingClock
from tests.unit.bank.counter import Counter, counter
from tests.unit.bank.kinds import RICH
from tests.unit.bank.world import made_bank

QUIET: dict[str, Any] = {"deposit": [], "credit_card": None, "loan": [], "holding": [], "interests": []}
LOAN = {"id": "L1", "product": "房贷", "outstanding_fen": 9_000_000, "rate_bp": 300, "months_left": 60}


def kinds(at: Counter) -> list[str]:
    return [row["kind"] for row in at.ask("proposals")["rows"]]


@pytest.mark.parametrize(
    ("changes", "kind", "word"),
    [
        ({"card_expires_in_days": 10}, "card_expiring", "还有 10 天到期"),
        ({"card_expires_in_days": -1}, "card_expiring", "已经到期"),
        ({"id_expires_in_days": 40}, "id_expiring", "身份证"),
        ({"loan": [{**LOAN, "due_in_days": -3}]}, "loan_overdue", "3 天"),
        ({"loan": [{**LOAN, "due_in_days": 3}]}, "loan_due", "还有 3 天"),
        ({"credit_card": {**RICH["credit_card"], "due_in_days": -5}}, "card_overdue", "5 天"),
        ({"credit_card": {**RICH["credit_card"], "due_in_days": 5}}, "bill_due", "还有 5 天"),
        ({"deposit": [{**RICH["deposit"][0], "elapsed_days": 360}]}, "deposit_maturing", "50,000 元"),
        ({"deposit": [{**RICH["deposit"][0], "elapsed_days": 370}]}, "deposit_maturing", "已经到期"),
        ({"interests": ["W-R2-090"]}, "product_interest", "稳健三月享"),
    ],
)
def test_one_reason_makes_one_proposal(tmp_path: Path, changes: dict[str, Any], kind: str, word: str) -> None:
    at = counter(tmp_path, **{**QUIET, **changes})
    (row,) = at.ask("proposals")["rows"]
    assert row["kind"] == kind
    assert word in row["reason"]


@pytest.mark.parametrize(
    "changes", [{"risk_class": "C1"}, {"risk_class": None}, {"risk_profile_left_days": -1}, {"interests": ["W-none"]}]
)
def test_nothing_is_proposed_that_could_not_be_sold(tmp_path: Path, changes: dict[str, Any]) -> None:
    assert kinds(counter(tmp_path, **{**QUIET, "interests": ["W-R2-090"], **changes})) == []


@pytest.mark.parametrize(
    ("late", "word"), [(1, "忙忘了"), (7, "忙忘了"), (8, "尽快"), (29, "尽快"), (30, "柜员"), (90, "柜员")]
)
def test_a_late_payment_is_named_gently_then_firmly_then_with_a_person(tmp_path: Path, late: int, word: str) -> None:
    (row,) = counter(tmp_path, **{**QUIET, "loan": [{**LOAN, "due_in_days": -late}]}).ask("proposals")["rows"]
    assert word in row["reason"]


def test_what_costs_the_customer_money_comes_first(tmp_path: Path) -> None:
    at = counter(
        tmp_path, card_expires_in_days=5, loan=[{**LOAN, "due_in_days": -3}],
        credit_card={**RICH["credit_card"], "due_in_days": -5},
    )  # fmt: skip
    assert kinds(at) == ["card_overdue", "loan_overdue", "card_expiring", "product_interest"]


@pytest.mark.parametrize("what", ["product_interest", "W-R2-090", "all"])
def test_no_means_no(tmp_path: Path, what: str) -> None:
    at = counter(tmp_path, **{**QUIET, "interests": ["W-R2-090"]})
    assert at.tell("opt_out", what=what)["status"] == "done"
    assert kinds(at) == []
    other = counter(tmp_path / "other", **{**QUIET, "interests": ["W-R2-090"], "opted_out": [what]})
    assert kinds(other) == []


def test_the_branchs_first_three_customers_are_left_alone_and_the_others_are_not(tmp_path: Path) -> None:
    customers = branch_customers()
    bank = made_bank(tmp_path, StandingClock(), customers)
    found = [bank.business.inquire("proposals", bank.token_of(one.card), {})["rows"] for one in customers]
    assert found[:3] == [[], [], []]
    assert all(found[3:])
