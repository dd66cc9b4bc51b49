"""What a finger does: names from the view, never coordinates."""

from __future__ import annotations

from dataclasses import replace

from guitai.dialogue import deposit, ending, flow, hear
from guitai.dialogue.data import FLOWS
from guitai.dialogue.speak import say_again
from guitai.dialogue.state import Session, Step, Task, TaskKind
from guitai.messages.bank import CheckSms
from guitai.messages.touch import Entered, Pressed


def pressed(session: Session, event: Pressed) -> Step:
    """Act on a button. An unknown name, or one that does not fit the stage, does nothing."""
    if event.target != "end":
        session = ending.still_here(session)
    verb, _, value = event.target.partition(":")
    match verb:
        case "human":
            return ending.needs_human(session)
        case "confirm" if session.stage == "confirm" and session.task is not None:
            if session.task.deposit is not None:
                return deposit.confirmed(session)
            return flow.advance(session.but(task=replace(session.task, confirmed=True)))
        case "more_notes" if (
            session.stage == "confirm" and session.task is not None and session.task.deposit is not None
        ):
            return deposit.more(session)
        case "cancel" | "back":
            return ending.cancel(session)
        case "start" if session.stage in ("open", "result") and value in FLOWS:
            return flow.begin(session, Task(_kind(value)))
        case "met" if session.stage == "question" and value in ("yes", "no", "unsure"):
            return hear.met(session, value)
        case "amount" if session.stage == "slot" and session.asking == "amount" and value.isdigit():
            return flow.fill(session, "amount", value)
        case "solved" if session.stage == "result":
            return ending.solved(session, value == "yes")
        case "end" if session.stage in ("open", "result", "waiting", "held", "still_there"):
            return ending.finish(session)
        case "more_time" | "stay":
            return session, ()
        case "repeat":
            return say_again(session)
        case "large":
            return session.but(large=not session.large), ()
        case "language":
            return say_again(session.but(language="en" if session.language == "zh" else "zh"))
        case _:
            return session, ()


def entered(session: Session, event: Entered) -> Step:
    """Take a completed field."""
    session = ending.still_here(session)
    task = session.task
    if task is None:
        return session, ()
    if event.field == "sms" and session.stage == "sms":
        session, request_id = session.but(stage="working").asks("sms_check")
        return session, (CheckSms(request_id, task.sms_id),)
    if session.stage == "slot" and event.field == session.asking:
        return flow.fill(session, event.field, event.vault_key or event.text)
    return session, ()


def _kind(value: str) -> TaskKind:
    return next(kind for kind in FLOWS if kind == value)
