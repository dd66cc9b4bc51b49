"""Lets the bank's own language model put a reviewed answer into other words: off by default, never for funds, always reviewed."""

from __future__ import annotations

from guitai.dialogue.beside import Unphrased
from guitai.dialogue.data import flow_for
from guitai.dialogue.speak import say
from guitai.dialogue.state import Session, Step
from guitai.knowledge.answers import Answer, in_use
from guitai.knowledge.phrasing import review
from guitai.messages.masking import scrub
from guitai.messages.phrasing import AnswerPhrased, PhraseAnswer

ASKED = "phrase"
FRAUD = "fraud_help"


def told(session: Session, found: Answer) -> Step:
    """Give an answer: at once as it was reviewed, or when the endpoint has put it into other words."""
    if not _allowed(session, found):
        key = "answer_fraud" if _warns(session, found) else "answer"
        return say(session, key, lead=found.lead, more=found.more)
    heard = next((line.text for line in reversed(session.transcript) if line.who == "customer"), "")
    names = [("payee", payee.name) for payee in session.customer.payees] if session.customer is not None else []
    session, request_id = session.asks(ASKED)
    waits = Unphrased(request_id, found.lead, found.more, session.speak_id)
    effect = PhraseAnswer(request_id, scrub(heard, names), found.lead.replace("*", ""), found.more, session.language)
    return session.but(unphrased=waits), (effect,)


def phrased(session: Session, event: AnswerPhrased) -> Step:
    """Say what the endpoint wrote, or the reviewed words where it says anything that is not in them, or nothing."""
    waits = session.unphrased
    if waits is None or waits.request_id != event.request_id:
        return session, ()
    if session.speak_id not in ("", waits.spoken):
        return session.but(unphrased=None), ()  # something else was said meanwhile
    return _say(session, waits, review(event.text, waits.lead, waits.more, session.language))


def resumed(session: Session, effects: tuple[object, ...]) -> Step:
    """After a break nobody waits for the endpoint: the reviewed answer is said."""
    if (waits := session.unphrased) is None:
        return session, effects
    session, more = _say(session.answered(waits.request_id), waits, "")
    return session, effects + more


def _say(session: Session, waits: Unphrased, more: str) -> Step:
    session = session.but(unphrased=None)
    if session.stage != "result" or session.task is not None:
        return session, ()
    return say(session, "answer", lead=waits.lead, more=more or waits.more)


def _warns(session: Session, found: Answer) -> bool:
    """Whether who asks about a fraud is to hear where to ask, too."""
    return session.intents[-1:] == (FRAUD,) and "96110" not in f"{found.lead}{found.more}"


def _allowed(session: Session, found: Answer) -> bool:
    if not session.phrasing or not session.online or session.handover is not None or session.later:
        return False
    if session.suspected or session.scam.strength != "none":
        return False
    entry = in_use().entries.get(found.id)
    if entry is None or (session.last is not None and _moves_money(session.last.kind)):
        return False
    return not any(_moves_money(intent) for intent in entry.intents)


def _moves_money(intent: str) -> bool:
    flow = flow_for(intent)
    return flow is not None and flow.moves_money
