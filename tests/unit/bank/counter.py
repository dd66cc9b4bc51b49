"""A counter at which a test speaks for one customer: orders, inquiries, transfers, cash, days that pass."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guitai.money import Fen
from headquarters.bank.customers import Customer
from headquarters.bank.days import DAY_MS
from headquarters.bank.host import Bank
from headquarters.bank.transfers import Order
from tests.fixtures.hq.clock import StandingClock
from tests.unit.bank.kinds import RICH
from tests.unit.bank.world import made_bank

ACCOUNT = "account:6222021208003456688"


@dataclass
class Counter:
    bank: Bank
    clock: StandingClock
    card: str
    n: int = 0

    def tell(self, kind: str, /, mode: str = "now", by: str = "", **params: str) -> dict[str, Any]:
        self.n += 1
        return self.bank.business.order(f"o-{self.n}", kind, self.card, params, mode, by)

    def ask(self, kind: str, /, **params: str) -> dict[str, Any]:
        return self.bank.business.inquire(kind, self.card, params)

    def send(self, amount: Fen, mode: str = "now") -> dict[str, Any]:
        self.n += 1
        order = Order(self.card, "张伟", ACCOUNT, amount, mode, "r")
        return self.bank.transfers.put(f"t-{self.n}", order, self.bank.customer(self.card))

    def draw(self, amount: Fen) -> dict[str, Any]:
        self.n += 1
        return self.bank.debits.put(f"d-{self.n}", self.card, amount)

    def money(self) -> Fen:
        return self.bank.available(self.card)

    def days(self, count: int) -> None:
        self.clock.now_ms += count * DAY_MS


def counter(folder: Path, **changes: Any) -> Counter:
    clock = StandingClock()
    bank = made_bank(folder, clock, [Customer.model_validate({**RICH, **changes})])
    return Counter(bank, clock, bank.token_of(RICH["card"]))
