"""转账: post, delay or hold, and what became of it."""

from __future__ import annotations

from dataclasses import replace

from guitai.dialogue import receipt
from guitai.dialogue.assess import mode_of
from guitai.dialogue.escalate import escalate
from guitai.dialogue.speak import say
from guitai.dialogue.state import Mode, Session, Step, Task
from guitai.dialogue.words import account_tail, capitals
from guitai.messages.bank import PostTransfer, TransferOutcome
from guitai.money import format_yuan, short_yuan


def post(session: Session) -> Step:
    """Move the money, now or delayed by a day, as the measures decided."""
    session, effects = _ask(session, mode_of(session))
    session, words = say(session, "working")
    return session, effects + words


def hold(session: Session) -> Step:
    """Have the host hold the transfer, and call a human."""
    session, effects = _ask(session, "hold")
    session, called = escalate(session, "risk", held=True)
    return session, effects + called


def _ask(session: Session, mode: Mode) -> Step:
    task = session.task
    assert task is not None
    session, request_id = session.but(stage="working").asks("transfer")
    task = replace(task, request_id=request_id, mode=mode)
    reference = task.slot("account") or ""
    account = reference.split("|")[0]
    effect = PostTransfer(
        request_id, session.card_token, task.slot("payee") or "", account, task.amount(), task.mode, session.risk_ref
    )
    return session.but(task=task), (effect,)


def outcome(session: Session, event: TransferOutcome) -> Step:
    """Tell the customer; print what has been done."""
    task = session.task
    decision_id = task.decision.request_id if task is not None and task.decision is not None else None
    if task is None or event.request_id not in (task.request_id, decision_id):
        return session, ()
    session = session.but(task=replace(task, case_number=event.case_number), outcome=f"{task.kind}.{event.status}")
    match event.status:
        case "posted" | "delayed" | "held" | "refused" if session.stage == "ending":
            return session, ()
        case "posted" | "delayed" if not session.attended:
            return told(session, event.status)
        case "posted" | "delayed" | "held":
            return session, ()
        case "refused":
            reason = event.reason + ("。" if event.reason else "")
            return say(session.but(stage="result"), "transfer_refused", reason=reason)
        case "absent" if task.order is not None:
            return session, ()  # what became of the order itself is asked about apart
        case "absent":
            # The host never saw it: asking for the same id again moves nothing twice.
            return _again(session, task)


def _again(session: Session, task: Task) -> Step:
    kept = session.but(pending=(*session.pending, (task.request_id, "transfer")))
    account = (task.slot("account") or "").split("|")[0]
    effect = PostTransfer(
        task.request_id, kept.card_token, task.slot("payee") or "", account, task.amount(), task.mode, kept.risk_ref
    )
    return kept, (effect,)


def told(session: Session, status: str) -> Step:
    """Say that it is done; a receipt is to be had."""
    task = session.task
    assert task is not None
    params = {"payee": task.slot("payee") or "", "amount": short_yuan(task.amount())}
    lines = (
        f"收款人 {params['payee']}",
        f"收款账号 尾号 {account_tail(task.slot('account') or '')}",
        f"金额 {format_yuan(task.amount())} 元",
        f"大写 {capitals(task.amount())}",
        "到账 实时" if status == "posted" else "到账 24 小时后，可撤回",
        f"流水号 {task.request_id}",
    )
    session = receipt.ready(session.but(stage="result"), "转账回单", lines)
    if status != "posted":
        return say(session, "transfer_delayed")
    none = session.task is None or session.task.receipt is None
    return say(session, "transfer_posted_no_paper" if none else "transfer_posted", **params)
