"""What a finger does: names from the view, never coordinates."""

from __future__ import annotations

from dataclasses import replace

from guitai.dialogue import deposit, ending, flow, held, measures, pages, payees, questions, receipt, repair, turns
from guitai.dialogue.data import FLOWS, MENU
from guitai.dialogue.speak import say_again
from guitai.dialogue.state import Session, Step, Task
from guitai.messages.touch import Entered, Pressed


def pressed(session: Session, event: Pressed) -> Step:
    """Act on a button. An unknown name, or one that does not fit the stage, does nothing."""
    verb, _, value = event.target.partition(":")
    if session.stage == "still_there" and verb == "confirm":
        return ending.still_here(session), ()  # the screen asked whether anybody is there, not about money
    if event.target != "end":
        session = ending.still_here(session)
    if session.releasing and verb in ("confirm", "cancel", "back", "change"):
        return held.confirmed(session) if verb == "confirm" else held.declined(session)
    match verb:
        case "video" | "record" | "sign":
            return pages.consents(session, verb, value)
        case "sheet" if session.stage == "teller":
            return pages.turned(session, value)
        case "form" if session.stage == "teller":
            return pages.chosen(session, value)
        case "back" if session.stage == "teller" and pages.next_field(session) is not None:
            return pages.chosen(session, "no")
        case "human":
            return ending.needs_human(session)
        case "confirm" if (
            session.stage == "confirm" and session.task is not None and session.saying.key != repair.CHANGE
        ):
            if session.task.deposit is not None:
                return deposit.confirmed(session)
            return flow.advance(session.but(task=replace(session.task, confirmed=True)))
        case "change" if session.stage == "confirm" and session.task is not None:
            return _changes(session, value)
        case "more_notes" if (
            session.stage == "confirm" and session.task is not None and session.task.deposit is not None
        ):
            return deposit.more(session)
        case "cancel" | "back":
            return ending.cancel(session)
        case "start" if session.stage in ("open", "result", "slot") and value.partition(" ")[0] in FLOWS:
            kind, _, preset = value.partition(" ")
            name, _, chosen = preset.partition("=")
            return flow.begin(session, Task(kind, ((name, chosen),) if name in FLOWS[kind].slots else ()))
        case "about" if session.stage == "open" and any(value in group.answers for group in MENU.values()):
            return turns.about(session.but(page=""), value)
        case "menu" if session.stage == "open":
            return session.but(page=value, clarify=()), ()
        case "clarify" if value in session.clarify:
            return turns.start_intent(session.but(clarify=()), value)
        case "met" if session.stage == "question" and value in ("yes", "no", "unsure"):
            return flow.advance(measures.answered(session, value))
        case "party" if session.stage == "question" and value in questions.PARTIES:
            return flow.advance(measures.told_party(session, value))
        case "amount" | "pick" if session.stage == "slot" and value:
            return _picked(session, value)
        case "further" if session.stage in ("slot", "result") and value.isdigit():
            return session.but(further=int(value)), ()
        case "none" if session.stage == "slot" and session.task is not None and payees.doubted(session.task):
            return flow.advance(session.but(task=payees.refused(session.task)))
        case "previous" if session.stage == "slot":
            return repair.back(session)
        case "skip" if session.stage == "slot":
            return repair.skip(session)
        case "offer" if session.stage == "offer":
            return ending.offered(session, value)
        case "unveil":
            return session.but(veiled=False), ()
        case "continue" if session.stage == "result":
            return ending.solved(session, True, more=True)
        case "solved" if session.stage == "result":
            return ending.solved(session, value == "yes")
        case "end" if session.stage in ("open", "result", "offer", "receipt", "waiting", "held", "still_there"):
            return ending.finish(session)
        case "more_time" | "stay":
            return session, ()
        case "repeat":
            return say_again(session)
        case "large":
            return session.but(large=not session.large), ()
        case "contrast":
            return session.but(high_contrast=not session.high_contrast), ()
        case "low":
            return session.but(low=not session.low), ()
        case "ease":
            return session.but(easing=value != "done" and not session.easing), ()
        case "receipt":
            return receipt.pressed(session, value)
        case "uncover":
            return session.but(uncovered=True), ()
        case "language":
            return say_again(session.but(language="en" if session.language == "zh" else "zh"))
        case _:
            return session, ()


def entered(session: Session, event: Entered) -> Step:
    """Take a completed field."""
    session = ending.still_here(session)
    if session.stage == "teller":
        return pages.entered(session, event)
    task = session.task
    if task is None:
        return session, ()
    if event.field == "sms" and session.stage == "sms":
        return measures.check_code(session)
    if session.stage == "slot" and event.field == session.asking:
        return flow.fill(session, event.field, _typed(task, event))
    return session, ()


def _changes(session: Session, name: str) -> Step:
    """Ask for the value a confirmation offers to change; which one it is, while none is named; nothing after all."""
    assert session.task is not None
    if name in FLOWS[session.task.kind].slots:
        return repair.anew(session, name)
    return flow.advance(session) if session.saying.key == repair.CHANGE else repair.change(session)


def _picked(session: Session, value: str) -> Step:
    """Take a button's value for what is being asked, if it was really on offer."""
    task = session.task
    assert task is not None
    slot = FLOWS[task.kind].slots[session.asking]
    offered = (
        value in {choice.value for choice in slot.choices}
        or value in {dict(row).get(slot.rows) for row in task.rows}
        or (slot.listen == "name" and (value == payees.OTHER or payees.is_saved(session, value)))
        or (slot.entity == "amount" and value.isdigit())
    )
    return flow.fill(session, session.asking, value) if offered else (session, ())


def _typed(task: Task, event: Entered) -> str:
    """Return a typed value: an amount is typed in yuan, everything else is in the vault."""
    if FLOWS[task.kind].slots[event.field].entity == "amount":
        return f"{int(event.text)}00" if event.text.isdigit() else "0"
    return event.vault_key or event.text
