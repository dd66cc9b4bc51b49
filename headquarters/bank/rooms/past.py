"""The account's past: every entry in words, with the balance after it."""

from __future__ import annotations

from datetime import date, timedelta

from guitai.clock import UnixMs
from headquarters.bank import days
from headquarters.bank.ask import Answer, Ask, Deed, RefusedError
from headquarters.bank.customers import Customer
from headquarters.bank.ledger import OPENING, OPENING_HOLDINGS, UTILITY, Ledger, account_of

SCHEMA = """
CREATE TABLE IF NOT EXISTS past(owner TEXT NOT NULL, day TEXT NOT NULL, summary TEXT NOT NULL, amount_fen INTEGER NOT NULL) STRICT;
"""

_OUT = {
    "others": "转账支出", "delayed": "转账（24 小时后到账）", "cash_reserved": "取现", "deposit": "转存定期", "credit": "信用卡还款",
    "loan": "贷款还款", "wealth": "购买理财", "interest": "贷款利息", "fees": "手续费",
}  # fmt: skip
_IN = {
    "others": "转账收入", "delayed": "撤回转账", "cash_reserved": "取现退回", "cash_received": "存现", "deposit": "定期转回",
    "wealth": "赎回理财", "interest": "利息", "returns": "理财收益",
}  # fmt: skip


class Past:
    """The room."""

    def __init__(self, ledger: Ledger) -> None:
        self._connection = ledger.connection
        self.inquiries = {"transactions": self.transactions}
        self.orders: dict[str, Deed] = {}

    def enter(self, card: str, customer: Customer, now: UnixMs) -> None:
        """Enter what happened before the books were opened."""
        today = days.day_of(now)
        self._connection.executemany(
            "INSERT INTO past VALUES(?, ?, ?, ?)",
            [
                (card, (today - timedelta(days=entry.days_ago)).isoformat(), entry.summary, entry.amount_fen)
                for entry in sorted(customer.past, key=lambda entry: -entry.days_ago)
            ],
        )

    def transactions(self, ask: Ask) -> Answer:
        """Return the entries of a period, the newest first."""
        try:
            first, last = days.days_named(ask.text("period"), ask.today)
        except ValueError as error:
            raise RefusedError("时间没有听清，请再说一次，比如近三个月") from error
        rows = [entry for entry in self._entries(ask.card) if first <= entry[0] <= last]
        return Answer(
            {
                "count": str(len(rows)),
                "in_fen": str(sum(amount for _, _, amount, _ in rows if amount > 0)),
                "out_fen": str(-sum(amount for _, _, amount, _ in rows if amount < 0)),
            },
            [
                {"date": day.isoformat(), "summary": what, "amount_fen": str(amount), "balance_fen": str(balance)}
                for day, what, amount, balance in reversed(rows)
            ],
        )

    def _entries(self, card: str) -> list[tuple[date, str, int, int]]:
        """Return day, summary, amount and the balance after it, the oldest first."""
        rows = self._connection.execute(
            "SELECT mine.amount_fen, mine.at_ms, other.account FROM entries mine JOIN entries other USING(posting) "
            "WHERE mine.account = ? AND other.account != mine.account ORDER BY mine.rowid", (account_of(card),),
        ).fetchall()  # fmt: skip
        opening = sum(row["amount_fen"] for row in rows if row["account"] in (OPENING, OPENING_HOLDINGS))
        before = self._connection.execute("SELECT * FROM past WHERE owner = ? ORDER BY rowid", (card,)).fetchall()
        balance = opening - sum(row["amount_fen"] for row in before)
        found = []
        for row in before:
            balance += row["amount_fen"]
            found.append((date.fromisoformat(row["day"]), row["summary"], row["amount_fen"], balance))
        for row in rows:
            if row["account"] in (OPENING, OPENING_HOLDINGS):
                continue
            balance += row["amount_fen"]
            found.append(
                (days.day_of(row["at_ms"]), _summary(row["account"], row["amount_fen"]), row["amount_fen"], balance)
            )
        return found


def _summary(account: str, amount: int) -> str:
    if account.startswith(UTILITY):
        return "缴费 " + account.removeprefix(UTILITY)
    return (_OUT if amount < 0 else _IN).get(account.partition(":")[0], "其他")
