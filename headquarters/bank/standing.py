"""How accounts and cards stand: what stops money from going out, limits, and rights that change."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from typing import Literal

from guitai.clock import Clock, UnixMs
from guitai.money import Fen, short_yuan, yuan
from headquarters.bank import days
from headquarters.bank.customers import Customer
from headquarters.bank.ledger import CASH_RESERVED, DELAYED, OTHERS, UTILITY, Ledger, account_of

SCHEMA = """
CREATE TABLE IF NOT EXISTS standing(
  card TEXT PRIMARY KEY, account_class TEXT NOT NULL, status TEXT NOT NULL, daily_fen INTEGER NOT NULL, phone TEXT NOT NULL,
  id_expiry TEXT NOT NULL, opened TEXT NOT NULL, pin TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS cards(
  card_id TEXT NOT NULL, owner TEXT NOT NULL, tail TEXT NOT NULL, kind TEXT NOT NULL, status TEXT NOT NULL, expiry TEXT NOT NULL,
  PRIMARY KEY(owner, card_id)) STRICT;
"""

HELD = "账户有一笔转账正在核实"
NO_MONEY = "余额不足"
FROZEN = "您的账户冻结着，钱只进不出；要解冻，请柜员和您一起办"
RESTRICTED = "您的账户现在只能在柜面付款；请柜员帮您恢复"
DORMANT = "您的账户很久没用，先休眠了；请柜员帮您激活"
CLOSED = "这个账户已经销户了"
LOST = "这张卡已经挂失，钱很安全；要解挂或者补卡，请柜员和您一起办"
INACTIVE = "这张卡还没有激活，先激活就能用"
NOT_USABLE = "这张卡现在不能用，请换一张，或者请柜员看一看"

DAILY = {"I": yuan(200_000), "II": yuan(10_000), "III": yuan(2_000)}
"""What a customer may send and withdraw a day; II and III are the People's Bank's rules for such accounts."""

Column = Literal["account_class", "status", "daily_fen", "phone", "id_expiry", "pin"]
_CHANGES = {
    "account_class": "UPDATE standing SET account_class = ? WHERE card = ?",
    "status": "UPDATE standing SET status = ? WHERE card = ?",
    "daily_fen": "UPDATE standing SET daily_fen = ? WHERE card = ?",
    "phone": "UPDATE standing SET phone = ? WHERE card = ?",
    "pin": "UPDATE standing SET pin = ? WHERE card = ?",
    "id_expiry": "UPDATE standing SET id_expiry = ? WHERE card = ?",
}
SENT_TO = (OTHERS, DELAYED, CASH_RESERVED, UTILITY)
_ACCOUNT_SAYS = {"frozen": FROZEN, "restricted": RESTRICTED, "dormant": DORMANT, "closed": CLOSED}
_CARD_SAYS = {"lost": LOST, "inactive": INACTIVE}


class Standing:
    """Accounts and cards of the ledger's customers."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger, self._connection, self._clock = ledger, ledger.connection, clock

    def enter(self, card: str, customer: Customer, now: UnixMs) -> None:
        """Enter a customer's account and cards; call inside a transaction."""
        today = days.day_of(now)

        def ahead(number: int) -> str:
            return (today + timedelta(days=number)).isoformat()

        self._connection.execute(
            "INSERT INTO standing VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
            (
                card, customer.account_class, customer.account_status, DAILY[customer.account_class], customer.phone,
                ahead(customer.id_expires_in_days), ahead(-customer.opened_days_ago), customer.pin,
            ),
        )  # fmt: skip
        self.add_card(card, customer.card[-4:], "debit", customer.card_status, ahead(customer.card_expires_in_days))
        if credit := customer.credit_card:
            self.add_card(card, credit.card[-4:], "credit", credit.status, ahead(credit.expires_in_days))

    def add_card(self, owner: str, tail: str, kind: str, status: str, expiry: str) -> None:
        """Enter one more card of a customer."""
        self._connection.execute(
            "INSERT OR REPLACE INTO cards VALUES(?, ?, ?, ?, ?, ?)",
            (f"{kind}-{tail}", owner, tail, kind, status, expiry),
        )

    def of(self, card: str) -> sqlite3.Row:
        """Return the account's row."""
        row: sqlite3.Row = self._connection.execute("SELECT * FROM standing WHERE card = ?", (card,)).fetchone()
        return row

    def cards(self, owner: str) -> list[sqlite3.Row]:
        """Return the customer's cards, the debit card first."""
        return self._connection.execute(
            "SELECT * FROM cards WHERE owner = ? AND status != 'cancelled' ORDER BY kind DESC, rowid", (owner,)
        ).fetchall()

    def change(self, card: str, column: Column, value: str | int) -> None:
        """Set one column of the account's row."""
        self._connection.execute(_CHANGES[column], (value, card))

    def set_card(self, owner: str, card_id: str, status: str) -> None:
        """Set the status of a card."""
        self._connection.execute(
            "UPDATE cards SET status = ? WHERE owner = ? AND card_id = ?", (status, owner, card_id)
        )

    def is_held(self, card: str) -> bool:
        """Tell whether a transfer or an order waits for a human's decision; one that a human confirmed has no end of its own."""
        found = self._connection.execute(
            "SELECT 1 FROM transfers WHERE card = :card AND status = 'held' AND (due_ms IS NULL OR due_ms > :now) "
            "UNION SELECT 1 FROM orders WHERE card = :card AND status = 'held' AND (due_ms IS NULL OR due_ms > :now)",
            {"card": card, "now": self._clock.unix_ms()},
        )
        return found.fetchone() is not None

    def is_frozen(self, card: str) -> bool:
        """Tell whether nothing may go out until a teller has unfrozen the account."""
        return bool(self.of(card)["status"] == "frozen")

    def why_shut(self, card: str) -> str:
        """Return why nothing may go out of the account, however little; empty when it may."""
        if reason := _ACCOUNT_SAYS.get(self.of(card)["status"]):
            return reason
        status = next(row["status"] for row in self.cards(card) if row["kind"] == "debit")
        if status != "normal":
            return _CARD_SAYS.get(status, NOT_USABLE)
        return HELD if self.is_held(card) else ""

    def why_not_spend(self, card: str, amount: Fen) -> str:
        """Return why an amount may not leave the account for another of the customer's; empty when it may."""
        if reason := self.why_shut(card):
            return reason
        return NO_MONEY if self._ledger.balance(account_of(card)) < amount else ""

    def why_not_send(self, card: str, amount: Fen) -> str:
        """Return why an amount may not go to somebody else, or out as cash; empty when it may."""
        return self.why_not_spend(card, amount) or self._over_limit(card, amount)

    def used(self, card: str) -> Fen:
        """Return what went out to others and as cash today; what came back of it does not count."""
        since = days.start_ms(days.day_of(self._clock.unix_ms()))
        rows = self._connection.execute(
            "SELECT other.account, SUM(other.amount_fen) AS total FROM entries mine JOIN entries other USING(posting) "
            "WHERE mine.account = ? AND mine.at_ms >= ? AND other.account != mine.account "
            "GROUP BY other.account, other.reference",
            (account_of(card), since),
        )
        return Fen(sum(row["total"] for row in rows if row["total"] > 0 and row["account"].startswith(SENT_TO)))

    def _over_limit(self, card: str, amount: Fen) -> str:
        limit = self.of(card)["daily_fen"]
        left = max(0, limit - self.used(card))
        if amount <= left:
            return ""
        return f"一天最多转出 {short_yuan(Fen(limit))} 元，今天还能转 {short_yuan(Fen(left))} 元；更多的请柜员帮您"
