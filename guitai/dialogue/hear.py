"""What every utterance does first: it is noted, weighed for scams and feelings, and may call a human."""

from __future__ import annotations

import re

from guitai.dialogue import alarm, asides, flow, measures, midway, payees, questions, receipt, turns
from guitai.dialogue.assess import assess
from guitai.dialogue.data import FLOWS, flow_for
from guitai.dialogue.escalate import escalate
from guitai.dialogue.midway import SIM, UNCLEAR_LIMIT
from guitai.dialogue.parts import label
from guitai.dialogue.speak import name, note, say, say_beside
from guitai.dialogue.state import Session, Step
from guitai.messages.card import CancelPin
from guitai.messages.handover import Why
from guitai.messages.masking import PLACEHOLDERS
from guitai.messages.spoken_secrets import REDACTED
from guitai.messages.voice import CustomerSaid, SpeechUnclear
from guitai.risk.conversation import WEAK, heard
from guitai.risk.duress import threatened

NEGATIVE_LIMIT = 2
_CODE = re.compile(r"验证码|校验码|动态码|短信|\bcode\b")
_OF_SECRETS = frozenset({"pin_change", "pin_reset", "sms_alert"})
"""What words around a PIN or a code sound like, though nothing of the kind is wanted."""

_BUSY = frozenset({"working", "pin", "sms", "take_card", "take_cash", "take_back", "ending"})
_WEIGHED = frozenset({"question", "confirm"})
"""Where words that have become graver make another decision due."""

_HUMAN: dict[str, Why] = {"human_agent": "asked", "complaint": "complaint"}
"""Intents that want a human: between them the words may waver."""

_IDLE = frozenset({"affirm", "deny", "cancel", "repeat_back", "greet", "thanks_bye"})
_SAYS_LITTLE = 10
"""So few characters that nobody understood tell no story, unless they sound like one by themselves."""

_CALLS = re.compile(r"人工|柜员|真人|找|叫|喊|请|转接|投诉|帮我|要个|来个")
"""Words that want somebody to come."""

_ANSWER_CHARS = 16
ORDERED = frozenset({"payee", "recipient", "amount", "account", "bank"})
"""Values of an order; whoever tells a relation or a purpose beside them answers what was asked."""

_ANSWERS = re.compile(
    r"(?<![不没])(?:认识|认得|见过|见面|熟(?!食)|打过交道)|^(?:是|对|嗯|有过?|当然|肯定)|\b(?:yes|yeah|(?<!not )know|met)\b"
)
"""Words that say that the customer has met the payee, whatever order stands beside them; a no takes no suspicion away."""

_OTHERS = re.compile(r"他|她|它|让|叫|说|对方|人家|老师|客服|警|领导|老板|群|平台|任务|交|验证|保证|解冻|手续费")
"""Words that tell of somebody else, or of what a sum is for."""

_UPSET_AT = frozenset({"open", "slot", "result"})
"""Where nothing is on its way that a decision would be about."""

_WITH_HUMAN = frozenset({"waiting", "held", "teller"})


def customer_said(session: Session, event: CustomerSaid) -> Step:
    """Take in one finished utterance."""
    understood = event.understanding
    top = understood.intents[0]
    said_before, ordered = session.conversation, _orders_again(session, event)
    session = name(note(session, "customer", event.text), *_people(event)).but(
        heard=event.text, by_ear=not event.typed, hearing="heard", intents=(*session.intents, top.name)[-20:],
        conversation=heard(
            said_before,
            understood.scam,
            event.text,
            purpose=session.stage == "question" and not ordered,
            idle=ordered or _idle(event) or _answers_how_much(session, event),
        ),
        language=event.language,
        negatives=session.negatives + 1 if understood.sentiment == "negative" or asides.upset(event.text) else 0,
    )  # fmt: skip
    if not session.duress and threatened(event.text, company=session.company):
        return alarm.threat(session, event.text)
    if REDACTED in event.text:
        return _secret_said(session, event)
    if midway.will_not_wait(session, event):
        return midway.go_alone(session, event)
    if session.stage == "ending" and session.card == "offered" and flow_for(top.name) and top.probability >= SIM:
        return say_beside(session, label(session, "card_first"))
    if session.stage in _WITH_HUMAN or session.stage == "ending" or session.releasing:
        return alarm.beside(session, event)
    if (
        top.name in _HUMAN
        and not _names_a_payee(session, event)
        and sum(one.probability for one in understood.intents if one.name in _HUMAN) >= SIM
    ):
        return escalate(session, _HUMAN[top.name])
    if session.negatives >= NEGATIVE_LIMIT:
        # Who is pressed by a fraud is upset, too: the teller has to see what for.
        strong = session.scam.strength == "strong" and session.stage in _UPSET_AT
        return measures.call(*assess(session)) if strong else escalate(session, "negative")
    if session.stage == "pin" and session.task is None and top.probability >= SIM:
        session, effects = turns.take(session.but(stage="open"), event)  # the PIN was only for a reminder
        return session, (CancelPin(), *effects)
    if session.stage in _BUSY:
        return session, ()
    if session.stage == "still_there":
        session = session.but(stage=session.before_warning)
    graver = session.conversation.graver_than(said_before)
    if graver and session.stage in _WEIGHED and session.task is not None and session.task.deposit is None:
        return flow.advance(session)
    if (party := _party(session, event)) is not None:
        return flow.advance(measures.told_party(session, party))
    if session.stage == "receipt":  # other words than 存好了 are about what was done
        session = session.but(stage="result")
        if receipt.saved(event.text):
            return session, ()
    if (done := receipt.said(session, event.text)) is not None:
        return done
    before = session
    session, effects = turns.take(session, event)
    session, more = alarm.after(before, session, event)
    return (session.but(unclear=0) if session.unclear == before.unclear else session), effects + more


def _idle(event: CustomerSaid) -> bool:
    """Whether the words only move the dialogue, or are a value, or too few to tell anything."""
    heard = event.understanding
    if heard.move or heard.intents[0].name in _IDLE or midway.only_values(event):
        return True
    unclear = heard.intents[0].probability < SIM and not heard.entities and heard.scam.score < WEAK
    return unclear and len(event.text) <= _SAYS_LITTLE


def _people(event: CustomerSaid) -> list[str]:
    """Return the names that were heard."""
    said = event.understanding
    entities = (*said.entities, *(one for clause in said.clauses for one in clause.entities))
    return [one.value for one in entities if PLACEHOLDERS.get(one.type) == PLACEHOLDERS["person"]]


def _names_a_payee(session: Session, event: CustomerSaid) -> bool:
    """Whether the payee just asked for is called by an office that sounds like wanting one here: 给王经理，平台的客服经理."""
    if session.stage != "slot" or session.task is None or session.asking != payees.name_slot(session.task.kind):
        return False
    named = any(one.type in ("payee", "recipient") for one in event.understanding.entities)
    return named and not _CALLS.search(event.text)


def _answers_how_much(session: Session, event: CustomerSaid) -> bool:
    """Whether few words give the sum that was just asked for, and nobody else is spoken of: 哦只出整百啊，那就九百."""
    task, heard = session.task, event.understanding
    if session.stage != "slot" or task is None or session.conversation.strength != "none":
        return False
    asked = FLOWS[task.kind].slots[session.asking].entity == "amount"
    return (
        asked
        and len(event.text) <= _ANSWER_CHARS
        and [one.type for one in heard.entities] == ["amount"]
        and heard.intents[0].name in (*FLOWS[task.kind].intents, "affirm", "out_of_scope")
        and not _OTHERS.search(event.text)
    )


def _orders_again(session: Session, event: CustomerSaid) -> bool:
    """Whether few words say no more than who and how much where the kiosk has asked about the payee: no answer to that."""
    task, heard = session.task, event.understanding
    if session.stage != "question" or task is None or heard.intents[0].name not in FLOWS[task.kind].intents:
        return False
    told = {one.type for one in heard.entities}
    if _ANSWERS.search(event.text.strip().lower()):
        return False
    return bool(told) and told <= ORDERED and len(event.text) <= _ANSWER_CHARS


def _party(session: Session, event: CustomerSaid) -> str | None:
    """Return who the payee is, where that was just asked and the words say so."""
    asked = session.stage == "question" and questions.next_question(session) == "counterparty"
    return questions.party(event.text) if asked else None


def _secret_said(session: Session, event: CustomerSaid) -> Step:
    """Ask never to say a PIN or a code again; an errand named in the same breath is begun after these words."""
    code = session.stage == "sms" or _CODE.search(event.text.lower()) is not None
    session, warned = say(session, "never_say_code" if code else "never_say_pin")
    top = event.understanding.intents[0]
    wanted = flow_for(top.name)
    if session.stage not in ("open", "result") or wanted is None or top.probability < SIM or top.name in _OF_SECRETS:
        return session, warned
    session, begun = turns.take(session.but(speak_id=""), event)  # nothing hushes the warning
    return session, warned + begun


def unclear(session: Session, _event: SpeechUnclear) -> Step:
    """Ask again instead of guessing; after a few times bring a human."""
    if session.stage in _BUSY | _WITH_HUMAN | {"insert_notes"}:  # a machine that counts notes is loud
        return session, ()
    session = session.but(unclear=session.unclear + 1, hearing="uncertain")
    if session.unclear >= UNCLEAR_LIMIT:
        return escalate(session, "asked")
    return say(session, "not_heard")
