"""Fixed deposits and deposits at notice: opened from the account, paid back into it, early at the demand rate."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta

from guitai.clock import UnixMs
from guitai.money import Fen, short_yuan, yuan
from headquarters.bank import days, interest
from headquarters.bank.ask import Answer, Ask, RefusedError, Row
from headquarters.bank.catalogue import Catalogue
from headquarters.bank.customers import Customer
from headquarters.bank.ledger import INTEREST, OPENING_HOLDINGS, Ledger, account_of, holding_of
from headquarters.bank.standing import Standing

SCHEMA = """
CREATE TABLE IF NOT EXISTS deposits(
  id TEXT NOT NULL, owner TEXT NOT NULL, product TEXT NOT NULL, term TEXT NOT NULL, rate_bp INTEGER NOT NULL, start TEXT NOT NULL,
  maturity TEXT NOT NULL, parted INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(owner, id)) STRICT;
"""
LEAST, LEAST_NOTICE = yuan(50), yuan(50_000)
NOTICE = "P7D"
ALIKE = {"P12M": "P1Y", "P24M": "P2Y", "P36M": "P3Y", "P60M": "P5Y", "P1W": NOTICE, "P90D": "P3M", "P180D": "P6M"}


class Fixed:
    """The room."""

    def __init__(self, ledger: Ledger, standing: Standing, catalogue: Catalogue) -> None:
        self._ledger, self._standing, self._catalogue = ledger, standing, catalogue
        self._connection = ledger.connection
        self.inquiries = {"deposits": self.deposits, "deposit_quote": self.quote, "early_quote": self.early_quote}
        self.orders = {"open_deposit": self.open, "early_withdraw": self.withdraw}

    def enter(self, card: str, customer: Customer, now: UnixMs) -> None:
        """Enter the customer's deposits."""
        for held in customer.deposit:
            start = days.day_of(now) - timedelta(days=held.elapsed_days)
            self._add(held.id, card, held.product, held.term, held.rate_bp, start)
            account = holding_of("deposit", card, held.id)
            self._ledger.move(OPENING_HOLDINGS, account, Fen(held.amount_fen), now, "opening")

    def rows(self, card: str) -> list[Row]:
        """Return the deposits as rows of ``accounts``."""
        return [
            {
                "account_id": row["id"], "account_tail": row["id"][-4:], "kind": "fixed", "product": row["product"],
                "available_fen": str(self._amount(row)), "status": "normal",
            }
            for row in self.of(card)
        ]  # fmt: skip

    def of(self, card: str) -> list[sqlite3.Row]:
        """Return the deposits that still hold money, the first to mature first."""
        rows = self._connection.execute("SELECT * FROM deposits WHERE owner = ? ORDER BY maturity, rowid", (card,))
        return [row for row in rows if self._amount(row)]

    def rows_to_mature(self, card: str) -> list[Row]:
        """Return the deposits as ``deposits`` has them, the first to mature first."""
        return [
            {
                "deposit_id": row["id"], "product": row["product"], "term": row["term"], "amount_fen": str(self._amount(row)),
                "rate_bp": str(row["rate_bp"]), "start_date": row["start"], "maturity_date": row["maturity"],
            }
            for row in self.of(card)
        ]  # fmt: skip

    def deposits(self, ask: Ask) -> Answer:
        """Return the customer's deposits."""
        return Answer(rows=self.rows_to_mature(ask.card))

    def quote(self, ask: Ask) -> Answer:
        """Return what a deposit would earn."""
        return Answer(self._terms(ask)[2])

    def early_quote(self, ask: Ask) -> Answer:
        """Return what breaking a deposit today would pay and cost."""
        row = self._deposit(ask)
        amount = self._wanted(ask, row)
        earned, whole = self._earned(row, amount, ask.today), _whole(amount, row["rate_bp"], row["term"])
        return Answer({
            "amount_fen": str(amount), "rate_bp": str(row["rate_bp"]),
            "demand_rate_bp": str(self._catalogue.demand_bp), "interest_fen": str(earned), "lost_fen": str(max(0, whole - earned)),
        })  # fmt: skip

    def open(self, ask: Ask) -> Row:
        """Put money of the account away for a term."""
        amount, term, fields = self._terms(ask)
        least = LEAST_NOTICE if term == NOTICE else LEAST
        if amount < least:
            raise RefusedError(f"这种存款 {short_yuan(least)} 元起存")
        if reason := self._standing.why_not_spend(ask.card, amount):
            raise RefusedError(reason)
        (count,) = self._connection.execute("SELECT COUNT(*) FROM deposits WHERE owner = ?", (ask.card,)).fetchone()
        id_, product = f"D{count + 1:04d}", "七天通知存款" if term == NOTICE else "整存整取"
        self._add(id_, ask.card, product, term, int(fields["rate_bp"]), ask.today)
        self._ledger.move(account_of(ask.card), holding_of("deposit", ask.card, id_), amount, ask.now, ask.request_id)
        return {"deposit_id": id_, **fields}

    def withdraw(self, ask: Ask) -> Row:
        """Pay a deposit, or once a part of it, back into the account, with what that has earned by today."""
        row = self._deposit(ask)
        amount = self._wanted(ask, row)
        earned = self._earned(row, amount, ask.today)
        if amount < self._amount(row):
            self._connection.execute("UPDATE deposits SET parted = 1 WHERE owner = ? AND id = ?", (ask.card, row["id"]))
        account = account_of(ask.card)
        self._ledger.move(holding_of("deposit", ask.card, row["id"]), account, amount, ask.now, ask.request_id)
        if earned:
            self._ledger.move(INTEREST, account, earned, ask.now, ask.request_id)
        return {"amount_fen": str(amount), "interest_fen": str(earned)}

    def _terms(self, ask: Ask) -> tuple[Fen, str, Row]:
        amount, term = ask.amount(), ALIKE.get(ask.text("term"), ask.text("term"))
        rate = next((bp for known, bp in self._catalogue.deposit_bp.items() if known == term), None)
        if rate is None:
            raise RefusedError("可以存三个月、半年、一年、两年、三年、五年，或者七天通知存款")
        maturity = days.after(ask.today, term)
        return amount, term, {
            "rate_bp": str(rate), "interest_fen": str(_whole(amount, rate, term)), "maturity_date": maturity.isoformat(),
        }  # fmt: skip

    def _add(self, id_: str, card: str, product: str, term: str, rate_bp: int, start: date) -> None:
        maturity = days.after(start, term)
        self._connection.execute(
            "INSERT INTO deposits VALUES(?, ?, ?, ?, ?, ?, ?, 0)",
            (id_, card, product, term, rate_bp, start.isoformat(), maturity.isoformat()),
        )

    def _wanted(self, ask: Ask, row: sqlite3.Row) -> Fen:
        """Return how much of a deposit is to be paid back."""
        whole = self._amount(row)
        amount = ask.amount() if ask.text("amount_fen") else whole
        if amount > whole:
            raise RefusedError(f"这笔存款一共 {short_yuan(whole)} 元，请少取一些")
        if amount < whole and row["parted"]:
            raise RefusedError("这笔存款已经部分取过一次，这次只能全部取出")
        if 0 < whole - amount < LEAST:
            raise RefusedError(f"剩下的不够 {short_yuan(LEAST)} 元，请少取一些，或者全部取出")
        return amount

    def _earned(self, row: sqlite3.Row, amount: Fen, today: date) -> Fen:
        """Return interest by today: the demand rate by days before maturity; the term's, then the demand rate, after it."""
        maturity = date.fromisoformat(row["maturity"])
        if row["term"] == NOTICE:
            held = (today - date.fromisoformat(row["start"])).days
            noticed = held >= (maturity - date.fromisoformat(row["start"])).days
            return interest.for_days(amount, row["rate_bp"] if noticed else self._catalogue.demand_bp, held)
        if today < maturity:
            held = (today - date.fromisoformat(row["start"])).days
            return interest.for_days(amount, self._catalogue.demand_bp, held)
        after = interest.for_days(amount, self._catalogue.demand_bp, (today - maturity).days)
        return Fen(_whole(amount, row["rate_bp"], row["term"]) + after)

    def _amount(self, row: sqlite3.Row) -> Fen:
        return self._ledger.balance(holding_of("deposit", row["owner"], row["id"]))

    def _deposit(self, ask: Ask) -> sqlite3.Row:
        for row in self.of(ask.card):
            if row["id"] == ask.text("deposit_id"):
                return row
        raise RefusedError("没有找到这笔存款，请再看一看")


def _whole(amount: Fen, rate_bp: int, term: str) -> Fen:
    if term == NOTICE:
        return interest.for_days(amount, rate_bp, 7)
    return interest.for_months(amount, rate_bp, days.months_of(term))
