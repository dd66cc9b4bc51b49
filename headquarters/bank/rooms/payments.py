"""Bills of enterprises, services signed up for, exchange rates."""

from __future__ import annotations

from collections.abc import Mapping

from guitai.clock import UnixMs
from guitai.money import Fen, short_yuan
from headquarters.bank import days
from headquarters.bank.ask import Answer, Ask, RefusedError, Row
from headquarters.bank.catalogue import Bill, Catalogue
from headquarters.bank.customers import Customer
from headquarters.bank.ledger import Ledger, utility_of
from headquarters.bank.standing import Standing
from headquarters.bank.transfers import Order, Transfers

SCHEMA = """
CREATE TABLE IF NOT EXISTS paid_bills(id TEXT PRIMARY KEY, bill TEXT NOT NULL, user_no TEXT NOT NULL, amount_fen INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS signed_up(owner TEXT NOT NULL, service TEXT NOT NULL, PRIMARY KEY(owner, service)) STRICT;
"""


class Payments:
    """The room. A payment is a transfer to the enterprise: it waits, is held and called back like one."""

    def __init__(self, ledger: Ledger, transfers: Transfers, standing: Standing, catalogue: Catalogue) -> None:
        self._transfers, self._standing, self._catalogue = transfers, standing, catalogue
        self._connection = ledger.connection
        self.inquiries = {"utility_bill": self.bill, "exchange_rates": self.exchange_rates}
        self.orders = {"pay_utility": self.pay, "sign_up": self.sign_up}

    def enter(self, card: str, customer: Customer, now: UnixMs) -> None:
        """Nothing: bills are the enterprises'."""

    def bill(self, ask: Ask) -> Answer:
        """Return what is still to be paid, 0 when nothing is."""
        bill, left = self._bill(ask.params)
        return Answer({"payee": bill.payee, "period": bill.period, "amount_fen": str(left)})

    def pay(self, ask: Ask) -> Row:
        """Pay a bill, whole or in part, never more than it."""
        bill, left = self._bill(ask.params)
        amount = ask.amount()
        if amount > left:
            raise RefusedError(f"这个户号还要交 {short_yuan(left)} 元，不用交更多")
        order = Order(ask.card, bill.payee, "", amount, ask.mode, ask.risk_ref)
        self._transfers.place(ask.request_id, order, utility_of(bill.payee))
        self._connection.execute(
            "INSERT INTO paid_bills VALUES(?, ?, ?, ?)", (ask.request_id, bill.bill, bill.user_no, amount)
        )
        return {"payee": bill.payee, "amount_fen": str(amount)}

    def sign_up(self, ask: Ask) -> Row:
        """Sign up for e-banking, messages, automatic payments."""
        service = ask.text("service")
        if not service:
            raise RefusedError("请选要开通的服务")
        if reason := self._standing.why_shut(ask.card):
            raise RefusedError(reason)
        done = self._connection.execute("INSERT OR IGNORE INTO signed_up VALUES(?, ?)", (ask.card, service)).rowcount
        if not done:
            raise RefusedError("您已经开通过了，可以直接用")
        return {"service": service, "phone_tail": self._standing.of(ask.card)["phone"][-4:]}

    def exchange_rates(self, ask: Ask) -> Answer:
        """Return yuan for 100 of each currency."""
        rows = [{"currency": rate.currency, "buy": rate.buy, "sell": rate.sell} for rate in self._catalogue.exchange]
        return Answer({"as_of": days.moment(ask.now)}, rows)

    def _bill(self, params: Mapping[str, str]) -> tuple[Bill, Fen]:
        """Return a bill and what is left of it; a payment that was refused or called back does not count."""
        wanted, user_no = params["bill"].strip(), params["user_no"].strip()
        for bill in self._catalogue.bill:
            if bill.user_no == user_no and (wanted in bill.bill or bill.bill in wanted):
                (paid,) = self._connection.execute(
                    "SELECT COALESCE(SUM(paid_bills.amount_fen), 0) FROM paid_bills JOIN transfers USING(id) "
                    "WHERE bill = ? AND user_no = ? AND status IN ('posted', 'delayed', 'held')", (bill.bill, user_no),
                ).fetchone()  # fmt: skip
                return bill, Fen(max(0, bill.amount_fen - paid))
        raise RefusedError("没有查到这个户号，请看一看账单上的号码")
