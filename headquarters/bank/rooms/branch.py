"""The branch: who waits, visits and cash that are booked."""

from __future__ import annotations

from datetime import date

from guitai.clock import UnixMs
from guitai.money import short_yuan, yuan
from headquarters.bank.ask import Answer, Ask, RefusedError, Row
from headquarters.bank.catalogue import Catalogue
from headquarters.bank.customers import Customer
from headquarters.bank.ledger import Ledger

SCHEMA = """
CREATE TABLE IF NOT EXISTS bookings(
  request_id TEXT PRIMARY KEY, letter TEXT NOT NULL, day TEXT NOT NULL, what TEXT NOT NULL) STRICT;
"""
MOST_CASH = yuan(2_000_000)
CASH_DAYS, VISIT_DAYS = 30, 30
CASH, VISIT = "B", "A"


class Branch:
    """The room. The first branch of the catalogue is the one the kiosk stands in."""

    def __init__(self, ledger: Ledger, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._connection = ledger.connection
        self.inquiries = {"queue": self.queue}
        self.orders = {"book_cash": self.book_cash, "book_visit": self.book_visit}

    def enter(self, card: str, customer: Customer, now: UnixMs) -> None:
        """Nothing: a branch knows no customers."""

    def queue(self, ask: Ask) -> Answer:
        """Return who waits here and at the other branches."""
        here = self._catalogue.branch[0]
        waiting = here.waiting + self._booked(VISIT, ask.today)
        return Answer(
            {
                "waiting": str(waiting), "minutes": str(waiting * self._catalogue.minutes_each),
                "next_number": self._number(VISIT, ask.today),
            },
            [
                {
                    "branch": one.name, "waiting": str(one.waiting),
                    "minutes": str(one.waiting * self._catalogue.minutes_each),
                }
                for one in self._catalogue.branch
            ],
        )  # fmt: skip

    def book_cash(self, ask: Ask) -> Row:
        """Have cash made ready: from tomorrow on."""
        amount = ask.amount()
        if amount > MOST_CASH:
            raise RefusedError(f"一次最多预约 {short_yuan(MOST_CASH)} 元；更多的请和柜员商量")
        return self._book(ask, CASH, ask.day("date", 1, CASH_DAYS), f"cash {amount}")

    def book_visit(self, ask: Ask) -> Row:
        """Give a number, for today or a later day."""
        day = ask.day("date", 0, VISIT_DAYS)
        waiting = self._booked(VISIT, day) + (self._catalogue.branch[0].waiting if day == ask.today else 0)
        return {**self._book(ask, VISIT, day, ask.text("business")), "waiting": str(waiting)}

    def _book(self, ask: Ask, letter: str, day: date, what: str) -> Row:
        number = self._number(letter, day)
        self._connection.execute(
            "INSERT INTO bookings VALUES(?, ?, ?, ?)", (ask.request_id, letter, day.isoformat(), what)
        )
        return {"number": number, "date": day.isoformat()}

    def _number(self, letter: str, day: date) -> str:
        return f"{letter}{self._booked(letter, day) + self._catalogue.branch[0].waiting + 1:03d}"

    def _booked(self, letter: str, day: date) -> int:
        (count,) = self._connection.execute(
            "SELECT COUNT(*) FROM bookings WHERE letter = ? AND day = ?", (letter, day.isoformat())
        ).fetchone()
        return int(count)
