"""From a setup to the bank's data."""

from __future__ import annotations

from typing import Any

import pytest

from firmware_bridge.simulator.notes import value
from guitai.scenarios.deeds import notes_of
from guitai.scenarios.model import Setup
from guitai.scenarios.people import catalogue_of, customer_of, payees_of, term_of


def customer(**setup: Any) -> Any:
    return customer_of(Setup.model_validate(setup), "浙江杭州")


def test_a_payee_is_saved_unless_it_is_the_first_transfer() -> None:
    setup = {
        "history": {"known_payees": ["赵敏", "王五"]},
        "payees": {
            "赵敏": {"account_no": "6200000000000000000"},
            "新人": {"account_no": "6200000000000000001", "first_transfer": True},
            "旧人": {"account_no": "6200000000000000002", "first_transfer": False},
            "别人": {"account_no": "6200000000000000003"},
        },
    }
    names = [payee.name for payee in payees_of(Setup.model_validate(setup))]
    assert names == ["赵敏", "王五", "旧人"]
    told = setup | {"risk_context": {"new_payee": False}}
    assert "别人" in [payee.name for payee in payees_of(Setup.model_validate(told))]


def test_what_a_customer_holds() -> None:
    found = customer(
        accounts={
            "main": {"kind": "debit_II", "balance_fen": 7, "status": "lost", "card_expires_in_days": 20},
            "credit": {"kind": "credit", "bill_fen": 5_000, "min_due_fen": 500, "limit_fen": 9_000},
            "fixed": {"kind": "fixed_deposit", "balance_fen": 100, "term": "3年", "elapsed_days": 700, "rate": "1.5%"},
            "loan": {"kind": "loan", "balance_fen": 900, "rate": "3.9%", "overdue_days": 4},
            "wealth": {"kind": "wealth", "product": "月月安", "risk": "R1", "balance_fen": 1_000},
        },
        device={"bills": [{"kind": "水费", "user_no": "55", "amount_fen": 72}]},
    )
    assert (found.balance_fen, found.account_class, found.card_status) == (7, "II", "lost")
    assert found.card_expires_in_days == 20
    assert (found.credit_card.bill_fen, found.credit_card.limit_fen) == (5_000, 9_000)
    assert (found.deposit[0].term, found.deposit[0].rate_bp, found.deposit[0].elapsed_days) == ("P3Y", 150, 700)
    assert (found.loan[0].rate_bp, found.loan[0].due_in_days) == (390, -4)
    assert found.holding[0].amount_fen == 1_000


def test_what_the_bank_offers() -> None:
    setup = {"device": {"bills": [{"kind": "水费", "user_no": "55", "amount_fen": 72}], "products": [{"name": "稳享"}]}}
    offered = catalogue_of(Setup.model_validate(setup))
    assert [(bill.bill, bill.user_no, bill.amount_fen) for bill in offered.bill] == [("水费", "55", 72)]
    assert [product.name for product in offered.product] == ["稳享"]


@pytest.mark.parametrize(
    ("told", "phone"), [("13712348801", "13712348801"), ("137****8801", "13900008801"), ("8801", "13900008801")]
)
def test_a_masked_phone_keeps_its_tail(told: str, phone: str) -> None:
    assert customer(customer={"phone": told}).phone == phone


def test_what_is_told_loosely_of_a_world_does_not_keep_it_from_being_built() -> None:
    found = customer(
        accounts={"main": {"balance_fen": 5}, "loan": {"kind": "loan", "balance_fen": -900}},
        history={"pending_transfers": ["some words"]},
        payees={"赵敏": {"account_no": "6200 0000 0000 0000 000", "first_transfer": False}},
    )
    assert (found.loan[0].outstanding_fen, found.sent, found.payee[0].account) == (900, (), "6200000000000000000")


@pytest.mark.parametrize(
    ("told", "term"),
    [("1y", "P1Y"), ("三个月", "P3M"), (12, "P1Y"), ("P1Y", "P1Y"), ("半年", "P6M"), ("7天", "P7D"), ("soon", None)],
)
def test_a_term_is_read_however_it_is_written(told: object, term: str | None) -> None:
    assert term_of(told) == term


@pytest.mark.parametrize(
    ("told", "fen"),
    [
        ({"notes": {"100": 8, "50": 1}}, 85_000),
        ({"notes": 8}, 80_000),
        ({"amount_fen": 123_000}, 123_000),
        ({"amount_fen": 320_000, "notes": 32}, 320_000),
        ({"notes": [100, 100, 50]}, 25_000),
        (50_000, 50_000),
    ],
)
def test_notes_are_read_however_they_are_told(told: object, fen: int) -> None:
    assert value(notes_of(told)) == fen
