"""A paper under the document camera: it is laid down, read, named, and the clause that the customer asks about explained.

What is explained comes from reviewed answers only; of the paper itself nothing is repeated but the article's number and the
figures in it.
"""

from __future__ import annotations

import re
from dataclasses import replace

from guitai.dialogue import slots
from guitai.dialogue.data import CODES, FLOWS, text_key
from guitai.dialogue.schema import Step as FlowStep
from guitai.dialogue.speak import say
from guitai.dialogue.state import Session, Step, Task
from guitai.dialogue.values import known, readable
from guitai.knowledge.answers import by_id
from guitai.messages.document import ExpectDocument, ReadDocument
from guitai.messages.voice import CustomerSaid

PENDING = "document"
"""Kind of the pending request."""

CAMERA = "document_camera"
DONE = "none"
"""The topic that ends the questions."""

KIND = "show_document"
"""The flow that words such as 帮我看看这份合同 begin."""

_PAPER = r"单子|回单|凭条|凭证|小票|收据|收条|发票|合同|协议|保单|保险单|说明书|条款|材料|文件|通知书|通知单|催款函|封信|借条|欠条|存单|纸条|纸上"
_MESSAGE = r"短信|截图|聊天记录|聊天|微信(?:消息|截图|记录|聊天)|消息"
_LOOK = (
    r"看看|看一?下|看一看|瞧瞧|瞧一?下|瞅瞅|念|读|解释|讲讲|说说|把把关|把个关|认一?下|帮看|看[一个张份]|看不[懂明清]|[什啥]么?意思"
    r"|写的?(?:是)?(?:什么|啥)|有没有问题|对不对|靠不靠谱|靠谱|真的假的|是真是假|是不是真"
)
_THIS = r"这|那|手里|手上|带来|拿来|带了|我有|收到|收了|寄了|发了|签了|刚签|人家给"
_SHOWS = re.compile(
    rf"(?:{_LOOK})[^，。？]{{0,6}}(?:{_THIS})[^，。？]{{0,8}}(?:{_PAPER}|{_MESSAGE})"
    rf"|(?:{_THIS})[^。？]{{0,8}}(?:{_PAPER}|{_MESSAGE})[^。？]{{0,10}}(?:{_LOOK})"
    rf"|(?:帮|给|替|请|麻烦)[^，。？]{{0,4}}(?:{_LOOK})[^，。？]{{0,6}}(?:{_PAPER}|{_MESSAGE})[^，。？]{{0,3}}$"
)
_SHOWS_EN = re.compile(
    r"\b(?:look at|check|read|explain|understand)\b.{0,12}\b(?:this|my|the)\b.{0,16}\b(?:contract|policy|letter|slip|receipt|message|text|screenshot|paper|document|agreement)\b"
)
_OTHER_ERRAND = re.compile(
    r"打印|打一|打张|补打|补一|补办|开一|开个|开张|寄到|寄给|邮寄|帮我寄|没收到|还多少|办理|签约|开通|取消|退订|要什么|要哪些|要啥|需要|准备|带什么|丢了|余额|流水|到账没|到没到|药"
    r"|(?:短信|消息)[^，。？]{0,2}(?:说|讲|叫|让|要我|通知|提示)"
)
"""What is wanted of a paper that is not in hand. Whose message is told instead of shown gets an answer."""

LONGEST_CHARS = 36
"""Who says more tells a story, and the story is what counts."""


def shown(event: CustomerSaid) -> bool:
    """Whether the words ask to look at a paper or a message that the customer has in hand."""
    text = event.text.lower()
    if len(text) > LONGEST_CHARS and event.language == "zh":
        return False
    if event.understanding.scam.strength == "strong" or _OTHER_ERRAND.search(text):
        return False
    return bool(_SHOWS.search(text) or _SHOWS_EN.search(text))


def asked(session: Session, event: CustomerSaid) -> str | None:
    """Return the topic of the paper that words ask about; it goes before any errand that sounds alike."""
    task = session.task
    if task is None or session.stage != "slot":
        return None
    if not any(step.explain is not None and step.explain.by == session.asking for step in FLOWS[task.kind].steps):
        return None
    topic = slots.heard(session, task, session.asking, event.text, ())
    return None if topic == DONE else topic


def expect(session: Session, task: Task, _step: FlowStep, index: int) -> Step | None:
    """Let what reads papers get ready."""
    return None if index in task.done else (session.but(task=task.over(index)), (ExpectDocument(),))


def take(session: Session, task: Task, step: FlowStep, index: int) -> Step | None:
    """Have the paper on the tray read; met once it was."""
    assert step.document is not None
    if index in task.done:
        return None
    if CAMERA in session.broken:
        return end_unread(session, task, step.document.out_of_use)
    session, request_id = session.but(stage="working").asks(PENDING)
    attended = session.handover is not None and session.handover.teller_id != "" and session.attended
    return session, (ReadDocument(request_id, keep=attended),)


def explain(session: Session, task: Task, step: FlowStep, index: int) -> Step | None:
    """Explain what the customer asks about, as often as they ask; without a slot to ask for, once and for all."""
    wanted = step.explain
    assert wanted is not None
    chosen = FLOWS[task.kind]
    asks = wanted.by in chosen.slots
    topic = task.slot(wanted.by) if asks else known(session, task).get(wanted.by)
    if topic == DONE:
        return None
    if asks and topic is None:
        return _tell(session.but(stage="slot", asking=wanted.by), task, chosen.slots[wanted.by].ask)
    values = dict(task.facts)
    answer = wanted.answers.get(topic or "", "")
    name = answer if isinstance(answer, str) else answer.get(values.get("document", ""), answer.get("other", ""))
    found = by_id(name, session.language) if name else None
    more = {"lead": found.lead.replace("*", ""), "more": found.more} if found is not None else {"lead": "", "more": ""}
    number, figures = values.get(f"{topic}_number"), values.get(f"{topic}_figures", "")
    told = bool(number or figures) or topic in values.get("topics", "").split(",")
    there = found is not None and (told or not asks)
    text = (wanted.text if figures or not asks else wanted.plain) if there else wanted.missing
    if not asks:
        return _tell(session.but(stage="result", outcome=f"{task.kind}.done"), task, text, **more)
    others = tuple(slot for slot in task.slots if slot[0] != wanted.by)
    session = session.but(stage="slot", asking=wanted.by, task=replace(task, slots=others))
    place = number or _word(session, values.get("document", "other"))
    says = figures.replace(",", "、")
    return _tell(session, task.with_slot(wanted.by, topic or ""), text, number=place, figures=says, **more)


def _tell(session: Session, task: Task, name: str, **more: str) -> Step:
    chosen = FLOWS[task.kind]
    return say(session, text_key(chosen, name), **(readable(known(session, task), chosen, session.language) | more))


def end_unread(session: Session, task: Task, name: str) -> Step:
    """End the flow without having read anything, and say why."""
    return _tell(session.but(stage="result", outcome=f"{task.kind}.not_read"), task, name)


def _word(session: Session, kind: str) -> str:
    return CODES["document"][kind][0 if session.language == "zh" else 1]
