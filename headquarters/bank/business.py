"""Inquiries and orders of the simulated bank, by kind; what each takes and gives is in guitai/dialogue/services.yaml.

An order is carried out once for its id. What waits (mode ``delay_24h``) or is held for a human (``hold``) is an order of a kind that
stays with the customer or the bank; money for others waits and is held as a transfer.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import orjson

from guitai.clock import Clock
from guitai.dialogue.services import INQUIRIES, ORDERS, Service
from guitai.errors import GuitaiError
from headquarters.bank.ask import Ask, RefusedError, Room
from headquarters.bank.customers import Customer
from headquarters.bank.days import DAY_MS
from headquarters.bank.ledger import Ledger
from headquarters.bank.transfers import HOLD_LAPSES_MS, Decision, Mode, Transfers
from headquarters.database import transaction

NEEDS_TELLER = "needs a teller"
WHO = "请先插卡，我才知道是您"
FOR_ANYBODY = frozenset(
    {
        "deposit_quote", "loan_quote", "utility_bill", "exchange_rates", "queue", "open_account", "claim_swallowed", "book_visit",
        "complain", "work_order",
    }
)  # fmt: skip
"""What can be asked and told without a card. A bill of an enterprise is known by the number on it."""

AT_ONCE = frozenset(
    {"report_loss", "freeze_account", "recall_transfer", "dispute_charges", "complain", "work_order", "opt_out"}
)
"""What protects the customer never waits, whatever mode it is asked in."""

LATE = frozenset({"card_overdue", "loan_overdue"})
"""Proposals that are a reminder of money owed."""

LAPSED = "核实期已过，没有办理"
CANCELLED = "柜员和您一起取消了"

Known = Callable[[str], Customer]


class Business:
    """Answers inquiries and carries out orders. Every public method first does what time has made due."""

    def __init__(self, ledger: Ledger, transfers: Transfers, clock: Clock, known: Known, rooms: Sequence[Room]) -> None:
        self._ledger, self._transfers, self._clock, self._known = ledger, transfers, clock, known
        self._connection = ledger.connection
        self.inquiries = {kind: answer for room in rooms for kind, answer in room.inquiries.items()}
        self.orders = {kind: deed for room in rooms for kind, deed in room.orders.items()}

    def inquire(self, kind: str, card: str, params: dict[str, str]) -> dict[str, Any]:
        """Return ``fields``, ``rows`` and why there are none.

        Raises GuitaiError ``bank.unknown_business``, ``bank.bad_params``, ``bank.no_card``.
        """
        _check(kind, INQUIRIES, params)
        self.do_due()
        ask = Ask("", card, self._known(card) if card else None, params, self._clock.unix_ms())
        if ask.who is None and kind not in FOR_ANYBODY:
            return {"fields": {}, "rows": [], "refused": WHO}
        try:
            answer = self.inquiries[kind](ask)
        except RefusedError as error:
            return {"fields": {}, "rows": [], "refused": str(error)}
        return {"fields": answer.fields, "rows": answer.rows, "refused": ""}

    def is_late(self, card: str) -> bool:
        """Whether a payment of the customer's is overdue that they want to be reminded of."""
        rows = self.inquire("proposals", card, {})["rows"]
        return any(row["kind"] in LATE for row in rows)

    def order(
        self,
        request_id: str,
        kind: str,
        card: str,
        params: dict[str, str],
        mode: Mode,
        approved_by: str,
        risk_ref: str = "",
    ) -> dict[str, Any]:
        """Do something once; the same id again returns what has become of it.

        Raises GuitaiError ``bank.unknown_business``, ``bank.bad_params``, ``bank.no_card``, ``bank.request_reused``.
        """
        service = _check(kind, ORDERS, params)
        self.do_due()
        who = self._known(card) if card else None
        ask = Ask(request_id, card, who, params, self._clock.unix_ms(), approved_by, mode, risk_ref)
        fields = {"order": kind, "card": card, "params": params, "mode": mode, "approved_by": approved_by}
        self._ledger.once("order", request_id, fields, lambda: self._new(ask, kind, service))
        return self.ordered(request_id)

    def ordered(self, request_id: str) -> dict[str, Any]:
        """Return what became of an order. Raises GuitaiError ``bank.absent``."""
        self.do_due()
        row = self._row(request_id)
        status, reason, case = row["status"], row["reason"], row["case_number"]
        if status == "sent":
            sent = self._transfers.get(request_id)
            status = "done" if sent["status"] == "posted" else sent["status"]
            reason = sent["reason"]
        fields = orjson.loads(row["fields"]) if status in ("done", "delayed") else {}
        return {"status": status, "reason": reason, "case_number": case, "fields": fields}

    def decide(self, id_: str, request_id: str, decision: Decision, teller: str) -> dict[str, Any]:
        """Release, reject or confirm an order that is held or delayed; what is over stays. Raises GuitaiError ``bank.absent``."""
        self.do_due()
        self._row(id_)
        fields = {"order": id_, "decision": decision, "teller": teller}
        self._ledger.once("decision", request_id, fields, lambda: self._decide(id_, decision, teller))
        return self.ordered(id_)

    def do_due(self) -> None:
        """Carry out delayed orders whose day is over; let holds lapse nobody confirmed."""
        self._transfers.do_due()
        now = self._clock.unix_ms()
        due = "SELECT * FROM orders WHERE status IN ('delayed', 'held') AND due_ms <= ?"
        if self._connection.execute(due + " LIMIT 1", (now,)).fetchone() is None:
            return
        with transaction(self._connection):
            for row in self._connection.execute(due, (now,)).fetchall():
                if row["status"] == "held":
                    self._become(row["id"], "refused", LAPSED)
                else:
                    self._do_now(row)

    def _new(self, ask: Ask, kind: str, service: Service) -> dict[str, Any]:
        status, reason, case, due = "refused", "", "", None
        done: dict[str, str] = {}
        if ask.who is None and kind not in FOR_ANYBODY:
            reason = WHO
        elif service.by == "teller" and not ask.approved_by:
            reason = NEEDS_TELLER
        elif service.money != "out" and ask.mode != "now" and kind not in AT_ONCE:
            status, lapse = ("held", HOLD_LAPSES_MS) if ask.mode == "hold" else ("delayed", DAY_MS)
            case, due = self._ledger.case_number(), ask.now + lapse
        else:
            status, reason, done = self._carry_out(kind, ask)
            if status == "sent":
                case = self._transfers.row(ask.request_id)["case_number"]
            if status != "refused":
                case = case or self._ledger.case_number()
        self._connection.execute(
            "INSERT INTO orders VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '')",
            (
                ask.request_id, kind, ask.card, orjson.dumps(_kept(ask.params)).decode(), _amount(ask.params), ask.mode, ask.risk_ref,
                ask.approved_by, status, reason, case, orjson.dumps(done).decode(), ask.now, due,
            ),
        )  # fmt: skip
        return {}

    def _carry_out(self, kind: str, ask: Ask) -> tuple[str, str, dict[str, str]]:
        """Return status, reason and fields; what a refusal had changed by then is undone."""
        try:
            with _undone_if_refused(self._connection):
                fields = self.orders[kind](ask)
        except RefusedError as error:
            return "refused", str(error), {}
        return "sent" if ORDERS[kind].money == "out" else "done", "", fields

    def _do_now(self, row: sqlite3.Row, teller: str = "") -> None:
        params, approved_by = orjson.loads(row["params"]), row["approved_by"] or teller
        self._become(row["id"], "due", "")  # it no longer holds anything up, itself least of all
        ask = Ask(row["id"], row["card"], self._known(row["card"]), params, self._clock.unix_ms(), approved_by)
        status, reason, fields = self._carry_out(row["kind"], ask)
        self._become(row["id"], status, reason, fields)

    def _decide(self, id_: str, decision: Decision, teller: str) -> dict[str, Any]:
        row = self._row(id_)
        if row["status"] not in ("held", "delayed"):
            return {}
        self._connection.execute("UPDATE orders SET decided_by = ? WHERE id = ?", (teller, id_))
        if decision == "confirm":  # a hold does not lapse by itself any more; a delay keeps its day
            self._connection.execute("UPDATE orders SET due_ms = NULL WHERE id = ? AND status = 'held'", (id_,))
        elif decision == "reject":
            self._become(id_, "refused", CANCELLED)
        elif row["status"] == "held":
            self._do_now(row, teller)
        return {}  # a delayed order that is released keeps its day

    def _become(self, id_: str, status: str, reason: str, fields: Mapping[str, str] | None = None) -> None:
        self._connection.execute(
            "UPDATE orders SET status = ?, reason = ?, fields = ?, due_ms = NULL WHERE id = ?",
            (status, reason, orjson.dumps(fields or {}).decode(), id_),
        )

    def _row(self, id_: str) -> sqlite3.Row:
        row: sqlite3.Row | None = self._connection.execute("SELECT * FROM orders WHERE id = ?", (id_,)).fetchone()
        if row is None:
            raise GuitaiError("bank.absent", request_id=id_)
        return row


def _check(kind: str, services: Mapping[str, Service], params: Mapping[str, str]) -> Service:
    if kind not in services:
        raise GuitaiError("bank.unknown_business", kind=kind)
    service = services[kind]
    wrong = {*params} - {*service.params} | {*service.params} - {*service.optional} - {*params}
    if wrong:
        raise GuitaiError("bank.bad_params", kind=kind, names=", ".join(sorted(wrong)))
    return service


def _kept(params: Mapping[str, str]) -> dict[str, str]:
    """Return what may be kept of an order's values: PIN blocks never are."""
    return {name: value for name, value in params.items() if not name.startswith("pin_block")}


def _amount(params: Mapping[str, str]) -> int:
    text = params.get("amount_fen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 15 else 0


@contextmanager
def _undone_if_refused(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("SAVEPOINT deed")
    try:
        yield
    except RefusedError:
        connection.execute("ROLLBACK TO deed")
        raise
    finally:
        connection.execute("RELEASE deed")
