"""What the host holds, under a teller: rejected or confirmed at once, released only by the customer's finger."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from guitai.dialogue import lease, steps
from guitai.dialogue.data import FLOWS
from guitai.dialogue.speak import say
from guitai.dialogue.state import Session, Step
from guitai.dialogue.values import applies, known
from guitai.messages.bank import DecideHold


def ask(session: Session) -> Step:
    """Show what would be released and ask for the customer's finger: a hold comes before the confirmation of its flow."""
    task, handover = session.task, session.handover
    assert task is not None
    assert handover is not None
    session = session.with_handover(releasing=True).but(stage="confirm")
    values = known(session, task)
    text = next(s.confirm.text for s in FLOWS[task.kind].steps if s.confirm and applies(s.when, values))
    return steps.tell(session, task, text)


def confirmed(session: Session) -> Step:
    """The customer wants it: the host releases it, as long as the teller who allowed it holds the lease."""
    if not lease.in_force(session):
        return say(_over(session), "teller_lost")
    return decide(session, "release")


def declined(session: Session) -> Step:
    """The customer does not want it any more: nothing goes out."""
    return decide(session, "reject")


def decide(session: Session, decision: Literal["release", "reject", "confirm"]) -> Step:
    """Carry a decision on what is held to the host."""
    task, handover, held = session.task, session.handover, lease.held_by_host(session)
    assert task is not None
    assert handover is not None
    if not held:
        return _over(session), ()
    session, request_id = _over(session).asks("decide")
    deed = DecideHold(request_id, held, decision, handover.teller_id)
    return session.but(task=replace(task, decision=deed)), (deed,)


def _over(session: Session) -> Session:
    return session.with_handover(releasing=False).but(stage="teller")
