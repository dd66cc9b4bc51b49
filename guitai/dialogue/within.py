"""What words mean because of what was said and done before: a flow's `means`, and deeds on something that is not named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from guitai.dialogue import asking, offers
from guitai.dialogue.data import FLOWS
from guitai.dialogue.later import CAN_WAIT
from guitai.dialogue.midway import SIM
from guitai.dialogue.questioning import asks
from guitai.dialogue.schema import SAME, Flow
from guitai.dialogue.state import Session, Task
from guitai.dialogue.unanswered import ANSWERED
from guitai.knowledge.answers import Answer, by_id, in_use
from guitai.messages.voice import Clause, CustomerSaid, Entity, IntentGuess, Understanding

_A_MONTH = re.compile(
    r"(?=.*(?:贷|借|\bloan\b|\bborrow\b))(?=.*(?:[每一]个?月|月供|利息|\bmonth))(?=.*(?:多少|几|\bhow much\b))"
)
"""A loan, a month and how much, in any order."""

_ANOTHER = re.compile(
    r"(?:那|那么|还有|要是|如果|若是)*(?:存|买|是|换|转|办|到)?(?P<thing>[^，。？?]{1,8}?)(?:的话|的)?(?:呢|咧|嘞|哩)[？?。]*"
)
"""A question that only names another thing than the one before."""

_SOMEBODYS = re.compile("[他她]|人家")
PAYS_PERSON, PAYS_BILL, BILL = "transfer", "utility_payment", "bill"
"""Two ways to pay, by intent, and the entity that names the kind of bill."""

_PAYS_IT = re.compile(
    r"还(?:清|掉|了(?!没|多少|吗)|一下|上|全|最低|干净|完(?!没)|吧|款$)|结清|付清|\bpay (?:off|my|the|it)\b"
)

_PIECE = re.compile(r"[，,；;。]+(?=.)")

QUOTE = "loan_quote"
"""The flow that works out what a loan would cost."""

WHO = frozenset({"payee", "recipient"})
"""Entities that name somebody."""

PAY_KIND = "pay_kind"
"""Entity that says how much of a debt is meant: all of it, the least."""


_CARD, _LOAN = r"信用卡|账单|卡|credit|card", r"贷|月供|loan|mortgage"
REPAYING = {"credit_card_repay": _CARD, "loan_repay": _LOAN}
SHOWING = {"credit_card_bill": _CARD, "loan_query": _LOAN}
RATES = {"deposit_rate": r"存|定期|活期|死期|大额|通知|理财|deposit|saving|term", "loan_query": _LOAN}
DEEDS: tuple[dict[str, str], ...] = (REPAYING, SHOWING, RATES)
"""The same deed done to different things, by intent: words that name none of them mean the one talked of before (那就还了吧)."""


_PAYS_SUM = re.compile(
    r"还(?:[他它上掉清]|个)?\s*[零一二两三四五六七八九十百千万半几\d]|还[他它上掉清]"
    r"|\bpay (?:off |back |down |just |only )*(?:it\b|\d|(?:one|two|three|four|five|six|seven|eight|nine|ten|twenty|thirty|forty|fifty|a) )(?!.*\bto\b)"
)
"""A sum is paid back, as far as words alone tell: 还 right before it; 还带了五千, 还要取一千 mean something else by it."""

OWN_LOAN = frozenset({"loan_query", "loan_repay"})
"""Where these were talked of the customer has a loan, whose rate the kiosk shows."""


def reread(session: Session, event: CustomerSaid) -> CustomerSaid:
    """Return the utterance with its intents as they are to be taken after what was said and done before."""
    heard = _of_a_fraud(_one_payment(_for_each_payee(event)))
    heard = _worked_out(event.text, heard)
    intents = in_context(session, event.text.lower(), heard.intents)
    intents = _paid_rather_than_shown(event.text, intents)
    if intents[0].probability < SIM and _says_how_much(event.text, heard):
        intents = _paying(session, intents)
    task = session.task
    if task is not None and session.stage in CAN_WAIT and (means := FLOWS[task.kind].means):
        intents = tuple(_taken(guess, FLOWS[task.kind], means) for guess in intents)
    heard = heard if intents == heard.intents else replace(heard, intents=intents)
    return event if heard == event.understanding else replace(event, understanding=heard)


def in_context(session: Session, text: str, intents: tuple[IntentGuess, ...]) -> tuple[IntentGuess, ...]:
    """Return the guesses with a deed on something unnamed taken as one on what was talked of before."""
    deed = next((one for one in DEEDS if intents[0].name in one), None)
    if deed is None or any(re.search(named, text) for named in deed.values()):
        return intents
    wanted = next((name for topic in _topics(session) for name in deed if _akin(name, topic)), None)
    if wanted is None or (deed is RATES and not OWN_LOAN & {*_topics(session)}):
        return intents
    together = sum(guess.probability for guess in intents if guess.name in deed)
    return (IntentGuess(wanted, min(1.0, together)), *(guess for guess in intents if guess.name not in deed))


def follow_up(session: Session, event: CustomerSaid) -> Answer | None:
    """Return the answer to a question that nobody would understand without what was talked of before: 那怎么才能不收."""
    if session.stage != "result" or not asks(event.text):
        return None
    told = session.outcome.removeprefix(ANSWERED)
    entries = [one for one in in_use().entries.values() if not one.hot and one.id != told]
    for topic in _topics(session):
        filed = [one for one in entries if one.intents[:1] == (topic,)]
        if filed:
            return by_id(max(filed, key=lambda one: (len(one.zh), one.id)).id, session.language)
    return None


def same_of_another(session: Session, event: CustomerSaid) -> Answer | None:
    """Return the answer to a question of few words after another one: 那两年的呢, where the one told speaks of that, too."""
    found = _ANOTHER.fullmatch(event.text.strip().lower())
    told = in_use().entries.get(session.outcome.removeprefix(ANSWERED))
    if session.stage != "result" or told is None or found is None:
        return None
    thing = found["thing"].replace("两", "二")
    here = [told, *(one for one in in_use().entries.values() if not one.hot and one.intents[:1] == told.intents[:1])]
    entry = next((one for one in here if thing in f"{one.lead}{one.more}{''.join(one.zh)}".replace("两", "二")), None)
    return None if entry is None else by_id(entry.id, session.language)


def _worked_out(text: str, heard: Understanding) -> Understanding:
    """Return what was heard with a sum worked out where that is asked: 贷款二十万分五年每月还多少 applies for nothing yet.

    What is asked of loans and rates in one breath is one question. Another errand beside it keeps its own clause, and where none
    was told apart it waits to be named once more: the sums of the whole would be anybody's.
    """
    if not _asks_a_month(text, heard.entities):
        return heard
    if any(not _of_loans(one.intents[0].name) for one in heard.clauses):
        return replace(heard, clauses=tuple(_quoted(one) for one in heard.clauses))
    rest = (one for one in heard.intents if not one.name.startswith("loan_"))
    unsure = tuple(IntentGuess(one.name, min(one.probability, 1 - SIM)) for one in rest)
    return replace(heard, intents=(IntentGuess(QUOTE, 1.0), *unsure), clauses=())


def _quoted(clause: Clause) -> Clause:
    asked = _of_loans(clause.intents[0].name) and _asks_a_month(clause.text, clause.entities)
    return replace(clause, intents=(IntentGuess(QUOTE, 1.0),)) if asked else clause


def _asks_a_month(text: str, entities: Iterable[Entity]) -> bool:
    return any(one.type == "amount" for one in entities) and _A_MONTH.search(text.lower()) is not None


def _of_loans(name: str) -> bool:
    return name.startswith("loan_") or name in RATES


def _paid_rather_than_shown(text: str, intents: tuple[IntentGuess, ...]) -> tuple[IntentGuess, ...]:
    """Return the guesses with a bill that is to be paid taken as that (把这个月信用卡账单还清), one that is asked about as one to be shown."""
    asked = asks(text)
    wanted = asking.of_own_debt(text) if asked else _PAYS_IT.search(text.lower()) is not None
    if intents[0].probability >= SIM or not wanted:
        return intents
    chances = {guess.name: guess.probability for guess in intents}
    for pays, shows in zip(REPAYING, SHOWING, strict=True):
        if intents[0].name in (pays, shows) and (together := chances.get(pays, 0) + chances.get(shows, 0)) >= SIM:
            rest = tuple(guess for guess in intents if guess.name not in (pays, shows))
            return (IntentGuess(shows if asked else pays, min(1.0, together)), *rest)
    return intents


def _says_how_much(text: str, heard: Understanding) -> bool:
    """Whether words only say how much of a debt is paid: 一次还干净, 那我还一千."""
    types = {one.type for one in heard.entities}
    return PAY_KIND in types or ("amount" in types and not asks(text) and _PAYS_SUM.search(text.lower()) is not None)


def _paying(session: Session, intents: tuple[IntentGuess, ...]) -> tuple[IntentGuess, ...]:
    """Return the guesses where the words only say how much of a debt is paid (一次还干净): of the one talked of before."""
    wanted = next((name for topic in _topics(session) for name in REPAYING if _akin(name, topic)), None)
    return intents if wanted is None else (IntentGuess(wanted, SIM), *intents)


def _topics(session: Session) -> Iterator[str]:
    """Yield the intents of what was talked of, the nearest first: an offer, the errand, an answer, the errand before."""
    if session.stage == "offer":
        yield from FLOWS[offers.kind_of_flow(session)].intents
    if session.task is not None:
        yield from FLOWS[session.task.kind].intents
    answer = in_use().entries.get(session.outcome.removeprefix(ANSWERED))
    if answer is not None:
        yield from answer.intents
    if session.last is not None:
        yield from FLOWS[session.last.kind].intents


def _akin(one: str, other: str) -> bool:
    """Whether two intents are about the same kind of thing: credit cards, loans."""
    return any(one.startswith(thing) and other.startswith(thing) for thing in ("credit_card", "loan"))


def _one_payment(heard: Understanding) -> Understanding:
    """Return what was heard with a payment that only tells what a transfer is for as no errand: 交房租，给房东转两千六; 转他八千，还他钱.

    The kiosk pays electricity and the like by their numbers, and what the bank has lent; rent, a share, what is owed to somebody
    who is named goes to that person.
    """
    paid = [one for one in heard.clauses if one.intents[0].name == PAYS_PERSON]
    summed = any(entity.type == "amount" for one in paid for entity in one.entities)
    why = [one for one in heard.clauses if _tells_why(one, summed=summed)]
    if not paid or not why:
        return heard
    rest = tuple(one for one in heard.clauses if one not in why)
    first = next((one for one in heard.intents if one.name == PAYS_PERSON), IntentGuess(PAYS_PERSON, 1.0))
    none = {PAYS_PERSON, *(one.intents[0].name for one in why)}
    others = tuple(one for one in heard.intents if one.name not in none)
    return replace(heard, intents=(first, *others), clauses=rest if len(rest) > 1 else ())


def _tells_why(clause: Clause, *, summed: bool) -> bool:
    """Whether a clause beside a transfer sounds like another payment, but names nothing that the kiosk pays otherwise.

    One with a sum of its own is a payment of its own, unless it is somebody's whom it speaks of: 还款三千，再给房东转两千六.
    A bill's sum is the transfer's where that has none (`summed`): 交诉讼费两千三，转到法院.
    """
    name, types = clause.intents[0].name, {one.type for one in clause.entities}
    if "amount" in types and not _SOMEBODYS.search(clause.text) and (summed or name != PAYS_BILL):
        return False
    if name == PAYS_BILL:
        return BILL not in types
    debt = REPAYING.get(name)
    return debt is not None and PAY_KIND not in types and re.search(debt, clause.text.lower()) is None


def _of_a_fraud(heard: Understanding) -> Understanding:
    """Return what was heard of a story that is surely a fraud's with the payment it wants alone: 贷款批了，要先交八千解冻 asks for no loan."""
    names = [one.intents[0].name for one in heard.clauses] or [
        one.name for one in heard.intents if one.probability >= SIM
    ]
    if heard.scam.strength != "strong" or PAYS_PERSON not in names or len(names) < 2:
        return heard
    first = next((one for one in heard.intents if one.name == PAYS_PERSON), IntentGuess(PAYS_PERSON, 1.0))
    others = tuple(one for one in heard.intents if one.name != PAYS_PERSON and one.probability < SIM)
    return replace(heard, intents=(first, *others), clauses=())


def _for_each_payee(event: CustomerSaid) -> Understanding:
    """Return what was heard with a clause for each of several payees who are named with a sum each: 给小文转三百，给小武转两百."""
    heard = event.understanding
    if heard.clauses or heard.correction or heard.intents[0].name != PAYS_PERSON:
        return heard
    found = []
    for piece in _PIECE.split(event.text):
        entities = _said_in(piece, heard.entities)
        names = {one.value for one in entities if one.type in WHO}
        if names and any(one.type == "amount" for one in entities):
            found.append((names, Clause(piece, heard.intents[:1], entities)))
    if len(found) < len(_PIECE.split(event.text)) or len(found) < 2 or set.intersection(*(names for names, _ in found)):
        return heard
    return replace(heard, clauses=tuple(clause for _, clause in found))


def _said_in(piece: str, entities: tuple[Entity, ...]) -> tuple[Entity, ...]:
    """Return the entities of a piece, without those whose words are only a part of a longer one there: 一千五百 names no 五百."""
    here = tuple(one for one in entities if one.value in piece)
    return tuple(one for one in here if not any(_part(one, longer) for longer in here))


def _part(one: Entity, longer: Entity) -> bool:
    alike = one.type == longer.type or {one.type, longer.type} <= WHO
    return alike and one.value != longer.value and one.value in longer.value


def besides(kind: str, others: Iterable[tuple[Task, str]]) -> tuple[Task, ...]:
    """Return what else was asked for in one breath, each with the intent it was heard as, without what only goes with the first.

    剩下的接着存, said of a part of a deposit, opens no new one.
    """
    return tuple(task for task, intent in others if FLOWS[kind].means.get(intent) != SAME)


def carried(session: Session, wanted: Flow, values: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Return an errand's values with those it takes over from the one it was named in: what would that cost a month?"""
    task = session.task
    if task is None or wanted.kind not in FLOWS[task.kind].means.values():
        return values
    given = {name for name, _ in values}
    over = tuple((name, value) for name, value in task.slots if name in wanted.slots and name not in given and value)
    return (*values, *over)


def _taken(guess: IntentGuess, flow: Flow, means: dict[str, str]) -> IntentGuess:
    meant = means.get(guess.name)
    if meant is None:
        return guess
    return IntentGuess(flow.intents[0] if meant == SAME else meant, guess.probability)
