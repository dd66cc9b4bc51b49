"""What a customer should hear of once it is known who stands there, each with its reason; nothing they did not want to hear of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from guitai.clock import UnixMs
from guitai.money import Fen, short_yuan
from headquarters.bank.ask import Answer, Ask, Deed, Row
from headquarters.bank.customers import Customer
from headquarters.bank.rooms.credit import Credit
from headquarters.bank.rooms.fixed import NOTICE, Fixed
from headquarters.bank.rooms.loans import Loans, overdue_days
from headquarters.bank.rooms.service import Service
from headquarters.bank.rooms.wealth import Wealth
from headquarters.bank.standing import Standing

CARD_DAYS, ID_DAYS, DEPOSIT_DAYS, BILL_DAYS, LOAN_DAYS = 60, 90, 15, 7, 7
"""How long before the day something is worth telling."""

REMINDERS = (
    (30, "human", "先别着急，请和柜员一起商量怎么还"),
    (8, "firm", "请尽快还上，以免影响信用记录"),
    (0, "gentle", "可能是忙忘了，现在就能还"),
)
"""From how many days late on which step is taken, and what is said."""


class Proposals:
    """The room: it looks into the others."""

    def __init__(
        self, standing: Standing, fixed: Fixed, credit: Credit, loans: Loans, wealth: Wealth, service: Service
    ) -> None:
        self._standing, self._fixed, self._credit = standing, fixed, credit
        self._loans, self._wealth, self._service = loans, wealth, service
        self.inquiries = {"proposals": self.proposals}
        self.orders: dict[str, Deed] = {}

    def enter(self, card: str, customer: Customer, now: UnixMs) -> None:
        """Nothing: proposals follow from what the other rooms hold."""

    def proposals(self, ask: Ask) -> Answer:
        """Return what is worth telling, what costs the customer money first."""
        unwanted = self._service.out_of(ask.card)
        found = [*self._late(ask), *self._due(ask), *self._expiring(ask), *self._maturing(ask), *self._wanted(ask)]
        return Answer(rows=[row for row in found if not unwanted & {"all", row["kind"], row["product"]}])

    def _late(self, ask: Ask) -> Iterator[Row]:
        row = self._credit.of(ask.card)
        if row is not None and self._credit.is_overdue(row, ask.today):
            late = (ask.today - date.fromisoformat(row["due"])).days
            step, words = _reminder(late)
            reason = f"信用卡账单过了还款日 {late} 天。{words}"
            yield _row("card_overdue", row["card_id"], reason, row["due"], row["min_due_fen"], step)
        for loan in self._loans.of(ask.card):
            if late := overdue_days(loan, ask.today):
                step, words = _reminder(late)
                reason = f"{loan['product']}过了还款日 {late} 天。{words}"
                due = self._loans.due(loan, ask.today)
                yield _row("loan_overdue", loan["id"], reason, loan["next_due"], due, step)

    def _due(self, ask: Ask) -> Iterator[Row]:
        row = self._credit.of(ask.card)
        if row is not None and row["bill_fen"] and (left := _days_to(row["due"], ask.today)) in range(BILL_DAYS + 1):
            yield _row("bill_due", row["card_id"], f"信用卡账单还有 {left} 天到还款日", row["due"], row["bill_fen"])
        for loan in self._loans.of(ask.card):
            if (left := _days_to(loan["next_due"], ask.today)) in range(LOAN_DAYS + 1):
                due = self._loans.due(loan, ask.today)
                yield _row("loan_due", loan["id"], f"{loan['product']}还有 {left} 天到还款日", loan["next_due"], due)

    def _expiring(self, ask: Ask) -> Iterator[Row]:
        for card in self._standing.cards(ask.card):
            if card["status"] == "normal" and (left := _days_to(card["expiry"], ask.today)) <= CARD_DAYS:
                what = "银行卡" if card["kind"] == "debit" else "信用卡"
                when = f"还有 {left} 天到期" if left >= 0 else "已经到期"
                yield _row(
                    "card_expiring",
                    card["card_id"],
                    f"尾号 {card['tail']} 的{what}{when}，可以免费换新卡",
                    card["expiry"],
                )
        expiry = self._standing.of(ask.card)["id_expiry"]
        if (left := _days_to(expiry, ask.today)) <= ID_DAYS:
            when = f"还有 {left} 天到期" if left >= 0 else "已经过期"
            yield _row("id_expiring", "id_card", f"您留存的身份证{when}，更新后业务不受影响", expiry)

    def _maturing(self, ask: Ask) -> Iterator[Row]:
        for row in self._fixed.rows_to_mature(ask.card):
            left = _days_to(row["maturity_date"], ask.today)
            if row["term"] != NOTICE and left <= DEPOSIT_DAYS:
                when = f"还有 {left} 天到期" if left > 0 else "已经到期"
                reason = f"您的{row['product']} {short_yuan(Fen(int(row['amount_fen'])))} 元{when}，可以看看要不要续存"
                yield _row("deposit_maturing", row["deposit_id"], reason, row["maturity_date"], int(row["amount_fen"]))

    def _wanted(self, ask: Ask) -> Iterator[Row]:
        for product_id in ask.customer.interests:
            if product := self._wealth.fits(ask.card, product_id, ask.today):
                reason = f"您最近常看{product.name}，它的风险等级 {product.risk_level} 合适您"
                yield _row("product_interest", product.id, reason, ask.today.isoformat(), product.least_fen)


def _reminder(late: int) -> tuple[str, str]:
    """Return the step and how it is said: gently in the first days, then firmly, then with a person."""
    return next((step, words) for days, step, words in REMINDERS if late >= days)


def _row(kind: str, product: str, reason: str, day: str, amount: int = 0, step: str = "") -> Row:
    return {
        "proposal_id": f"{kind}:{product}", "kind": kind, "product": product, "reason": reason, "date": day,
        "amount_fen": str(amount), "step": step,
    }  # fmt: skip


def _days_to(day: str, today: date) -> int:
    return (date.fromisoformat(day) - today).days
