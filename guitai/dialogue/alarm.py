"""What the words alone call for: a silent alarm under a threat, a human where they are surely a fraud's, errand or not."""

from __future__ import annotations

import re
from dataclasses import replace

from guitai.dialogue import flow, measures, slots
from guitai.dialogue.assess import assess, context_of
from guitai.dialogue.data import FLOWS
from guitai.dialogue.escalate import alert
from guitai.dialogue.questions import HELPED
from guitai.dialogue.state import Session, Step, Task
from guitai.messages.voice import CustomerSaid

PAYS = "transfer"
"""What somebody wants of whom they deceive, where the words name a sum and no errand was understood."""

HELP, WARNS = "fraud_help", "answered.fr-"
"""Who asks for help with a fraud; the outcome where a reviewed answer has just warned of one."""

STILL_ASKED = frozenset({"slot", "card", "id_card", "pin"})
"""Where an errand has not come to its own risk step yet."""

_PAY = (
    r"转|汇|打款|打钱|打(?=[^，。]{0,4}[一二两三四五六七八九十百千万\d])|交|付|充|缴|垫|投|存|买|给(?=他|她|对方|人家)|取|提现|凑|寄|刷"
    r"|\b(?:pay|send|transfer|wire|deposit|buy|withdraw|invest)\b"
)
_WISH = re.compile(rf"(?:{_PAY})(?!了|过|走|出去了|进去了|完了)", re.IGNORECASE)
_ASKS = re.compile(
    r"吗|么[？?。]?$|[？?]|是不是|真的假的|真假|会不会|能不能信|可信|靠谱|怎么办|咋办|怎么回事|是真是假|\b(?:is it|is this|should i|can i trust)\b",
    re.IGNORECASE,
)
_LOST = re.compile(
    r"被骗(?:走|了|去)|骗走|骗了我|已经(?:转|汇|打|付|交)|(?:转|汇|打|付|交)(?:出去)?了[^，。]{0,8}$|\b(?:i was|been) scammed\b"
)


def threat(session: Session, text: str) -> Step:
    """Somebody threatens the customer: a human is told, and nothing at the kiosk shows it."""
    session = session.but(duress=text)
    task = session.task
    if task is not None and session.stage in measures.OPEN_TO_WORDS and measures.is_weighed(task.kind):
        return measures.silently(session)
    session, decided = assess(session)
    session, told = alert(session if task is not None else session.but(risk=None))
    return session, decided + told


def beside(session: Session, event: CustomerSaid) -> Step:
    """Note what words add to the errand while a human is on the way; where values changed, R is due again."""
    task = session.task
    if task is None or session.stage != "waiting" or task.request_id or task.order is not None:
        return session, ()
    new = slots.anew(session, task, event.text, event.understanding.entities)
    if not new:
        due = session.risk is None and session.scam.strength == "strong" and measures.is_weighed(task.kind)
        return assess(session) if due else (session, ())
    for name, value in new.items():
        if slots.fits(FLOWS[task.kind].slots[name], value, {}, task.rows):
            task = replace(flow.changed(task, name, value), said=task.said)
    session = session.but(task=task.with_slot(HELPED, "yes"))
    if session.risk is None or session.weighed == context_of(session):
        return session, ()
    return assess(session)


def _during_errand(session: Session) -> Step:
    """Call a human where the words are surely a fraud's; where they only sound like one note R, though values are still missing.

    The flow decides again once it comes to its own risk step: what is decided here is recorded, and asks for nothing.
    """
    task = session.task
    assert task is not None
    if session.stage == "slot":
        session, called = measures.call_early(session) or measures.call_beside(session)
        if called:
            return session, called
    noted = session.risk is not None or session.customer is None or session.scam.strength != "weak"
    if noted or session.stage not in STILL_ASKED or not measures.is_weighed(task.kind):
        return session, ()
    session, decided = assess(session)
    return session.but(risk=None), decided


def after(before: Session, session: Session, event: CustomerSaid) -> Step:
    """Return what a signal of fraud in the words calls for, once the words were acted upon."""
    heard = event.understanding
    if heard.scam.strength == "none" or session.attended or session.stage in ("ending", "closed"):
        return session, ()
    if session.task is not None and session.stage != "result":
        return _during_errand(session)
    text, strong = event.text, session.scam.strength == "strong"
    answered = session.unclear == before.unclear
    asks = bool(_ASKS.search(text) or _LOST.search(text))
    sum_named = any(one.type == "amount" for one in heard.entities)
    warned = answered and (asks or (session.outcome.startswith(WARNS) and not sum_named))
    wanted = not _ASKS.search(text) and not _LOST.search(text) and bool(_WISH.search(text))
    values = tuple(slots.told(session, PAYS, text, heard.entities).items())
    if wanted and "amount" in dict(values) and (strong or not answered):
        task = Task(PAYS, values, text)
        if not strong:
            return flow.begin(session, task)
        return measures.call(*assess(session.but(task=task, risk=None, risk_ref="", outcome=f"{PAYS}.begun")))
    if strong and not warned:
        return measures.call(*assess(session))
    if not strong and heard.intents[0].name != HELP:
        return session, ()
    session, decided = assess(session)
    return session.but(risk=None), decided
