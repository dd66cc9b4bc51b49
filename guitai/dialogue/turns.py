"""What an utterance means where the dialogue stands: a value, a correction, an answer, another errand, or nothing known."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from guitai.dialogue import (
    asides,
    asking,
    carry,
    documents,
    ending,
    flow,
    instead,
    later,
    machine,
    measures,
    midway,
    offers,
    payees,
    phrasing,
    repair,
    reports,
    slots,
    within,
)
from guitai.dialogue.data import FLOWS, flow_for
from guitai.dialogue.escalate import escalate
from guitai.dialogue.midway import SIM, SWITCH
from guitai.dialogue.questioning import asks
from guitai.dialogue.speak import say, say_again
from guitai.dialogue.state import Session, Step, Task
from guitai.dialogue.yes_no import closes, ends_closing, yes_or_no
from guitai.knowledge import hot
from guitai.knowledge.answers import Answer, by_errand, by_id, by_touch, choose
from guitai.messages.voice import AnswerGuess, CustomerSaid, Entity, IntentGuess

CASH = "withdraw"
LEANS = 0.5
"""So likely need it be that words mean what is offered."""


def take(session: Session, event: CustomerSaid) -> Step:
    """Return what the utterance does."""
    event = within.reread(session, event)
    top = event.understanding.intents[0]
    sure = top.probability >= SIM
    for attempt in (
        _reported,
        machine.said,
        _moved,
        _topic,
        instead.instead,
        midway.dropped,
        _asked_about,
        _corrected,
        midway.restated,
        _payee,
        _slot,
        _chosen,
    ):
        if (done := attempt(session, event)) is not None:
            return done
    reads = documents.KIND in FLOWS and not (session.task is not None and session.task.kind == documents.KIND)
    if reads and documents.shown(event):
        return flow.begin(session, Task(documents.KIND))
    if offers.in_hardship(session, event.text):
        return escalate(session, "asked")
    if top.name == "cancel" and sure:
        return ending.cancel(session)
    if top.name == "repeat_back" and sure:
        return say_again(session)
    if (said := _yes_no(session, event)) is not None:
        match session.stage:
            case "question":
                return flow.advance(measures.answered(session, said))
            case "confirm":
                return midway.at_confirmation(session, said, event.text)
            case "result":
                return ending.solved(session, said == "yes")
            case "offer":
                return ending.offered(session, said)
            case _:
                pass
    if (
        session.stage == "offer"
        and top.probability >= LEANS
        and flow_for(top.name) == FLOWS[offers.kind_of_flow(session)]
    ):
        return _start(session, event)
    if top.name in midway.SMALL_TALK and (small := midway.small_talk(session, event)) is not None:
        return _told(session, small)
    if (not sure or flow_for(top.name) is None) and (kind := carry.again(session, event)):
        return _errand(session, (IntentGuess(FLOWS[kind].intents[0], 1.0),), event.understanding.entities, event.text)
    if not sure or top.name == "out_of_scope":
        heard = event.understanding
        return (
            ((same := within.same_of_another(session, event)) and _told(session, same))
            or _reviewed(session, heard.answers)
            or repair.clarify(session, heard.intents)
            or machine.told_again(session, event)
            or ((more := within.follow_up(session, event)) and _told(session, more))
            or ((board := _standing(session, event)) and _told(session, board))
            or midway.not_understood(session)
        )
    return _start(session, event)


def _reported(session: Session, event: CustomerSaid) -> Step | None:
    """Take what is reported and no order: a machine that withheld notes, offers that are wanted no more."""
    top = event.understanding.intents[0]
    wanted = flow_for(top.name)
    kind = "" if wanted is None else wanted.kind
    if kind == CASH and session.stage in ("open", "result") and reports.of_short_cash(event.text):
        return escalate(session, "complaint")
    if not reports.no_more_offers(event.text):
        return None
    if session.stage == "offer":
        return ending.offered(session, "never")
    session, told = offers.none_ever(session)
    if kind and kind not in reports.SOLD and top.probability >= SIM:  # 别推理财，直接看余额
        session, begun = _start(session, event)
        return session, told + begun
    if session.stage == "result":
        session = session.but(stage="open", last=session.task or session.last, task=None)
    session, words = say(session, "no_offers" if told else "no_offers_today")
    return session, told + words


def start_intent(session: Session, intent: str) -> Step:
    """Start what a choice stands for, with nothing known yet: an errand or an answer."""
    if intent.startswith(repair.ANSWER):
        found = by_id(intent.removeprefix(repair.ANSWER), session.language)
        return midway.not_understood(session) if found is None else _told(session, found)
    return _errand(session, (IntentGuess(intent, 1.0),), (), "")


def about(session: Session, intent: str) -> Step:
    """Tell what stands behind a question on the menu, headed by its name."""
    found = by_touch(intent, session.language)
    if found is None:
        return midway.not_understood(session)
    topic = repair.topic_of(intent, session.language)
    colon = "：" if session.language == "zh" else ": "
    return _told(session, replace(found, lead=f"{topic}{colon}{found.lead}"))


def _moved(session: Session, event: CustomerSaid) -> Step | None:
    """The customer moves in the dialogue itself: wait, skip, back, go on, don't know."""
    if midway.goes_on_now(session, event.text):
        return flow.go_on(session)
    match midway.move_of(session, event):
        case "wait":
            return say(session, "take_your_time")
        case "repeat":
            return say_again(session)
        case "skip" if session.stage == "slot":
            return repair.skip(session)
        case "skip" if session.stage == "confirm":
            return repair.without_slip(session) if asides.no_slip(event.text) else midway.shown_again(session)
        case "back" if session.stage in ("slot", "confirm"):
            return repair.back(session)
        case "continue" if session.stage in ("open", "result"):
            return flow.go_on(session) or ending.undone(session)
        case "continue" if session.stage == "confirm":
            return midway.shown_again(session)
        case "continue" if session.stage == "slot":
            stands = session.task is not None and session.task.slot(session.asking) is not None
            return flow.advance(session) if stands else say_again(session)
        case "unsure" if session.stage == "question":
            return flow.advance(measures.answered(session, "unsure"))
        case "unsure" if session.stage == "slot":
            return repair.help_with(session)
        case _:
            return None


def _standing(session: Session, event: CustomerSaid) -> Answer | None:
    """Return the standing answer of what a question is likeliest about, in the middle of an errand: 那要不要钱啊."""
    top = event.understanding.intents[0]
    if session.task is None or session.stage == "result" or top.probability < midway.LIKELY or not asks(event.text):
        return None
    return None if flow_for(top.name) is not None else by_errand(top.name, session.language)


def _asked_about(session: Session, event: CustomerSaid) -> Step | None:
    """Answer what is asked about the errand under way, of which nothing has been done yet."""
    task, top = session.task, event.understanding.intents[0]
    if task is None or session.stage not in later.CAN_WAIT or task.request_id:
        return None
    if top.probability < (midway.LIKELY if asks(event.text) else SIM):
        return None
    found = by_id(FLOWS[task.kind].answers.get(top.name, ""), session.language)
    return None if found is None else _told(session, found)


def _corrected(session: Session, event: CustomerSaid) -> Step | None:
    """A value is taken back: 不对，是三千."""
    task = session.task
    if task is None or session.stage not in ("slot", "confirm", "question"):
        return None
    top = event.understanding.intents[0]
    if not event.understanding.correction and not (session.stage == "confirm" and top.name == "deny"):
        return None
    new = slots.anew(session, task, event.text, event.understanding.entities)
    return flow.correct(session, new) if new else None


def _slot(session: Session, event: CustomerSaid) -> Step | None:
    """Return the step that fills what is asked for, or None when the words were about something else."""
    task = session.task
    if session.stage != "slot" or task is None:
        return None
    top = event.understanding.intents[0]
    other = flow_for(top.name)
    if (
        other is not None
        and other.kind != task.kind
        and top.probability >= SWITCH
        and not midway.answers(session, event)
    ):
        return None
    if top.name == "cancel" and top.probability >= SIM:
        return None
    entities = event.understanding.entities
    if top.name not in FLOWS[task.kind].intents and asks(event.text) and slots.several(session, task, event):
        return None
    value = slots.heard(session, task, session.asking, event.text, entities)
    unsure = (
        value is None and session.asking == payees.name_slot(task.kind) and payees.may_be(session, task, event.text)
    )
    if (value is None and not unsure) or (value == event.text and other is not None):
        return None
    for name in FLOWS[task.kind].slots:
        more = slots.heard(session, task, name, event.text, entities) if name != session.asking else None
        if more is not None and task.slot(name) is None:
            task = task.with_slot(name, more)
    if value is None:
        return flow.advance(session.but(task=replace(task, said=event.text)))
    return flow.fill(session.but(task=task), session.asking, value)


def _payee(session: Session, event: CustomerSaid) -> Step | None:
    """Take the answer to 您说的是佘东来吗: yes, the first or second of two, or no, which lets stand what was heard."""
    task = session.task
    perhaps = payees.doubted(task) if task is not None and session.stage == "slot" else ()
    if task is None or not perhaps or session.asking != payees.name_slot(task.kind):
        return None
    chosen = payees.answered(perhaps, event.text)
    if chosen is not None:
        return flow.fill(session, session.asking, chosen)
    top = event.understanding.intents[0].name
    plain = yes_or_no(event.text) or {"affirm": "yes", "deny": "no"}.get(top)
    if (
        plain == "no"
        and slots.of_entities(FLOWS[task.kind].slots[session.asking], event.understanding.entities) is None
    ):
        return flow.advance(session.but(task=payees.refused(task)))
    return flow.fill(session, session.asking, perhaps[0]) if plain == "yes" and len(perhaps) == 1 else None


def _topic(session: Session, event: CustomerSaid) -> Step | None:
    """The clause of a paper that is to be explained."""
    topic = documents.asked(session, event)
    return None if topic is None else flow.fill(session, session.asking, topic)


def _chosen(session: Session, event: CustomerSaid) -> Step | None:
    """One of the two that the kiosk has just asked about: 您是想…还是…？"""
    if not session.clarify:
        return None
    intent = repair.meant(session, event)
    session = session.but(clarify=())
    if intent is None:
        return None
    if intent.startswith(repair.ANSWER):
        return start_intent(session, intent)
    return _errand(session, (IntentGuess(intent, 1.0),), event.understanding.entities, event.text)


def _yes_no(session: Session, event: CustomerSaid) -> Literal["yes", "no"] | None:
    """Return yes or no if the kiosk has just asked for it and the words say so."""
    if session.stage not in ("question", "confirm", "result", "offer"):
        return None
    top = event.understanding.intents[0]
    if session.stage == "result" and ends_closing(event.text):
        return "yes"
    if top.probability >= SIM and flow_for(top.name) is not None:
        return None
    thanks = top.name == "thanks_bye" and not (
        top.probability < LEANS and any(one.type == "amount" for one in event.understanding.entities)
    )
    if session.stage == "result" and (thanks or closes(event.text)):
        return "yes"
    if (plain := yes_or_no(event.text)) is not None:
        return plain
    if top.name == "affirm":
        return "yes"
    return "no" if top.name == "deny" else None


def _start(session: Session, event: CustomerSaid) -> Step:
    heard = event.understanding
    talked = session.task is not None or session.last is not None or session.question is not None
    pair = None if talked or choose(heard.answers).unclear else asking.vague(event.text)
    if pair is not None and (asked := repair.which(session, *pair)) is not None:
        return asked
    if (found := by_id(asking.asked_for(event) or "", session.language)) is not None:
        return _told(session, found)
    if heard.clauses:
        errands = [
            (
                Task(wanted.kind, instead.values_of(session, wanted, clause.entities, clause.text), clause.text),
                clause.intents[0].name,
            )
            for clause in heard.clauses
            if (wanted := flow_for(clause.intents[0].name)) is not None and clause.intents[0].probability >= SIM
        ]
        if errands:
            return flow.begin(later.queued(session, within.besides(errands[0][0].kind, errands[1:])), errands[0][0])
    others = [
        (Task(wanted.kind, instead.values_of(session, wanted, heard.entities, event.text), event.text), guess.name)
        for guess in heard.intents[1:]
        if guess.probability >= SIM and (wanted := flow_for(guess.name)) is not None
    ]
    if (first := flow_for(heard.intents[0].name)) is not None:
        session = later.queued(session, within.besides(first.kind, others))
    return _errand(session, heard.intents, heard.entities, event.text, heard.answers)


def _reviewed(session: Session, answers: tuple[AnswerGuess, ...]) -> Step | None:
    """Give the reviewed answer, or ask which of two is meant; None where nothing is likely enough."""
    choice = choose(answers)
    if choice.unclear:
        return repair.which(session, *(repair.ANSWER + name for name in choice.ids))
    found = by_id(choice.ids[0], session.language) if choice.ids else None
    return None if found is None else _told(session, found)


def _errand(
    session: Session,
    intents: tuple[IntentGuess, ...],
    entities: tuple[Entity, ...],
    text: str,
    answers: tuple[AnswerGuess, ...] = (),
) -> Step:
    top = intents[0]
    if (wanted := flow_for(top.name)) is not None:
        wanted = asking.told_by(wanted, text, entities)
        values = within.carried(session, wanted, instead.values_of(session, wanted, entities, text))
        if session.stage == "offer" and wanted.kind == offers.kind_of_flow(session):
            return offers.accepted(session, values)
        if session.task is not None and session.task.kind == wanted.kind and session.stage in later.CAN_WAIT:
            return _more_of_it(session, session.task, values)
        return flow.begin(session, Task(wanted.kind, values, text))
    if top.name == "thanks_bye":
        return ending.finish(session)
    if (reviewed := _reviewed(session, answers)) is not None:
        return reviewed
    if (found := by_errand(top.name, session.language)) is not None:
        return _told(session, found)
    return say_again(session) if top.name in ("affirm", "deny") else midway.not_understood(session)


def _more_of_it(session: Session, task: Task, values: tuple[tuple[str, str], ...]) -> Step:
    """The errand under way was named again: what is said of it counts, the rest stands."""
    new = {name: value for name, value in values if value not in (task.slot(name), flow.BACK)}
    return flow.correct(session, new) if new else say_again(session)


def _told(session: Session, found: Answer) -> Step:
    """Give an answer, with the figures of the day; then come back to what was being asked."""
    found = hot.fill(found, session.board, session.at_ms, session.language)
    if session.task is None or session.stage == "result":
        last = session.task or session.last
        session = session.but(stage="result", task=None, last=last, outcome=f"answered.{found.id}")
        return phrasing.told(session, found)
    if session.stage != "slot":
        return say(session, "answer", lead=found.lead, more=found.more)
    return say(session, "answer_then", lead=found.lead, more=found.more, what=repair.asked_for(session))
