"""余额查询: shown, not spoken."""

from __future__ import annotations

from dataclasses import replace

from guitai.dialogue.speak import say
from guitai.dialogue.state import Session, Step
from guitai.messages.bank import AskBalance, BalanceKnown


def ask(session: Session) -> Step:
    """Ask the host."""
    session, request_id = session.but(stage="working").asks("balance")
    return session, (AskBalance(request_id, session.card_token),)


def known(session: Session, event: BalanceKnown) -> Step:
    """Show it."""
    task = session.task
    if task is None or task.kind != "balance" or session.stage != "working":
        return session, ()
    session = session.but(task=replace(task, balance=event.available), stage="result", outcome="balance.shown")
    return say(session, "balance_shown")
