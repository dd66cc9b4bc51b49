"""Calls a human, with everything said so far, so that the customer need not repeat it."""

from __future__ import annotations

from dataclasses import replace

from guitai.dialogue.beside import Handover
from guitai.dialogue.data import FLOWS
from guitai.dialogue.payees import OTHER
from guitai.dialogue.speak import say
from guitai.dialogue.state import Effects, Session, Stage, Step
from guitai.dialogue.values import fill, known, readable
from guitai.dialogue.words import account_tail, describe
from guitai.messages.card import CancelPin
from guitai.messages.handover import Bundle, Escalate, Line, Why, WithdrawEscalation
from guitai.messages.masking import mask_names
from guitai.money import format_yuan
from guitai.risk.explain import handed_over

WITH_HUMAN = frozenset({"waiting", "held", "teller"})
"""Where a human is awaited, or takes part."""

SILENT = "无声报警，客户可能受人威胁，现场看不到也听不到您："
"""Begins the teller's headline where nothing of them shows at the kiosk."""


def escalate(session: Session, why: Why, *, held: bool = False, words: str = "") -> Step:
    """Ask headquarters for a teller; the screen says where the money is, or `words`, a reply's key."""
    if session.stage in ("ending", "closed"):
        return session, ()
    withdrawn: Effects = ()
    if (before := session.handover) is not None:
        if session.cash_moves or not session.attended or before.teller_id or session.stage in WITH_HUMAN:
            return session.but(stage=stage_with_human(session, held=held)), ()
        # Called before the payee was known, and nobody has come yet: whoever comes sees what is known now.
        withdrawn, why = (WithdrawEscalation(before.escalation_id),), before.why
        session = session.but(handover=None)
    was_pin = session.stage == "pin"
    session, escalation_id = session.new_id("help")
    session = session.but(handover=Handover(escalation_id, why))
    session = session.but(stage=stage_with_human(session, held=held))
    session, effects = _call(session, why, escalation_id, held, words)
    pin: Effects = (CancelPin(),) if was_pin else ()
    return session, (*pin, *withdrawn, *effects)


def stage_with_human(session: Session, *, held: bool = False) -> Stage:
    """Return the stage while a human is called: notes on their way come first."""
    if session.cash_moves:
        return session.stage
    if session.attended and session.handover is not None and session.handover.teller_id:
        return "teller"
    return "held" if held else "waiting"


def alert(session: Session, *, silent: bool = True) -> Step:
    """Call a human and leave the screen as it is. Once a session.

    Silent: without any sign of it, for somebody may be forcing the customer. Else it is told with the next measure.
    """
    if session.handover is not None or session.stage in ("ending", "closed"):
        return session, ()
    session, escalation_id = session.new_id("help")
    session = session.but(handover=Handover(escalation_id, "risk", silent=silent))
    return session, (Escalate(escalation_id, bundle_of(session, "risk")),)


def _call(session: Session, why: Why, escalation_id: str, held: bool, key: str) -> Step:
    ask = Escalate(escalation_id, bundle_of(session, why))
    if key:
        session, words = say(session, key)
    elif held and not session.online:
        session, words = say(session, "hold_offline")
    elif session.risk is None or why != "risk":
        session, words = say(session, "calling_teller_sorry" if why == "complaint" else "calling_teller")
    else:
        told = handed_over(session.risk, session.weighed, session.language)
        session, words = say(session, "hold" if held else "risk_human", told=told)
    return session, (ask, *words)


def _headline(session: Session, why: Why) -> str:
    """Return in a line what the customer wants; what is to be approved in the words of its flow."""
    task = session.task
    if task is None:
        return "客户请求人工"
    flow = FLOWS[task.kind]
    wanted = next((step.approve for step in flow.steps if step.approve is not None), None)
    if why != "approve" or wanted is None:
        return describe(session, task)
    return fill(wanted.zh, readable(known(session, task), flow, "zh"))


def _masked(session: Session) -> tuple[Line, ...]:
    """Return the transcript with the surname alone of everybody this session named, in errands that are over, too."""
    saved = session.customer.payees if session.customer is not None else ()
    names = {*session.named, *(payee.name for payee in saved)} - {OTHER}
    return tuple(replace(line, text=mask_names(line.text, names)) for line in session.transcript)


def bundle_of(session: Session, why: Why) -> Bundle:
    """Return what the teller sees. Accounts appear by their tail only."""
    task = session.task
    slots = dict(task.slots) if task is not None else {}
    for name in slots:
        if task is not None and (slot := FLOWS[task.kind].slots.get(name)) is not None and slot.digits is not None:
            slots[name] = "尾号" + account_tail(slots[name])
    if "amount" in slots and task is not None:
        slots["amount"] = format_yuan(task.amount())
    silent = session.handover is not None and session.handover.silent
    headline = (SILENT if silent else "") + _headline(session, why)
    return Bundle(
        why,
        headline,
        _masked(session),
        session.intents,
        slots,
        session.risk,
        session.stage,
        silent=silent,
        cues=session.conversation.cues,
        moods=session.anxiety.moods,
    )
