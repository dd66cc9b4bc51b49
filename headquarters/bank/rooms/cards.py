"""Cards: loss and what follows, activation, PIN, swallowed cards."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from datetime import date, timedelta

from guitai.clock import UnixMs
from headquarters.bank import days
from headquarters.bank.ask import Answer, Ask, RefusedError, Row
from headquarters.bank.checks import Checks
from headquarters.bank.customers import Customer
from headquarters.bank.ledger import Ledger
from headquarters.bank.standing import LOST, Standing

READY_DAYS = 7
"""A new card is made and sent to the branch."""

CARD_MONTHS = 120
SATURDAY = 5
BLOCK = re.compile(r"[0-9A-Fa-f]{16}")
RISING = "01234567890"
NO_CARD = "没有找到这张卡，请再看一看"


class Cards:
    """The room. Of debit and credit cards, each under its own handle."""

    def __init__(self, ledger: Ledger, standing: Standing, checks: Checks) -> None:
        self._connection, self._standing, self._checks = ledger.connection, standing, checks
        self.inquiries = {"cards": self.cards}
        self.orders = {
            "report_loss": self.report_loss,
            "cancel_loss": self.cancel_loss,
            "replace_card": self.replace,
            "activate_card": self.activate,
            "change_pin": self.change_pin,
            "reset_pin": self.reset_pin,
            "claim_swallowed": self.claim_swallowed,
        }

    def enter(self, card: str, customer: Customer, now: UnixMs) -> None:
        """Nothing: cards are entered with the account they belong to."""

    def cards(self, ask: Ask) -> Answer:
        """Return the customer's cards."""
        return Answer(rows=[
            {
                "card_id": row["card_id"], "card_tail": row["tail"], "kind": row["kind"], "status": row["status"],
                "expiry_date": row["expiry"],
            }
            for row in self._standing.cards(ask.card)
        ])  # fmt: skip

    def report_loss(self, ask: Ask) -> Row:
        """Block a card, at once; one that is blocked stays so."""
        card = self._card(ask)
        if card["status"] == "ordered":
            raise RefusedError("这张新卡还没有交到您手里，不用挂失")
        self._standing.set_card(ask.card, card["card_id"], "lost")
        return {"card_tail": card["tail"], "effective_at": days.moment(ask.now)}

    def cancel_loss(self, ask: Ask) -> Row:
        """Let a card that was found be used again."""
        card = self._card(ask)
        if card["status"] != "lost":
            raise RefusedError("这张卡没有挂失，不用解挂")
        self._standing.set_card(ask.card, card["card_id"], "normal")
        return {"card_tail": card["tail"]}

    def replace(self, ask: Ask) -> Row:
        """Order a new card in place of the old one, which ends at once. Free of charge."""
        card = self._card(ask)
        if card["status"] == "ordered":
            raise RefusedError("新卡已经在制作了，做好会通知您")
        number = int(hashlib.sha256(ask.request_id.encode()).hexdigest(), 16) % 10_000
        tail = f"{number:04d}" if f"{number:04d}" != card["tail"] else f"{(number + 1) % 10_000:04d}"
        self._standing.set_card(ask.card, card["card_id"], "cancelled")
        expiry = days.add_months(ask.today, CARD_MONTHS)
        self._standing.add_card(ask.card, tail, card["kind"], "ordered", expiry.isoformat())
        return {"card_tail": tail, "ready_date": _working_day(ask.today, READY_DAYS).isoformat(), "fee_fen": "0"}

    def activate(self, ask: Ask) -> Row:
        """Let a new card be used."""
        card = self._card(ask)
        match card["status"]:
            case "normal":
                raise RefusedError("这张卡已经激活，可以直接用")
            case "lost":
                raise RefusedError(LOST)
            case "ordered":
                raise RefusedError("新卡还在制作，领到卡再激活")
        self._standing.set_card(ask.card, card["card_id"], "normal")
        return {"card_tail": card["tail"]}

    def change_pin(self, ask: Ask) -> Row:
        """Take a new PIN, keyed in twice; blocks are hexadecimal, under the pad's key."""
        debit = next((row for row in self._standing.cards(ask.card) if row["kind"] == "debit"), None)
        if debit is None:
            raise RefusedError(NO_CARD)
        if debit["status"] == "lost":
            raise RefusedError(LOST)
        pin, again = (self._pin(ask, name) for name in ("pin_block", "pin_block_again"))
        if pin != again:
            raise RefusedError("两次输入的密码不一样，请再试一次")
        if pin == ask.customer.pin:
            raise RefusedError("新密码和原来的一样，请换一个")
        if len(set(pin)) == 1 or pin in RISING or pin in RISING[::-1]:
            raise RefusedError("这个密码太容易被猜到，请换一个")
        self._standing.change(ask.card, "pin", pin)
        return {}

    def reset_pin(self, ask: Ask) -> Row:
        """Unlock the PIN: wrong tries no longer count."""
        self._connection.execute("DELETE FROM pins WHERE card = ?", (ask.card,))
        return {}

    def claim_swallowed(self, ask: Ask) -> Row:
        """Say when a retained card can be fetched."""
        return {"ready_date": _working_day(ask.today, 1).isoformat()}

    def _pin(self, ask: Ask, name: str) -> str:
        block = ask.text(name)
        pin = self._checks.pin_in(bytes.fromhex(block), ask.customer) if BLOCK.fullmatch(block) else ""
        if not (4 <= len(pin) <= 12 and pin.isdigit()):
            raise RefusedError("密码没有收到，请在键盘上再输一次")
        return pin

    def _card(self, ask: Ask) -> sqlite3.Row:
        for row in self._standing.cards(ask.card):
            if row["card_id"] == ask.text("card_id"):
                return row
        raise RefusedError(NO_CARD)


def _working_day(today: date, ahead: int) -> date:
    day = today + timedelta(days=ahead)
    return day + timedelta(days=7 - day.weekday()) if day.weekday() >= SATURDAY else day
