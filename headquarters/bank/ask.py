"""What a room of the bank is asked, what it answers, and how it says no."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from guitai.clock import UnixMs
from guitai.money import Fen
from headquarters.bank import days
from headquarters.bank.customers import Customer
from headquarters.bank.transfers import Mode

MOST_FEN = 10**13
_AMOUNT = re.compile(r"[1-9]\d{0,13}")
Row = dict[str, str]


class RefusedError(Exception):
    """The bank says no; the text is a kind sentence for the customer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to an inquiry."""

    fields: Row = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ask:
    """One inquiry or order. `customer` is absent where nobody has to be known."""

    request_id: str
    card: str
    who: Customer | None
    params: Mapping[str, str]
    now: UnixMs
    approved_by: str = ""
    mode: Mode = "now"
    risk_ref: str = ""

    @property
    def customer(self) -> Customer:
        """Return the customer; only for kinds that want one."""
        assert self.who is not None
        return self.who

    @property
    def today(self) -> date:
        """Return the date at the bank."""
        return days.day_of(self.now)

    def text(self, name: str) -> str:
        """Return a value, empty when it was left out."""
        return self.params.get(name, "").strip()

    def amount(self, name: str = "amount_fen") -> Fen:
        """Return an amount. Raises RefusedError if it is none."""
        text = self.text(name)
        if not _AMOUNT.fullmatch(text) or int(text) > MOST_FEN:
            raise RefusedError("金额不对，请再看一看")
        return Fen(int(text))

    def number(self, name: str, least: int, most: int) -> int:
        """Return a whole number in bounds. Raises RefusedError if it is none."""
        text = self.text(name)
        if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most):
            raise RefusedError(f"请选 {least} 到 {most} 之间的数")
        return int(text)

    def day(self, name: str, least_ahead: int, most_ahead: int) -> date:
        """Return a day ahead of today in bounds. Raises RefusedError if it is none."""
        try:
            day = days.day_named(self.text(name), self.today)
        except ValueError as error:
            raise RefusedError("日期没有听清，请再选一次") from error
        if not least_ahead <= (day - self.today).days <= most_ahead:
            raise RefusedError(f"请选 {least_ahead} 到 {most_ahead} 天之内的日子")
        return day


Inquiry = Callable[[Ask], Answer]
Deed = Callable[[Ask], Row]
"""Carries an order out and returns its fields. Raises RefusedError; what it changed by then is undone."""


class Room(Protocol):
    """One domain of the bank's business, with tables of its own in the ledger's file."""

    @property
    def inquiries(self) -> Mapping[str, Inquiry]:
        """What it answers, by kind."""
        ...

    @property
    def orders(self) -> Mapping[str, Deed]:
        """What it carries out, by kind."""
        ...

    def enter(self, card: str, customer: Customer, now: UnixMs) -> None:
        """Enter what the customer holds when the books are opened; called inside a transaction."""
