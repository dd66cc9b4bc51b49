"""Deposits are booked once under their id; a dispute gives nobody anything yet."""

from __future__ import annotations

from pathlib import Path

import pytest

from guitai.errors import GuitaiError
from guitai.money import Fen, yuan
from headquarters.bank.deposits import Deposits
from headquarters.bank.ledger import CASH_IN_DISPUTED, Ledger, account_of

CARD = "a" * 32


class Clock:
    def unix_ms(self) -> int:
        return 1_764_000_000_000


@pytest.fixture
def ledger(tmp_path: Path):
    ledger = Ledger(tmp_path / "bank.sqlite3")
    yield ledger
    ledger.close()


def test_the_same_deposit_told_twice_is_credited_once(ledger: Ledger) -> None:
    deposits = Deposits(ledger, Clock())  # type: ignore[arg-type] # all of a clock it uses
    for _ in range(2):
        assert deposits.put("d1", CARD, yuan(500), "credit")["status"] == "credited"
    assert ledger.balance(account_of(CARD)) == yuan(500)
    assert deposits.get("d1")["status"] == "credited"


def test_a_dispute_waits_for_a_human_and_may_be_about_nothing_counted(ledger: Ledger) -> None:
    deposits = Deposits(ledger, Clock())  # type: ignore[arg-type] # as above
    assert deposits.put("d1", CARD, yuan(300), "dispute")["status"] == "disputed"
    assert deposits.put("d2", CARD, Fen(0), "dispute")["status"] == "disputed"
    assert ledger.balance(account_of(CARD)) == 0
    assert ledger.balance(CASH_IN_DISPUTED) == yuan(300)


def test_one_id_stands_for_one_deposit(ledger: Ledger) -> None:
    deposits = Deposits(ledger, Clock())  # type: ignore[arg-type] # as above
    deposits.put("d1", CARD, yuan(300), "credit")
    with pytest.raises(GuitaiError):
        deposits.put("d1", CARD, yuan(400), "credit")
    with pytest.raises(GuitaiError):
        deposits.get("d9")
