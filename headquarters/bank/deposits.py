"""Cash deposits: credited once the machine has stored the notes, or disputed where a human has to count."""

from __future__ import annotations

from typing import Any, Literal

import orjson

from guitai.clock import Clock
from guitai.errors import GuitaiError
from guitai.money import Fen
from headquarters.bank.ledger import CASH_IN_DISPUTED, CASH_RECEIVED, Ledger, account_of

Result = Literal["credit", "dispute"]


class Deposits:
    """The cash deposits of the ledger."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger, self._clock = ledger, clock

    def put(self, id_: str, card: str, amount: Fen, result: Result) -> dict[str, Any]:
        """Book notes the machine holds; the same id again returns the same answer."""
        fields = {"card": card, "amount": amount, "result": result}
        answer: dict[str, Any] = self._ledger.once(
            "deposit", id_, fields, lambda: self._book(id_, card, amount, result)
        )
        return answer

    def get(self, id_: str) -> dict[str, Any]:
        """Return what became of a deposit. Raises GuitaiError ``bank.absent``."""
        row = self._ledger.connection.execute(
            "SELECT answer FROM requests WHERE request_id = ? AND kind = 'deposit'", (id_,)
        ).fetchone()
        if row is None:
            raise GuitaiError("bank.absent", request_id=id_)
        answer: dict[str, Any] = orjson.loads(row["answer"])
        return answer

    def _book(self, id_: str, card: str, amount: Fen, result: Result) -> dict[str, Any]:
        target = account_of(card) if result == "credit" else CASH_IN_DISPUTED
        if amount:  # a dispute may be about notes nobody could count yet
            self._ledger.move(CASH_RECEIVED, target, amount, self._clock.unix_ms(), id_)
        return {"status": "credited" if result == "credit" else "disputed", "reason": ""}
