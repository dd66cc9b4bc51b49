"""A human takes part: joins, speaks, decides, leaves."""

from __future__ import annotations

from dataclasses import replace

from guitai.dialogue import deposit, flow
from guitai.dialogue.escalate import stage_with_human
from guitai.dialogue.questions import HELPED
from guitai.dialogue.speak import note, say, say_words
from guitai.dialogue.state import Session, Step, Task
from guitai.dialogue.whereabouts import Whereabouts, whereabouts
from guitai.messages.bank import DecideHold
from guitai.messages.device import PrintReceipt
from guitai.messages.handover import TellerDecided, TellerJoined, TellerLeft, TellerSaid, WithdrawEscalation

NOBODY: dict[Whereabouts, tuple[str, str]] = {
    "still": ("no_teller", "您的资金没有转出。"),
    "counted": ("no_teller_counted", "您放进机器的钱由柜员清点，一分不少记到您账上或者还给您。"),
    "checked": ("no_teller_checked", "账目由柜员核对，多扣的会退回您账上。"),
    "delayed": ("no_teller_delayed", "转账 24 小时后到账，到账前可以撤回。"),
    "moved": ("no_teller_done", "已经办好的业务不受影响。"),
}
"""What is said, and printed on the slip, when nobody came: by where the money is."""


def joined(session: Session, event: TellerJoined) -> Step:
    """The screen says who has come."""
    if not _ours(session, event.escalation_id):
        return session, ()
    assert session.handover is not None
    handover = replace(session.handover, teller_id=event.teller_id, teller_name=event.teller_name)
    session = session.but(handover=handover)
    if handover.silent:
        return session, ()
    return say(session.but(stage=stage_with_human(session)), "teller_joined", teller=event.teller_name)


def said(session: Session, event: TellerSaid) -> Step:
    """The teller's typed words are spoken aloud."""
    if not _holds_lease(session, event.escalation_id, event.teller_id):
        return session, ()
    if not session.attended:
        return note(session, "teller", event.text), ()  # whoever stands beside the customer must not hear it
    session, effects = say_words(session, "teller_joined", event.text)
    lines = session.transcript[:-1]
    return note(session.but(transcript=lines), "teller", event.text), effects


def decided(session: Session, event: TellerDecided) -> Step:
    """Carry the decision on what is held to the host; what only waits goes on, or is dropped."""
    task = session.task
    if not _holds_lease(session, event.escalation_id, event.teller_id):
        return session, ()
    if task is not None and session.handover is not None and session.handover.why == "approve":
        approved_by = event.teller_id if event.decision == "approve" else ""
        return session.but(task=replace(task, approved_by=approved_by)), ()
    if not session.attended:
        return session.but(duress="" if event.decision == "approve" else session.duress), ()
    if task is not None and _waits(task):
        rejected = session.but(task=None, outcome=f"{task.kind}.refused")
        return (rejected if event.decision == "reject" else session), ()
    held = "" if task is None else task.order.request_id if task.order is not None else task.request_id
    if task is None or not held or (task.kind != "transfer" and task.order is None):
        return session, ()
    session, request_id = session.asks("decide")
    approved = event.decision == "approve"
    decision = DecideHold(request_id, held, "release" if approved else "reject", event.teller_id)
    return session.but(task=replace(task, decision=decision)), (decision,)


def decide_again(session: Session) -> Step:
    """Tell the host the decision once more, under the same id, which it counts once."""
    task = session.task
    if task is None or task.decision is None:
        return session, ()
    session = session.answered(task.decision.request_id)
    return session.but(pending=(*session.pending, (task.decision.request_id, "decide"))), (task.decision,)


def left(session: Session, event: TellerLeft) -> Step:
    """Back to the kiosk: is it solved?"""
    if not _ours(session, event.escalation_id):
        return session, ()
    if not session.attended:
        return _silent_over(session)
    if session.cash_moves:
        return session.but(handover=None), ()
    task = session.task
    if task is not None and (_waits(task) or (task.approved_by and task.order is None)):
        return flow.advance(session.but(handover=None, stage="working"))
    key = "teller_rejected" if session.outcome.endswith(".refused") else "teller_done"
    if session.task is not None and session.handover is not None and session.handover.why == "approve":
        key, session = "teller_declined", session.but(outcome=f"{session.task.kind}.declined")
    return say(session.but(handover=None, stage="result"), key)


def after_cash(before: Session, session: Session) -> Session:
    """A human who was called while notes were on their way has the word once they are settled."""
    if before.cash_moves and not session.cash_moves and session.attended and session.stage in ("result", "open"):
        return session.but(stage=stage_with_human(session))
    return session


def nobody_came(session: Session) -> Step:
    """Three minutes have passed: the card comes back, a slip tells whom to call; the words say where the money is."""
    handover, task, where = session.handover, session.task, whereabouts(session)
    assert handover is not None
    if handover.silent:
        return _not_now(session)
    case = task.case_number if task is not None else ""
    if not case and task is not None and where in ("checked", "counted"):
        case = task.request_id
    case = case or handover.escalation_id
    key, line = NOBODY[where]
    session, request_id = session.asks("print")
    slip = PrintReceipt(request_id, "客户须知", (f"凭证号 {case}", "客服热线 95500", "反诈咨询 96110", line))
    # Notes in the tray for three minutes are nobody's who stands here.
    session, tray = deposit.untaken(session)
    session = session.but(stage="ending", handover=None, end_reason="handed_over")
    session, words = say(session, key, **({"case": case} if where in ("checked", "counted") else {}))
    return session, (slip, WithdrawEscalation(handover.escalation_id), *tray, *words)


def _silent_over(session: Session) -> Step:
    """The teller has gone who was told silently: what they let stand goes on, else the card comes back."""
    if session.stage != "waiting":
        return session.but(handover=None), ()
    if session.task is not None and session.duress == "":
        return flow.advance(session.but(handover=None, stage="working"))
    session, words = _not_now(session)
    session, back = flow.return_card(session.but(handover=None))
    return session, words + back


def _not_now(session: Session) -> Step:
    """End as if the machine could not do it; whoever was told is still told."""
    return say(session.but(stage="ending", task=None, handover=None, end_reason="handed_over"), "not_now")


def _waits(task: Task) -> bool:
    """Whether the human was called before anything was asked of the host."""
    return task.slot(HELPED) is not None and not task.request_id and task.order is None


def _ours(session: Session, escalation_id: str) -> bool:
    return session.handover is not None and session.handover.escalation_id == escalation_id


def _holds_lease(session: Session, escalation_id: str, teller_id: str) -> bool:
    return _ours(session, escalation_id) and session.handover is not None and session.handover.teller_id == teller_id
