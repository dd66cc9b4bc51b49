"""Whose word counts: why a teller's command is refused now, or that it is taken. One lease, one operator, a hard end."""

from __future__ import annotations

from typing import Any

from guitai.dialogue.beside import Handover
from guitai.dialogue.data import FLOWS
from guitai.dialogue.slots import fits
from guitai.dialogue.state import Session, Stage
from guitai.messages.handover import TellerDecided, TellerJoined, TellerLeft, TellerSaid
from guitai.messages.takeover import (
    Approval,
    Authorised,
    ListenerJoined,
    ListenerLeft,
    Page,
    TellerAsked,
    TellerBeat,
    TellerHold,
    TellerLooked,
    TellerOperated,
    TellerPushed,
    TellerQueued,
)
from guitai.money import Fen

OF_TELLERS = (
    TellerSaid, TellerDecided, TellerLeft, TellerBeat, TellerPushed, TellerAsked, TellerLooked, TellerOperated, TellerHold,
)  # fmt: skip
COMMANDS = (TellerJoined, TellerQueued, ListenerJoined, ListenerLeft, *OF_TELLERS)

CASH = "withdraw"
"""The flow by which a teller has notes paid out."""

MOST_TITLE, MOST_BODY, MOST_FIELDS, MOST_OPTIONS, MOST_OPTION = 60, 2_000, 8, 6, 40
_OPEN: frozenset[Stage] = frozenset({"teller", "slot", "card", "id_card", "confirm", "question", "still_there"})
"""Where the teller may put something else before the customer: nothing is on its way, nothing secret is entered."""

_SECRET_OR_ON_THE_WAY: frozenset[Stage] = frozenset({"pin", "sms", "working"})


def why_not(session: Session, command: Any) -> str:
    """Return why a command is refused at the session's time, as a word for headquarters; empty: it is taken."""
    handover = session.handover
    if handover is None or handover.escalation_id != command.escalation_id or session.stage in ("ending", "closed"):
        return "no_escalation"
    over = session.at_ms >= handover.lease_until_ms
    match command:
        case TellerQueued():
            return "not_now" if handover.teller_id else ""
        case TellerJoined(teller_id=teller_id) if handover.teller_id:
            return "already_taken" if teller_id != handover.teller_id else "lease_over" if over else ""
        case TellerJoined():
            return "" if command.lease_ms > 0 else "lease_over"
        case ListenerJoined():
            return _of_listener(session, command)
        case ListenerLeft():
            return "" if handover.listener_id == command.listener_id else "not_lease_holder"
    if not handover.teller_id or handover.teller_id != command.teller_id:
        return "not_lease_holder"
    if isinstance(command, TellerLeft):
        return ""
    if over:
        return "lease_over"
    if isinstance(command, TellerBeat):
        return ""
    return "teller_lost" if handover.lost else _of_deed(session, command)


def in_force(session: Session) -> bool:
    """Whether a teller holds the lease now and is there."""
    handover = session.handover
    return (
        handover is not None
        and handover.teller_id != ""
        and not handover.lost
        and session.at_ms < handover.lease_until_ms
    )


def used(handover: Handover, approval: Approval | None) -> tuple[str, ...]:
    """Return the approvals that count no more, with one that was just taken."""
    return handover.used if approval is None else (*handover.used, approval.approval_id)


def held_by_host(session: Session) -> str:
    """Return the id of what the host holds until a human decides; empty: nothing, or it was decided."""
    task = session.task
    if task is None or task.decision is not None:
        return ""
    if task.order is not None:
        return task.order.request_id if task.order.mode == "hold" else ""
    return task.request_id if task.kind == "transfer" and task.mode == "hold" else ""


def begun(session: Session) -> bool:
    """Whether an errand is under way of which nothing has been asked of the host yet."""
    task = session.task
    return task is not None and session.outcome == f"{task.kind}.begun" and not task.request_id and task.order is None


def _of_listener(session: Session, command: ListenerJoined) -> str:
    handover = session.handover
    assert handover is not None
    if handover.silent:
        return "silent"
    if not in_force(session):
        return "not_now"
    other = handover.listener_id not in ("", command.listener_id)
    return "already_taken" if other or command.listener_id == handover.teller_id else ""


def _of_deed(session: Session, command: Any) -> str:
    match command:
        case TellerDecided() if session.attended and session.stage in _SECRET_OR_ON_THE_WAY:
            return "busy"
        case TellerDecided(decision="approve"):
            return _of_approval_of_errand(session, command)
        case TellerPushed():
            return _visible(session) or ("too_large" if _too_large(command.page) else "")
        case TellerAsked():
            return _visible(session) or _busy(session)
        case TellerLooked():
            return _of_look(session, command)
        case TellerOperated():
            return _visible(session) or _of_operation(session, command)
        case TellerHold():
            return _visible(session) or _of_hold(session, command)
    return ""


def _visible(session: Session) -> str:
    """Return why nothing may be shown: under coercion nothing shows at all, elsewhere not over money or a PIN."""
    if not session.attended:
        return "silent"
    return "" if session.stage in _OPEN and not session.cash_moves else "busy"


def _of_look(session: Session, command: TellerLooked) -> str:
    """Return why the teller may not look: nothing was laid down for them, or something secret is being entered."""
    if not session.attended:
        return "silent"
    if session.stage in ("pin", "sms"):
        return "busy"
    handover = session.handover
    return "" if handover is not None and command.what in dict(handover.papers) else "nothing_there"


def _busy(session: Session) -> str:
    """Return whether the errand is in the host's hands, or a recording of a sale runs."""
    task = session.task
    under_way = task is not None and session.outcome == f"{task.kind}.begun" and bool(task.request_id or task.order)
    return "busy" if under_way or held_by_host(session) or session.recording is not None else ""


def _of_operation(session: Session, command: TellerOperated) -> str:
    match command.operation:
        case "print_slip":
            return "not_now" if "printer" in session.broken else ""
        case "return_card":
            return "" if session.card == "inside" else "no_card"
        case "retain_card":
            ordered = session.customer is not None and session.customer.retain_ordered
            return "no_card" if session.card != "inside" else "" if ordered else "no_issuer_order"
        case "dispense":
            fit = command.amount_fen > 0 and fits(FLOWS[CASH].slots["amount"], str(command.amount_fen), {}, ())
            return _busy(session) or ("" if fit and session.online else "not_now") or _unapproved(session, command, "dispense", command.amount_fen)  # fmt: skip


def _of_hold(session: Session, command: TellerHold) -> str:
    if not held_by_host(session):
        return "nothing_held"
    assert session.task is not None
    return _unapproved(session, command, "release", session.task.amount()) if command.decision == "release" else ""


def _of_approval_of_errand(session: Session, command: TellerDecided) -> str:
    """Return why an errand may not be let go on, or what is held not be released."""
    if session.task is None or not session.attended:
        return ""
    hidden = _visible(session) if held_by_host(session) else ""  # a release asks for the customer's finger
    return hidden or _unapproved(session, command, "approve", session.task.amount())


def _unapproved(
    session: Session, command: TellerDecided | TellerOperated | TellerHold, operation: Authorised, amount: Fen
) -> str:
    """Return why a deed above the teller's limit is not approved; empty: it is, or needs no approval."""
    handover, approval = session.handover, command.approval
    assert handover is not None
    if approval is None:
        return "needs_approval" if amount > handover.limit_fen else ""
    if approval.approver_id in ("", command.teller_id):
        return "approval_self"
    if approval.approval_id in handover.used:
        return "approval_used"
    if session.at_ms >= approval.expires_ms:
        return "approval_expired"
    return "" if _is_for(approval, command, operation, amount) else "approval_other"


def _is_for(
    approval: Approval, command: TellerDecided | TellerOperated | TellerHold, operation: Authorised, amount: Fen
) -> bool:
    named = (approval.approval_id, approval.escalation_id, approval.operation, approval.amount_fen)
    return bool(approval.approval_id) and named == (command.approval_id, command.escalation_id, operation, amount)


def _too_large(page: Page) -> bool:
    """Whether a page, or a field of it, is more than the screen can show."""
    names = [field.name for field in page.fields]
    return (
        len(page.title) > MOST_TITLE
        or len(page.body) > MOST_BODY
        or len(names) > MOST_FIELDS
        or len(set(names)) < len(names)
        or any(
            len(field.label) > MOST_TITLE
            or len(field.options) > MOST_OPTIONS
            or not 0 <= field.length <= MOST_OPTION
            or any(not 0 < len(option) <= MOST_OPTION for option in field.options)
            or (field.kind == "choice") != bool(field.options)
            for field in page.fields
        )
        or (page.kind == "form") != bool(names)
    )
