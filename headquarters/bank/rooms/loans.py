"""Loans: what is owed, paying it, what one would cost, applying. What is owed stands in the ledger below zero."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta

from guitai.clock import UnixMs
from guitai.money import Fen, yuan
from headquarters.bank import days, interest
from headquarters.bank.ask import Answer, Ask, RefusedError, Row
from headquarters.bank.catalogue import Catalogue
from headquarters.bank.customers import Customer
from headquarters.bank.ledger import INTEREST, OPENING_HOLDINGS, Ledger, account_of, holding_of
from headquarters.bank.standing import Standing

SCHEMA = """
CREATE TABLE IF NOT EXISTS loans(
  id TEXT NOT NULL, owner TEXT NOT NULL, product TEXT NOT NULL, rate_bp INTEGER NOT NULL, monthly_fen INTEGER NOT NULL,
  next_due TEXT NOT NULL, paid_to TEXT NOT NULL, PRIMARY KEY(owner, id)) STRICT;
"""
MOST_MONTHS = 360
ANSWER_DAYS = 5


class Loans:
    """The room. ``paid_to`` is the day up to which interest is paid; a payment pays interest first."""

    def __init__(self, ledger: Ledger, standing: Standing, catalogue: Catalogue) -> None:
        self._ledger, self._standing, self._catalogue = ledger, standing, catalogue
        self._connection = ledger.connection
        self.inquiries = {"loans": self.loans, "loan_quote": self.quote}
        self.orders = {"apply_loan": self.apply, "repay_loan": self.repay}

    def enter(self, card: str, customer: Customer, now: UnixMs) -> None:
        """Enter the customer's loans."""
        for owed in customer.loan:
            due = days.day_of(now) + timedelta(days=owed.due_in_days)
            amount = Fen(owed.outstanding_fen)
            monthly = owed.monthly_fen or interest.monthly_payment(amount, owed.rate_bp, owed.months_left)
            paid_to = min(days.add_months(due, -1), days.day_of(now))
            self._connection.execute(
                "INSERT INTO loans VALUES(?, ?, ?, ?, ?, ?, ?)",
                (owed.id, card, owed.product, owed.rate_bp, monthly, due.isoformat(), paid_to.isoformat()),
            )
            self._ledger.move(holding_of("loan", card, owed.id), OPENING_HOLDINGS, amount, now, "opening")

    def rows(self, card: str) -> list[Row]:
        """Return the loans as rows of ``accounts``."""
        return [
            {
                "account_id": row["id"], "account_tail": row["id"][-4:], "kind": "loan", "product": row["product"],
                "available_fen": "0", "status": "normal",
            }
            for row in self.of(card)
        ]  # fmt: skip

    def of(self, card: str) -> list[sqlite3.Row]:
        """Return the loans that are not paid off, the most urgent first."""
        rows = self._connection.execute("SELECT * FROM loans WHERE owner = ? ORDER BY next_due, rowid", (card,))
        return [row for row in rows if self._owed(row)]

    def loans(self, ask: Ask) -> Answer:
        """Return the customer's loans."""
        return Answer(rows=[
            {
                "loan_id": row["id"], "product": row["product"], "outstanding_fen": str(self._owed(row)),
                "rate_bp": str(row["rate_bp"]), "next_due_fen": str(self.due(row, ask.today)),
                "next_due_date": row["next_due"], "overdue_days": str(overdue_days(row, ask.today)),
            }
            for row in self.of(ask.card)
        ])  # fmt: skip

    def quote(self, ask: Ask) -> Answer:
        """Return what a loan would cost in equal monthly payments."""
        amount, months, rate = ask.amount(), ask.number("months", 1, MOST_MONTHS), self._catalogue.loan_bp
        monthly = interest.monthly_payment(amount, rate, months)
        return Answer(
            {"monthly_fen": str(monthly), "interest_fen": str(monthly * months - amount), "rate_bp": str(rate)}
        )

    def apply(self, ask: Ask) -> Row:
        """Take an application in."""
        if ask.amount() < yuan(1_000):
            raise RefusedError("贷款 1,000 元起")
        ask.number("months", 1, MOST_MONTHS)
        if any(overdue_days(row, ask.today) for row in self.of(ask.card)):
            raise RefusedError("有一笔贷款过了还款日，先还上再申请")
        return {"answer_date": (ask.today + timedelta(days=ANSWER_DAYS)).isoformat()}

    def repay(self, ask: Ask) -> Row:
        """Pay from the account: interest by today first, then what is owed; what is more stays in the account."""
        row = next((row for row in self.of(ask.card) if row["id"] == ask.text("loan_id")), None)
        if row is None:
            raise RefusedError("没有找到这笔贷款，请再看一看")
        owed, accrued = self._owed(row), self._accrued(row, ask.today)
        amount = min(ask.amount(), Fen(owed + accrued))
        if amount <= accrued:
            raise RefusedError("这次至少要还上到今天的利息，请多还一点")
        if reason := self._standing.why_not_spend(ask.card, amount):
            raise RefusedError(reason)
        if accrued:
            self._ledger.move(account_of(ask.card), INTEREST, accrued, ask.now, ask.request_id)
        loan = holding_of("loan", ask.card, row["id"])
        self._ledger.move(account_of(ask.card), loan, Fen(amount - accrued), ask.now, ask.request_id)
        self._connection.execute(
            "UPDATE loans SET next_due = ?, paid_to = ? WHERE owner = ? AND id = ?",
            (_next_due(row, amount).isoformat(), ask.today.isoformat(), ask.card, row["id"]),
        )
        return {"amount_fen": str(amount), "outstanding_fen": str(self._owed(row))}

    def due(self, row: sqlite3.Row, today: date) -> Fen:
        """Return what has to be paid by the next day due: every payment missed by today, at least one, at most all."""
        due, count = date.fromisoformat(row["next_due"]), 1
        while days.add_months(due, count) <= today:
            count += 1
        return Fen(min(row["monthly_fen"] * count, self._owed(row) + self._accrued(row, today)))

    def _owed(self, row: sqlite3.Row) -> Fen:
        return Fen(-self._ledger.balance(holding_of("loan", row["owner"], row["id"])))

    def _accrued(self, row: sqlite3.Row, today: date) -> Fen:
        """Return interest from the day it was last paid to, by days."""
        return interest.for_days(self._owed(row), row["rate_bp"], (today - date.fromisoformat(row["paid_to"])).days)


def overdue_days(row: sqlite3.Row, today: date) -> int:
    """Return how many days a payment is late, 0 when none is."""
    return max(0, (today - date.fromisoformat(row["next_due"])).days)


def _next_due(row: sqlite3.Row, amount: Fen) -> date:
    """Return the next day due: as many months later as whole payments were made."""
    return days.add_months(date.fromisoformat(row["next_due"]), amount // row["monthly_fen"])
