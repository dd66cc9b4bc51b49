"""A human takes part: joins, speaks, decides, leaves."""

from __future__ import annotations

from dataclasses import replace

from guitai.dialogue import deposit, flow, held, later, lease
from guitai.dialogue.beside import Handover
from guitai.dialogue.escalate import alert, escalate, stage_with_human
from guitai.dialogue.questions import HELPED
from guitai.dialogue.speak import note, say, say_beside, say_words
from guitai.dialogue.state import Session, Stage, Step, Task
from guitai.dialogue.whereabouts import Whereabouts, whereabouts
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

_CUSTOMERS: frozenset[Stage] = frozenset(
    {"slot", "card", "id_card", "pin", "confirm", "question", "sms", "working", "still_there"}
)
"""Where the customer is in the middle of an errand that the flow goes on with, teller or not."""


def joined(session: Session, event: TellerJoined) -> Step:
    """The screen says who has come; who was lost for a moment goes on where they were."""
    handover = session.handover
    assert handover is not None
    again = handover.teller_id == event.teller_id
    handover = replace(handover, teller_id=event.teller_id, teller_name=event.teller_name, lost=False)
    if not again:
        until = session.at_ms + event.lease_ms
        handover = replace(handover, lease_until_ms=until, limit_fen=event.limit_fen)
    session = session.but(handover=handover)
    if handover.silent:
        return session, ()
    if again:
        return say(session, "teller_back", teller=event.teller_name) if session.stage == "teller" else (session, ())
    return say(session.but(stage=stage_with_human(session)), "teller_joined", teller=event.teller_name)


def said(session: Session, event: TellerSaid) -> Step:
    """The teller's typed words are spoken aloud."""
    if not session.attended:
        return note(session, "teller", event.text), ()  # whoever stands beside the customer must not hear it
    if session.stage != "teller":  # the words on the screen belong to what the customer is doing there
        session, effects = say_beside(session, event.text)
        return note(session, "teller", event.text), effects
    session, effects = say_words(session, "teller_joined", event.text)
    lines = session.transcript[:-1]
    return note(session.but(transcript=lines), "teller", event.text), effects


def decided(session: Session, event: TellerDecided) -> Step:
    """Carry the decision on what is held to the host; what only waits goes on, or is dropped."""
    task, handover = session.task, session.handover
    assert handover is not None
    approved = event.decision == "approve"
    session = session.with_handover(decided=True, used=lease.used(handover, event.approval))
    if task is not None and handover.why == "approve":
        return session.but(task=replace(task, approved_by=event.teller_id if approved else "")), ()
    if not session.attended:
        return session.but(duress="" if approved else session.duress), ()
    if task is not None and (_waits(task) or (not approved and lease.begun(session))):
        rejected = session.but(task=None, outcome=f"{task.kind}.refused", stage="teller")
        return (session if approved else rejected), ()
    if not lease.held_by_host(session):
        return session, ()
    return held.ask(session) if approved else held.decide(session, "reject")


def decide_again(session: Session) -> Step:
    """Tell the host the decision once more, under the same id, which it counts once."""
    task = session.task
    if task is None or task.decision is None:
        return session, ()
    session = session.answered(task.decision.request_id)
    return session.but(pending=(*session.pending, (task.decision.request_id, "decide"))), (task.decision,)


def left(session: Session, event: TellerLeft) -> Step:
    """Back to the kiosk: is it solved? A colleague comes, or the lease ran out: the customer is told, and waits if need be."""
    handover, task = session.handover, session.task
    assert handover is not None
    if event.transferred:
        return _handed_on(session)
    if event.lapsed:
        return _lapsed(session)
    if not session.attended:
        return _silent_over(session)
    if session.cash_moves:
        return session.but(handover=None), ()
    if task is not None and (_waits(task) or (task.approved_by and task.order is None)):
        return flow.advance(session.but(handover=None, stage="working"))
    if session.stage in _CUSTOMERS:
        return _goes_on_alone(session)
    key = "teller_rejected" if session.outcome.endswith(".refused") else "teller_done"
    if task is not None and handover.why == "approve":
        key, session = "teller_declined", session.but(outcome=f"{task.kind}.declined")
    elif task is not None and task.decision is not None and task.decision.decision == "confirm":
        key = "hold_confirmed"
    elif lease.begun(session):  # what they had begun waits, with all they said
        session = session.but(later=later.first(session), task=None)
    return say(session.but(handover=None, stage="result"), key)


def _handed_on(session: Session) -> Step:
    """Wait for a colleague under the same escalation; what the customer agreed to, they agreed to with this teller."""
    handover = session.handover
    assert handover is not None
    waits = Handover(handover.escalation_id, handover.why, silent=handover.silent, used=handover.used)
    session = session.but(handover=waits)
    if waits.silent or session.cash_moves or session.stage in _CUSTOMERS:
        return session, ()
    return say(session.but(stage=_waiting_stage(session)), "teller_hands_on")


def _lapsed(session: Session) -> Step:
    """The teller's line broke for too long, or the time was over: nothing they began is carried out any more.

    What a human has to decide waits for the next one; anything else goes on without.
    """
    handover, task = session.handover, session.task
    assert handover is not None
    undecided = not handover.decided and (
        lease.held_by_host(session) != "" or handover.why == "approve" or (task is not None and _waits(task))
    )
    if handover.silent:
        return alert(session.but(handover=None)) if not handover.decided else _silent_over(session)
    if session.cash_moves:
        return session.but(handover=None), ()
    if undecided or (handover.releasing and lease.held_by_host(session)):
        held_now = lease.held_by_host(session) != ""
        session, called = escalate(session.but(handover=None), handover.why, held=held_now, words="teller_gone_wait")
        return session, called
    if session.stage in _CUSTOMERS:
        return _goes_on_alone(session)
    session = session.but(handover=None)
    if lease.begun(session):
        session, words = say(session, "teller_gone")
        session, more = flow.advance(session.but(stage="working", speak_id=""))
        return session, words + more
    return say(session.but(stage="result"), "teller_gone")


def _goes_on_alone(session: Session) -> Step:
    """The customer is in the middle of something of their own: only the banner goes."""
    return session.but(handover=None), ()


def _waiting_stage(session: Session) -> Stage:
    return "held" if lease.held_by_host(session) else "waiting"


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
    slip = PrintReceipt(
        request_id, "客户须知", (f"凭证号 {case}", f"客服热线 {session.hotline}", "反诈咨询 96110", line)
    )
    # Notes in the tray for three minutes are nobody's who stands here.
    session, tray = deposit.untaken(session)
    session = session.but(stage="ending", handover=None, end_reason="handed_over")
    session, words = say(session, key, case=case)
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
