"""Accounts: what the customer has, its past, freezing, opening, closing, changes of the customer's own data."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from datetime import date

from guitai.clock import UnixMs
from guitai.money import Fen
from headquarters.bank import days
from headquarters.bank.ask import Answer, Ask, RefusedError, Row
from headquarters.bank.customers import Customer
from headquarters.bank.ledger import Ledger, account_of
from headquarters.bank.standing import DAILY, Standing

PHONE = re.compile(r"1[3-9]\d{9}")
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
ID_YEARS = 20
"""How long a new ID card is good when nobody says."""

AccountRows = Callable[[str], list[Row]]


class Accounts:
    """The room. `holdings` tell what else the customer has, as rows of ``accounts``."""

    def __init__(self, ledger: Ledger, standing: Standing, holdings: Sequence[AccountRows]) -> None:
        self._ledger, self._standing, self._holdings = ledger, standing, holdings
        self.inquiries = {"accounts": self.accounts, "account_info": self.info, "available": self.available}
        self.orders = {
            "freeze_account": self.freeze,
            "unfreeze_account": self.unfreeze,
            "open_account": self.open,
            "close_account": self.close,
            "upgrade_account": self.upgrade,
            "change_phone": self.change_phone,
            "update_id": self.update_id,
            "certificate": self.certificate,
        }

    def enter(self, card: str, customer: Customer, now: UnixMs) -> None:
        """Enter the account and its cards."""
        self._standing.enter(card, customer, now)

    def accounts(self, ask: Ask) -> Answer:
        """Return everything the customer has, the account itself first."""
        tail = ask.customer.card[-4:]
        row = self._standing.of(ask.card)
        main = {
            "account_id": f"debit-{tail}", "account_tail": tail, "kind": f"debit_{row['account_class']}", "product": "活期储蓄",
            "available_fen": str(self._balance(ask)), "status": row["status"],
        }  # fmt: skip
        return Answer(rows=[main, *(held for rows in self._holdings for held in rows(ask.card))])

    def available(self, ask: Ask) -> Answer:
        """Return what can be paid out of the account."""
        return Answer({"available_fen": str(self._balance(ask))})

    def info(self, ask: Ask) -> Answer:
        """Return what stands about the account."""
        customer, row = ask.customer, self._standing.of(ask.card)
        return Answer({
            "card_tail": customer.card[-4:], "account_class": row["account_class"], "branch": customer.branch,
            "opened_date": row["opened"], "status": row["status"], "daily_limit_fen": str(row["daily_fen"]),
            "phone_tail": row["phone"][-4:], "id_expiry_date": row["id_expiry"],
        })  # fmt: skip

    def freeze(self, ask: Ask) -> Row:
        """Let nothing go out any more, at once."""
        if self._status(ask) == "closed":
            raise RefusedError("这个账户已经销户了，不用冻结")
        self._standing.change(ask.card, "status", "frozen")
        return {"effective_at": days.moment(ask.now)}

    def unfreeze(self, ask: Ask) -> Row:
        """Let money go out again."""
        if self._status(ask) in ("normal", "closed"):
            raise RefusedError("您的账户没有冻结，不用解冻")
        self._standing.change(ask.card, "status", "normal")
        return {"status": "normal"}

    def open(self, ask: Ask) -> Row:
        """Open an account: of class I for who has none yet, of class II for who has."""
        if not PHONE.fullmatch(ask.text("phone")):
            raise RefusedError("手机号不对，请再看一看")
        if not ask.text("id_card"):
            raise RefusedError("请先放上身份证")
        number = int(hashlib.sha256(ask.request_id.encode()).hexdigest(), 16) % 10_000
        return {"card_tail": f"{number:04d}", "account_class": "II" if ask.who else "I"}

    def close(self, ask: Ask) -> Row:
        """Close an account that holds nothing and owes nothing."""
        if self._status(ask) != "normal":
            raise RefusedError("账户现在的状态不能销户，请先和柜员恢复正常")
        if any(rows(ask.card) for rows in self._holdings):
            raise RefusedError("名下还有存款、理财、信用卡或者贷款，先结清才能销户")
        if self._balance(ask):
            raise RefusedError("账户里还有钱，先取出来或者转走，才能销户")
        self._standing.change(ask.card, "status", "closed")
        for card in self._standing.cards(ask.card):
            self._standing.set_card(ask.card, card["card_id"], "cancelled")
        return {"status": "closed"}

    def upgrade(self, ask: Ask) -> Row:
        """Make an account of class II or III one of class I, with its limits."""
        if self._standing.of(ask.card)["account_class"] == "I":
            raise RefusedError("您的账户已经是 I 类户，不用升级")
        self._standing.change(ask.card, "account_class", "I")
        self._standing.change(ask.card, "daily_fen", DAILY["I"])
        return {"account_class": "I"}

    def change_phone(self, ask: Ask) -> Row:
        """Change where codes are sent."""
        phone = ask.text("phone")
        if not PHONE.fullmatch(phone):
            raise RefusedError("手机号不对，请再看一看")
        if phone == self._standing.of(ask.card)["phone"]:
            raise RefusedError("这就是您现在预留的手机号，不用改")
        self._standing.change(ask.card, "phone", phone)
        return {"phone_tail": phone[-4:]}

    def update_id(self, ask: Ask) -> Row:
        """Take in a new ID card; its last day when it is told (an ISO date in the text), else the usual twenty years."""
        text = ask.text("id_card")
        if not text:
            raise RefusedError("请先放上身份证")
        told = ISO_DATE.search(text)
        until = date.fromisoformat(told[0]) if told else days.add_months(ask.today, 12 * ID_YEARS)
        if until <= ask.today:
            raise RefusedError("这张身份证已经过期，请带新的身份证来")
        self._standing.change(ask.card, "id_expiry", until.isoformat())
        return {"id_expiry_date": until.isoformat()}

    def certificate(self, ask: Ask) -> Row:
        """Return what a certificate states: the account and fixed deposits, with wealth products, or that no loan is owed."""
        kind, rows = ask.text("kind"), [row for rows in self._holdings for row in rows(ask.card)]
        if kind == "settled":
            if any(row["kind"] == "loan" for row in rows):
                raise RefusedError("贷款还没有结清，结清后才能开证明")
            return {"balance_fen": "0", "certificate_date": ask.today.isoformat()}
        counted = ("fixed", "wealth") if kind == "asset" else ("fixed",)
        held = sum(int(row["available_fen"]) for row in rows if row["kind"] in counted)
        return {"balance_fen": str(self._balance(ask) + held), "certificate_date": ask.today.isoformat()}

    def _balance(self, ask: Ask) -> Fen:
        return self._ledger.balance(account_of(ask.card))

    def _status(self, ask: Ask) -> str:
        return str(self._standing.of(ask.card)["status"])
