"""A bank made from data, and the picture of what really became of a customer's money."""

from __future__ import annotations

from pathlib import Path

import pytest

from guitai.errors import GuitaiError
from guitai.money import yuan
from headquarters.bank.customers import Customer
from headquarters.bank.host import Bank
from headquarters.bank.oracle import Movement
from headquarters.bank.transfers import Order
from tests.fixtures.hq.clock import StandingClock
from tests.unit.bank.world import CUSTOMER, made_bank

ACCOUNT = "account:6222021208003456688"


@pytest.fixture
def bank(tmp_path: Path) -> Bank:
    return made_bank(tmp_path, StandingClock(), [Customer.model_validate(CUSTOMER)])


def test_a_bank_made_from_data_knows_only_its_customers(bank: Bank) -> None:
    card = bank.token_of(CUSTOMER["card"])
    assert bank.available(card) == 520_000
    with pytest.raises(GuitaiError, match=r"bank\.no_card"):
        bank.token_of("6217000012340003802")


def test_the_picture_tells_arrived_from_delayed_held_reserved_and_disputed(bank: Bank) -> None:
    card = bank.token_of(CUSTOMER["card"])
    owner = bank.customer(card)
    bank.transfers.put("t1", Order(card, "赵敏", ACCOUNT, yuan(100), "now", "r"), owner)
    bank.transfers.put("t2", Order(card, "赵敏", ACCOUNT, yuan(200), "delay_24h", "r"), owner)
    bank.debits.put("d1", card, yuan(300))
    bank.debits.put("d2", card, yuan(400))
    bank.debits.settle("d2", "s2", "commit", yuan(300))
    bank.deposits.put("c1", card, yuan(50), "credit")
    bank.transfers.put("t3", Order(card, "赵敏", ACCOUNT, yuan(500), "hold", "r"), owner)
    bank.transfers.put("t4", Order(card, "赵敏", ACCOUNT, yuan(1), "now", "r"), owner)
    picture = bank.picture(card)
    assert picture.movements == (
        Movement("t1", "out", yuan(100), "others"),
        Movement("d2", "out", yuan(300), "cash_paid"),
        Movement("c1", "in", yuan(50), "cash_received"),
    )
    assert (picture.delayed, picture.held, picture.reserved, picture.disputed) == (
        yuan(200), yuan(500), yuan(300), yuan(100),
    )  # fmt: skip
    assert (picture.moved("out"), picture.pending()) == (yuan(400), yuan(700))
    assert picture.statuses == {
        "t1": "posted", "t2": "delayed", "t3": "held", "t4": "refused", "d1": "reserved", "d2": "disputed",
    }  # fmt: skip


def test_a_delayed_transfer_that_arrives_has_moved(bank: Bank) -> None:
    card = bank.token_of(CUSTOMER["card"])
    bank.transfers.put("t1", Order(card, "赵敏", ACCOUNT, yuan(200), "delay_24h", "r"), bank.customer(card))
    assert isinstance(bank._clock, StandingClock)
    bank._clock.now_ms += 24 * 3600 * 1000
    picture = bank.picture(card)
    assert picture.movements == (Movement("t1", "out", yuan(200), "others"),)
    assert picture.pending() == 0


def test_what_was_sent_before_the_books_were_opened_is_still_under_way(tmp_path: Path) -> None:
    sent = [{"id": "before-1", "payee": "赵敏", "account": "6222021208003456688", "amount_fen": 80_000, "hours_ago": 2}]
    clock = StandingClock()
    bank = made_bank(tmp_path, clock, [Customer.model_validate({**CUSTOMER, "sent": sent})])
    card = bank.token_of(CUSTOMER["card"])
    assert bank.available(card) == 520_000
    assert (bank.picture(card).delayed, bank.picture(card).movements) == (80_000, ())
    clock.now_ms += 22 * 3600 * 1000
    assert bank.picture(card).movements == (Movement("before-1", "out", 80_000, "others"),)


def test_a_ledger_of_before_there_were_rooms_keeps_its_money(tmp_path: Path) -> None:
    bank = made_bank(tmp_path, StandingClock(), [Customer.model_validate(CUSTOMER)])
    card = bank.token_of(CUSTOMER["card"])
    for table in ("opened", "standing", "cards"):
        bank.ledger.connection.execute(f"DELETE FROM {table}")
    bank.close()
    again = made_bank(tmp_path, StandingClock(), [Customer.model_validate(CUSTOMER)])
    assert again.available(card) == 520_000
    assert again.business.inquire("cards", card, {})["rows"][0]["status"] == "normal"
