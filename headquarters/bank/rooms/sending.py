"""Transfers seen from the customer: what is under way, limits, calling back."""

from __future__ import annotations

from guitai.clock import UnixMs
from guitai.messages.masking import mask_name
from guitai.money import Fen, short_yuan, yuan
from headquarters.bank import days
from headquarters.bank.ask import Answer, Ask, RefusedError, Row
from headquarters.bank.catalogue import Catalogue
from headquarters.bank.customers import Customer
from headquarters.bank.ledger import Ledger
from headquarters.bank.standing import DAILY, Standing
from headquarters.bank.transfers import Transfers

SHOWN_DAYS = 30
MOST_DAILY = {"I": yuan(5_000_000), "II": DAILY["II"], "III": DAILY["III"]}
"""What a teller may raise the daily limit to."""

TOO_LATE = "这笔转账已经到账，银行撤不回来了；可以联系对方退回，也可以请柜员帮您"
NOT_SENT = "这笔转账没有转出，钱还在您的账户里，不用撤回"


class Sending:
    """The room."""

    def __init__(self, ledger: Ledger, transfers: Transfers, standing: Standing, catalogue: Catalogue) -> None:
        self._connection, self._transfers, self._standing = ledger.connection, transfers, standing
        self._names = {one.account: one.name for one in catalogue.account}
        self.inquiries = {"transfers": self.under_way, "transfer_limits": self.limits, "payee_name": self.name_of}
        self.orders = {"recall_transfer": self.recall, "set_transfer_limit": self.set_limit}

    def enter(self, card: str, customer: Customer, now: UnixMs) -> None:
        """Enter the transfers that are under way, and the names the bank knows accounts by."""
        self._names |= {customer.card: customer.name, **{payee.account: payee.name for payee in customer.payee}}
        for sent in customer.sent:
            self._transfers.enter(card, sent, now)

    def under_way(self, ask: Ask) -> Answer:
        """Return the transfers of the last thirty days, the newest first."""
        rows = self._connection.execute(
            "SELECT * FROM transfers WHERE card = ? AND at_ms >= ? ORDER BY at_ms DESC, rowid DESC",
            (ask.card, ask.now - SHOWN_DAYS * days.DAY_MS),
        )
        return Answer(rows=[
            {
                "transfer_id": row["id"], "payee": row["payee_name"], "account_tail": row["payee_account"][-4:],
                "amount_fen": str(row["amount_fen"]), "status": row["status"],
                "arrives_at": days.moment(row["due_ms"] or row["at_ms"]) if row["status"] in ("delayed", "posted") else "",
                "recallable": "yes" if row["status"] == "delayed" else "no",
            }
            for row in rows
        ])  # fmt: skip

    def name_of(self, ask: Ask) -> Answer:
        """Return whose account it is, masked."""
        digits = "".join(c for c in ask.text("account") if c.isdecimal())
        return Answer({"payee_name": mask_name(self._names.get(digits, ""))})

    def limits(self, ask: Ask) -> Answer:
        """Return what may still go out today."""
        daily, used = self._standing.of(ask.card)["daily_fen"], self._standing.used(ask.card)
        return Answer({
            "per_transfer_fen": str(daily), "daily_fen": str(daily), "used_fen": str(used),
            "left_fen": str(max(0, daily - used)),
        })  # fmt: skip

    def recall(self, ask: Ask) -> Row:
        """Call back what has not arrived."""
        row = self._transfers.recall(ask.text("transfer_id"), ask.card)
        if row is not None:
            return {"amount_fen": str(row["amount_fen"]), "payee": row["payee_name"]}
        known = self._connection.execute(
            "SELECT status FROM transfers WHERE id = ? AND card = ?", (ask.text("transfer_id"), ask.card)
        ).fetchone()
        if known is None:
            raise RefusedError("没有找到这笔转账，请再看一看")
        raise RefusedError(TOO_LATE if known["status"] == "posted" else NOT_SENT)

    def set_limit(self, ask: Ask) -> Row:
        """Change the daily limit, as far as the account's class allows."""
        wanted, most = ask.amount("daily_fen"), MOST_DAILY[self._standing.of(ask.card)["account_class"]]
        if wanted > most:
            raise RefusedError(f"您这类账户一天最多 {short_yuan(Fen(most))} 元")
        self._standing.change(ask.card, "daily_fen", wanted)
        return {"daily_fen": str(wanted)}
