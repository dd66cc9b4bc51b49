"""What a customer says in the middle of an errand beside what is asked: a value once more, a no, a wait, something else."""

from __future__ import annotations

import re
from collections.abc import Collection

from guitai.dialogue import asides, ending, flow, later, payees, repair, slots
from guitai.dialogue.data import FLOWS, flow_for
from guitai.dialogue.escalate import escalate
from guitai.dialogue.questioning import asks
from guitai.dialogue.speak import say, say_again
from guitai.dialogue.state import Session, Step, Task
from guitai.dialogue.values import words
from guitai.dialogue.yes_no import comes_back, yes_or_no
from guitai.knowledge.answers import Answer, by_errand
from guitai.messages.handover import WithdrawEscalation
from guitai.messages.voice import CustomerSaid, Move

SIM = 0.7
"""An intent below this is not acted upon (design.md section 5)."""

SWITCH = 0.85
"""While a value is asked for, or said once more, another business must be this certain to take over."""

SMALL_TALK = frozenset({"chitchat", "greet"})
LIKELY = 0.4
"""So likely words need be where little depends on them."""

VALUES = frozenset({"amount", "recipient", "account", "pay_kind", "share", "term", "instalments"})
"""Entities beside which no words only move the dialogue: 那就还最低, 就存一年."""

LINE_BACK = "line_back"
WAITS_FOR_LINE = frozenset({"line_down", "loss_offline"})
"""Replies that say what waits for the line."""

UNCLEAR_LIMIT = 3
BESIDE_CHARS = 5
"""An amount with more words beside it is part of a story, not the amount that is meant."""

RESTATED = frozenset({"confirm", "card", "id_card"})
"""Where nothing is asked for, so that a value can only be one said anew, or one more."""

_UNDER_WAY = frozenset({"slot", "confirm", "question", "card", "id_card", "insert_notes"})
_HUMS = re.compile(
    r"等[等下会儿一]*|我?[算想看数]一?[算想看数]|哎呀?|哦|噢|呃|嗯|不对|不是|不|错了|说错|还是|就|那|改|成|换|要|是|吧|了|来|给|我|他|她|算了|转|取|存|汇|打|多|少|点|"
    r"[\s，,。.…！!、；;的啊呀嘛呢]|make it|no|sorry|actually|instead|to|yuan",
    re.IGNORECASE,
)
_MARKS = " ，,。！!的啊呀吧了"
_WRONG_NO = "不是"
"""A no that says something is wrong."""

_MORE = re.compile(r"(?:多|再加|加上|再添|添)(?:个|上)?(?:转|取|存|汇|打|给)?(?:他|她)?(?:个|点)?$")
_LESS = re.compile(r"(?:少|减|扣)(?:掉|去)?(?:转|取|存|汇|打|给)?(?:他|她)?(?:个|点)?$")


_IN_ALL = re.compile(
    r"(?:一共|总共|统共|拢共|合计|加起来|合起来|\b(?:in (?:all|total)|altogether)\b)(?:就|是|要|给|他|她|转|取|存|汇|打|到|成|为|个|[\s,，:：])*$"
)
_ALTOGETHER = re.compile(r"\s*(?:yuan )?(?:in (?:all|total)|altogether)\b")
"""Words right before a sum, or in English right after it, that counts what was said before, too: 再加两百，一共八百."""

_DEED = re.compile(
    r"[转汇打寄存还充缴交买取提给换办贷]|\b(?:send|transfer|pay|deposit|withdraw|buy|give)\b", re.IGNORECASE
)


def move_of(session: Session, event: CustomerSaid) -> Move:
    """Return the move the words make; some words do only where an errand is under way and nothing else is surely meant."""
    heard = event.understanding
    surely = heard.intents[0].name == "cancel" and heard.intents[0].probability >= SIM and asides.drops(event.text)
    if surely or asides.drops_in_the_end(event.text):
        return ""  # 等等，先不存了: the end of it counts
    if heard.move:
        return heard.move
    if session.task is None and session.dropped is None and not session.later:
        return ""
    if other_errand(session, event, SIM) or any(entity.type in VALUES for entity in heard.entities):
        return ""
    return asides.move(event.text)


def restated(session: Session, event: CustomerSaid) -> Step | None:
    """Take a value said anew where it is to be confirmed, or a card is awaited: 六百 after 五百, 再多转一百, 给王芳."""
    task = session.task
    if session.stage not in RESTATED or task is None or task.deposit is not None:
        return None
    if (other_errand(session, event, SWITCH) and not _only_sums(event)) or asks(event.text):
        return None
    new = slots.anew(session, task, event.text, event.understanding.entities)
    names = event.understanding.intents[0].name in FLOWS[task.kind].intents
    for name in tuple(new):
        slot = FLOWS[task.kind].slots[name]
        if slot.entity == "amount":
            new[name] = _sum(task, name, event, new[name])
            plain = names or event.understanding.correction or len(beside(event)) <= BESIDE_CHARS
        else:
            plain = names or event.understanding.correction or payees.is_saved(session, new[name])
        if not plain:
            del new[name]
    return flow.correct(session, new) if new else None


def dropped(session: Session, event: CustomerSaid) -> Step | None:
    """Drop what is under way where the words say so: 不存了，把钱退我. Who says 不改了 when asked what is wrong keeps it."""
    if session.stage == "confirm" and session.saying.key == repair.CHANGE and asides.nothing(event.text):
        return shown_again(session)
    if session.stage not in _UNDER_WAY or session.task is None or other_errand(session, event, SIM):
        return None
    later_on = not _takes_days(session.task) and comes_back(event.text)
    return ending.cancel(session) if asides.drops(event.text) or later_on else None


def _takes_days(task: Task) -> bool:
    """Whether an errand takes a day or a time, so that 明天下午来 is a value."""
    types = {one for slot in FLOWS[task.kind].slots.values() for one in slot.entity.split("|")}
    return bool(types & {"date", "time", "range", "date_range"}) or any(
        slot.keep for slot in FLOWS[task.kind].slots.values()
    )


def answers(session: Session, event: CustomerSaid) -> bool:
    """Whether words of another errand only give the value asked for, of which that errand has none: 找着了，两千零八十."""
    task = session.task
    other = flow_for(event.understanding.intents[0].name)
    if task is None or other is None or not session.asking:
        return False
    types = set(FLOWS[task.kind].slots[session.asking].entity.split("|")) - {""}
    said = [one for one in event.understanding.entities if one.type in types]
    if not said or any(types & set(slot.entity.split("|")) for slot in other.slots.values()):
        return False
    return len(beside(event, types)) <= BESIDE_CHARS and not asks(event.text)


def small_talk(session: Session, event: CustomerSaid) -> Answer | None:
    """Return the answer to a greeting or chit-chat that is likelier than anything else, even if not sure."""
    first, *others = event.understanding.intents
    rival = max((one.probability for one in others if flow_for(one.name) is not None), default=0.0)
    if first.probability < LIKELY or rival > first.probability / 2:
        return None
    return by_errand(first.name, session.language)


def will_not_wait(session: Session, event: CustomerSaid) -> bool:
    """Whether a customer who asked for a human goes on alone. Where the risk or the money wants a human, nobody can."""
    handover = session.handover
    if session.stage != "waiting" or handover is None or handover.why not in ("asked", "negative", "complaint"):
        return False
    top = event.understanding.intents[0]
    named = flow_for(top.name) is not None and top.probability >= SWITCH
    return asides.alone(event.text) or (named and asides.rather(event.text))


def go_alone(session: Session, event: CustomerSaid) -> Step:
    """Withdraw the call for a human; what else the words want is done, or the errand that was left."""
    assert session.handover is not None
    withdraw = WithdrawEscalation(session.handover.escalation_id)
    session = session.but(handover=None, stage="open", negatives=0, unclear=0)
    wanted = (flow_for(one.name) for one in event.understanding.intents if one.probability >= LIKELY)
    flow_ = next((one for one in wanted if one is not None), None)
    if flow_ is not None:
        told = slots.told(session, flow_.kind, event.text, event.understanding.entities)
        session, effects = flow.begin(
            session.but(task=None, later=later.first(session)),
            Task(flow_.kind, tuple(told.items()), event.text),
        )
    elif session.task is not None:
        session, effects = flow.advance(session)
    else:
        session, effects = say(session, "anything_else")
    return session, (withdraw, *effects)


def goes_on_now(session: Session, text: str) -> bool:
    """Whether a yes answers 接着办吗, which is asked once the line is back."""
    return session.stage == "open" and session.saying.key == LINE_BACK and yes_or_no(text) == "yes"


def line_back(session: Session) -> Step:
    """The line is back: ask whether to go on with what waits for it."""
    if session.stage != "open" or not session.later or session.saying.key not in WAITS_FOR_LINE:
        return session, ()
    title = FLOWS[session.later[0].kind].title
    return say(session, LINE_BACK, what=words(title, session.language))


def at_confirmation(session: Session, said: str, text: str) -> Step:
    """Take a yes or a no where a finger is wanted: only a plain no drops the errand, what is wrong can be changed."""
    if said == "yes":
        return say(session, "tap_please")
    if asides.only_no(text) and text.strip(_MARKS) != _WRONG_NO:
        return ending.cancel(session)
    return repair.change(session) if asides.wrong(text) else shown_again(session)


def shown_again(session: Session) -> Step:
    """Show once more what is to be confirmed."""
    assert session.task is not None
    return say_again(session) if session.task.deposit is not None else flow.advance(session)


def not_understood(session: Session) -> Step:
    """Say that the words were not understood, and what is being done; after a few times bring a human."""
    session = session.but(unclear=session.unclear + 1)
    if session.unclear >= UNCLEAR_LIMIT:
        return escalate(session, "asked")
    if session.task is None or session.stage not in ("slot", "confirm"):
        return say(session, "not_understood")
    if session.stage == "confirm":
        return say(session, "not_understood_confirm")
    return say(session, "not_understood_slot", what=repair.asked_for(session))


def other_errand(session: Session, event: CustomerSaid, sure: float) -> bool:
    """Whether another errand is meant, this surely."""
    top = event.understanding.intents[0]
    wanted = flow_for(top.name)
    kind = "" if session.task is None else session.task.kind
    return wanted is not None and wanted.kind != kind and top.probability >= sure


def beside(event: CustomerSaid, types: Collection[str] = ("amount", slots.NOTES)) -> str:
    """Return what is said beside values of some types, without hums."""
    text = event.text
    values = sorted((one.value for one in event.understanding.entities if one.type in types), key=len, reverse=True)
    for value in values:  # the longest first: 一千 stands in 一千五, too
        text = text.replace(value, "")
    return _HUMS.sub("", text)


def _only_sums(event: CustomerSaid) -> bool:
    """Whether words are sums and hardly anything else, and name no deed and nobody, whatever errand they sound like."""
    entities = event.understanding.entities
    if not any(one.type == "amount" for one in entities) or any(one.type in ("payee", "recipient") for one in entities):
        return False
    return not _DEED.search(event.text) and len(beside(event)) <= BESIDE_CHARS


def only_values(event: CustomerSaid) -> bool:
    """Whether words are an amount and hums alone: 嗯…取多少呢…就一千吧，不，一千五."""
    return any(one.type == "amount" for one in event.understanding.entities) and not beside(event)


def _sum(task: Task, name: str, event: CustomerSaid, value: str) -> str:
    """Return the amount, reckoned from the one there is where the words say more or less than that."""
    sums = [one for one in event.understanding.entities if one.type == "amount"]
    last = max(sums, key=lambda one: event.text.rfind(one.value), default=None)
    before, _, after = event.text.lower().rpartition(last.value.lower()) if last else ("", "", "")
    old = task.slot(name) or ""
    if last is None or not old.isdigit() or event.understanding.correction:
        return value
    if _IN_ALL.search(before) or _ALTOGETHER.match(after):
        return slots.of_entities(FLOWS[task.kind].slots[name], (last,)) or value
    if _MORE.search(before):
        return str(int(old) + int(value))
    return str(max(int(old) - int(value), 0)) if _LESS.search(before) else value
