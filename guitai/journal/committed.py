"""Which effects move money, cards or rights, which events settle them, and what headquarters is told."""

from __future__ import annotations

from guitai.messages.bank import BankUnreachable
from guitai.messages.cash import CashFailed, PresentStatusKnown
from guitai.messages.cash_in import CashInFailed, CashInStatusKnown

COMMITTED = frozenset(
    {
        "card.move",
        "cash.dispense",
        "cash.present",
        "cash.retract",
        "cash.reject",
        "cashin.start",
        "cashin.insert",
        "cashin.end",
        "cashin.roll_back",
        "cashin.retract",
        "branch.start_exchange",
        "branch.end_exchange",
        "bank.post_transfer",
        "bank.post_deposit",
        "bank.decide_hold",
        "bank.reserve",
        "bank.settle",
        "bank.order",
    }
)
"""Effects that are never repeated on a guess: unfinished until an event tells their outcome."""

QUIET_EVENTS = frozenset({"voice.partial", "pin.keyed"})
"""Caption drafts and key counts: in the journal for replay, of no use to headquarters."""

TOLD_EFFECTS = COMMITTED | {
    "card.retention",
    "branch.difference",
    "print.offered",
    "risk.decided",
    "handover.consent",
    "handover.escalate",
    "handover.form",
    "handover.signed",
    "handover.withdraw",
    "service.response",
    "service.unanswered",
    "service.work_order",
    "session.closed",
}


def settles(event: object) -> str | None:
    """Return the request whose outcome `event` tells, if it tells one.

    "No answer" and "nobody knows where the notes are" are not outcomes: after a break the session must ask.
    """
    if isinstance(event, BankUnreachable) or (isinstance(event, CashFailed | CashInFailed) and not event.certain):
        return None
    return request_of(event)


def settles_cash_before(event: object) -> str | None:
    """Return the question about the notes that `event` decides: it ends every effect of its machine asked for before it.

    The machine knows where its notes are, whatever became of the answers to the commands that moved them.
    """
    if isinstance(event, PresentStatusKnown | CashInStatusKnown) and event.status != "unknown":
        return event.request_id
    return None


def request_of(message: object) -> str | None:
    """Return the request id an event or effect carries, if it carries one."""
    request_id = getattr(message, "request_id", None)
    return request_id if isinstance(request_id, str) else None
