"""Moves a task on: the first step of its flow that is not met says or does what it needs."""

from __future__ import annotations

from dataclasses import replace

from guitai.dialogue import deposit, later, measures, ordering, payees, recording, steps
from guitai.dialogue.assess import assess
from guitai.dialogue.data import FLOWS, text_key
from guitai.dialogue.questions import COUNTERPARTY, HELPED, MET
from guitai.dialogue.schema import Step as FlowStep
from guitai.dialogue.slots import fits, misfit, remembered
from guitai.dialogue.speak import say, say_again
from guitai.dialogue.state import Session, Step, Task
from guitai.dialogue.values import applies, known
from guitai.knowledge import hot
from guitai.messages.business import Inquired, OrderOutcome
from guitai.messages.card import MoveCard
from guitai.messages.recording import RecordingBegan, RecordingFinished
from guitai.messages.voice import Spoken


def begin(session: Session, task: Task) -> Step:
    """Start a task; what was going on waits, not while notes or an order are under way."""
    if session.stage == "insert_notes" and session.task is not None and task.kind != session.task.kind:
        return deposit.give_up(later.queued(session, (task,)))  # the notes first; then what is wanted now
    if session.cash_moves or (session.task is not None and session.task.order is not None):
        return say_again(session)
    session = later.interrupted(session)
    session, task = later.taken_up(session, task)
    if session.task is not None and session.stage == "result":
        session = session.but(last=session.task)
    task = _carried(session, task)
    fresh = session.but(
        task=task, risk=None, risk_ref="", asking="", page="", clarify=(), dropped=None, outcome=f"{task.kind}.begun"
    )
    return advance(fresh)


def advance(session: Session) -> Step:
    """Ask for, or do, the next thing the task needs."""
    task = session.task
    assert task is not None
    if task.request_id or task.order is not None:
        return session, ()  # the host has been asked; nothing asks it for the same business again
    if session.duress and measures.is_weighed(task.kind):
        return measures.silently(session)
    if not session.online and FLOWS[task.kind].needs_host:
        return line_down(session)
    session = measures.refreshed(_fill(session))
    effects: tuple[object, ...] = ()
    for index, step in enumerate(FLOWS[task.kind].steps):
        task = session.task
        assert task is not None
        if index in task.done or not applies(step.when, known(session, task)) or _passed(task, step, index):
            continue
        done = steps.VERBS[step.verb](session, task, step, index)
        if done is None:
            continue
        session, more = done
        effects += more
        if session.task is not None and session.task.kind != task.kind:
            session, more = advance(session)
            return session, effects + more
        if session.task is None or index not in session.task.done:
            return session, effects
    return session, effects


def _passed(task: Task, step: FlowStep, index: int) -> bool:
    """Whether an end of the flow was left aside: what was done later may have changed the values it depends on."""
    return step.verb in ("show", "begin") and index < max(task.done, default=-1)


def go_on(session: Session) -> Step | None:
    """Take up what waits, if anything does and the host can be reached."""
    if not session.online:
        return None
    session, task = later.next_one(session)
    return None if task is None else begin(session.but(task=None), task)


def after_deposit(before: Session, session: Session) -> Step:
    """Go on with what a deposit was broken off for, once the notes are back in the customer's hands."""
    broken_off = before.task is not None and before.task.deposit is not None and session.task is None
    if not broken_off or session.stage != "open" or session.leaving is not None:
        return session, ()
    return go_on(session) or (session, ())


def inquired(session: Session, event: Inquired) -> Step:
    """The host answered an inquiry."""
    session, goes_on = ordering.inquired(session, event)
    return advance(session) if goes_on else ordering.nothing_there(session, event)


def ordered(session: Session, event: OrderOutcome) -> Step:
    """The host told what became of an order."""
    session, goes_on = ordering.ordered(session, event)
    return advance(session) if goes_on else ordering.not_done(session, event)


def recorded(session: Session, event: RecordingBegan | RecordingFinished) -> Step:
    """The recording runs, or is kept."""
    found = recording.began(session, event) if isinstance(event, RecordingBegan) else recording.finished(session, event)
    return (session, ()) if found is None else advance(found)


def spoken(session: Session, event: Spoken) -> Step:
    """The loudspeaker has said something, or broke off; what waits for an offer to be read goes on."""
    if event.speak_id != session.speak_id:
        return session, ()
    session = recording.heard(session.but(speak_id=""), event)
    if not recording.waits(session):
        return session, ()
    read = session.recording is not None and session.recording.read
    return advance(session) if read else recording.read_again(session)


def line_down(session: Session) -> Step:
    """Say plainly that money must wait, and let the errand wait; R is still computed.

    The card comes back: at once where the bank has not said whose it is, else when it is asked for or nobody says anything.
    """
    effects: tuple[object, ...] = ()
    task = session.task
    key = "line_down"
    if task is not None:
        flow = FLOWS[task.kind]
        if (
            of_the_day := hot.of_the_day(flow.offline_answer, session.board, session.at_ms, session.language)
        ) is not None:
            session = session.but(stage="result", task=None, last=task, outcome=f"answered.{of_the_day.id}")
            return say(session, "answer", lead=of_the_day.lead, more=of_the_day.more)
        key = text_key(flow, flow.offline)
        if flow.moves_money and task.slot("amount"):
            session, effects = assess(session)
    outcome = f"{task.kind}.waits_for_line" if task is not None else session.outcome
    session, words = say(
        session.but(stage="open", task=None, later=later.first(session), asking="", outcome=outcome), key
    )
    back: tuple[object, ...] = ()
    if session.customer is None:
        session, back = return_card(session)
    return session, effects + words + back


def return_card(session: Session) -> Step:
    """Offer the card if it is inside; never risk's business to keep it."""
    if session.card != "inside":
        return session, ()
    session, request_id = session.but(card="moving", customer=None, pin_right=False).asks("card")
    return session, (MoveCard(request_id, "exit"),)


def fill(session: Session, name: str, value: str) -> Step:
    """Set a slot the customer gave, or say why the value does not fit."""
    task = session.task
    assert task is not None
    slot = FLOWS[task.kind].slots[name]
    if value and not fits(slot, value, known(session, task), task.rows):
        return steps.tell(session.but(stage="slot", asking=name), task, misfit(slot, value, known(session, task)))
    return advance(session.but(task=changed(task, name, value), asking="", risk=None, risk_ref=""))


def correct(session: Session, new: dict[str, str]) -> Step:
    """Take values back and go on from there; one that does not fit is asked for again."""
    task = session.task
    assert task is not None
    for name, value in new.items():
        slot = FLOWS[task.kind].slots[name]
        if not fits(slot, value, known(session, task), task.rows):
            return steps.tell(session.but(stage="slot", asking=name), task, misfit(slot, value, known(session, task)))
        task = changed(task, name, value)
    return advance(session.but(task=task, asking="", risk=None, risk_ref=""))


def changed(task: Task, name: str, value: str) -> Task:
    """Return the task with a slot set; what rested on an earlier value is to be done again."""
    steps_ = FLOWS[task.kind].steps
    asked = next(
        (index for index, step in enumerate(steps_) if name in (step.ask, step.explain and step.explain.by)), 0
    )
    if task.slot(name) is None and max(task.done, default=-1) < asked:
        return task.with_slot(name, value)
    kept = tuple(index for index in task.done if index < asked)
    slots = tuple((key, old) for key, old in task.slots if not _rests_on(task, key, name, value))
    mode = task.mode if MET in dict(slots) else "now"
    return replace(
        task, slots=slots, done=kept, confirmed=False, cleared=False, approved_by="", mode=mode, said=""
    ).with_slot(name, value)


def _rests_on(task: Task, other: str, name: str, value: str) -> bool:
    """Whether another slot's value rests on the old one: what is known of a payee does, whatever the amount becomes."""
    if name in ("payee", "account"):
        account = name == "payee" and other == "account" and task.slot("saved") is not None
        return account or other in (MET, COUNTERPARTY, HELPED, "saved")
    if name == "amount" and other == HELPED:  # a human let the smaller sum stand
        return not value.isdigit() or int(value) > task.amount()
    return other == MET and task.slot("payee") is None


def _fill(session: Session) -> Session:
    """Fill what need not be asked for: a saved payee's account, the only row there is."""
    task, customer = session.task, session.customer
    assert task is not None
    if task.slot("payee") is None and "payee" in FLOWS[task.kind].slots:
        named = payees.written(session, task.said)
        task = task if named is None else task.with_slot("payee", named)
    task = payees.settled(session, task)
    session = session.but(task=task)
    if task.kind == "transfer" and customer is not None and not task.slot("account"):
        saved = next((p for p in customer.payees if p.name == task.slot("payee")), None)
        if saved is not None:
            reference = f"{saved.payee_ref}|{saved.account_tail}|19"
            return session.but(task=task.with_slot("account", reference).with_slot("saved", "yes"))
    task = _named(task)
    for name, slot in FLOWS[task.kind].slots.items():
        if slot.rows and task.slot(name) is None and len(task.rows) == 1 and (row := dict(task.rows[0])).get(slot.rows):
            task = task.with_slot(name, row[slot.rows])
        if task.said and task.slot(name) is None and (value := remembered(session, task, name)) is not None:
            task = task.with_slot(name, value)
    return session.but(task=task)


def _named(task: Task) -> Task:
    """Return the task with the name the bank gave for an account that was typed; without one the name is asked for."""
    told = dict(task.facts).get("payee_name")
    if told is None or task.slot("payee") != payees.OTHER:
        return task
    rest = replace(task, slots=tuple((name, value) for name, value in task.slots if name != "payee"))
    return rest.with_slot("payee", told) if told else rest


def _carried(session: Session, task: Task) -> Task:
    """Return the task with what it takes over from the errand before, where the words pointed back to it."""
    for name, slot in FLOWS[task.kind].slots.items():
        value = session.last.slot(name) if session.last is not None else None
        if slot.carry and value and task.slot(name) == BACK:
            task = task.with_slot(name, value)
    return replace(task, slots=tuple((name, value) for name, value in task.slots if value != BACK))


BACK = "\N{LEFTWARDS ARROW}"
"""A slot's value while the customer's words pointed back to the errand before."""
