"""What a customer says of the card and of the machine itself: the card is wanted back, was left at home; nothing moves."""

from __future__ import annotations

import re

from guitai.dialogue import ending, flow, later, recording
from guitai.dialogue.data import FLOWS, flow_for
from guitai.dialogue.midway import SIM, other_errand
from guitai.dialogue.parts import label
from guitai.dialogue.questioning import asks
from guitai.dialogue.speak import say, say_again, say_beside
from guitai.dialogue.state import Session, Step
from guitai.dialogue.values import words
from guitai.messages.voice import CustomerSaid

_CARD_BACK = re.compile(
    r"退(?:我的?|给我)?卡|拔卡|(?:卡(?:先|再)?(?:退|还|给|吐|拿|取|抽)(?:给|回|还|出|一下)*(?:我|来|俺|走)|(?:退|还|给|拿|吐)(?:回|出|还|给)*(?:我|俺)的?卡)(?=[吧了啊呀嘛呗哈先，,。！!\s]|就|我|$)"
    r"|\b(?:give|return|get|take) (?:me )?(?:back )?my card\b"
)
_NO_CARD_BACK = re.compile(
    r"[吗？?吞吃后换补新寄挂]|完[再就后]|办(?:张|一|个)|怎么|为什么|什么时候|能不能|会不会|先(?:退|还|拿)?卡[再还后]|以前|之前|没(?:退|还|给|吐|拿)"
)
CARD_BACK_CHARS = 14
"""More words than this tell a story in which a card occurs."""

_NO_CARD = re.compile(
    r"(?:没|未|忘|忘了|忘记)(?:有)?(?:带|拿|揣)(?:银行|储蓄|着)?卡(?!号)|卡(?:也|都)?(?:没|忘|未)(?:了|记)?(?:带|拿|揣)|卡(?:放|落|忘|搁|丢|还)?在(?:家|屋|单位|车)|(?:没|没有)卡(?![号里上])|(?:光|只|就)有(?:个)?(?:卡号|账号|身份证|手机)|卡不在(?:身上|手上|手里|身边)|不带卡|无卡|\b(?:no|forgot|without|haven't) (?:my |a |the )?card\b"
)
_OTHER_PAPER = re.compile(
    r"(?:身份证|手机|刷脸|人脸|存折|折子|社保卡|二维码|卡号)[^，。]{0,4}(?:行|可以|能|成|中|得|好使|管用)(?:不|吗|么|啊|吧|[?？]|办|取|存|转)"
)
_STUCK = re.compile(
    r"[不没](?:动|反应|动静|响)|卡(?:住|死|在这|着)|死机|转圈|坏了|(?:怎么|咋)(?:回事|了|啦|还|这么)|半天|好了没|还没好|等(?:了)?(?:好|这么)久|\b(?:stuck|frozen|not working|what happened|no response)\b"
)
_TOO_SMALL = re.compile(
    r"(?<![数名签])字(?:也|都|是|实在|有点|这么|那么)*(?:太|好|很|真|有点|有些|这么|那么|忒|老)小(?!众|气|心)|(?<![数名签])字[^，。]{0,6}(?:大(?:一?[点些]|号)|放大|调大|变大|弄大)|(?:放大|调大|变大|弄大)(?:一?[点些下])?字|大字(?:版|号|模式|体)"
    r"|看不(?:清|见|清楚)(?:楚)?(?:屏幕?|上?面?的?字)|(?:屏幕?|上面)[^，。]{0,4}看不(?:清|见)"
    r"|\b(?:larger|bigger|large) (?:text|letters|print|font|words)\b|\b(?:text|letters|print|font|words) (?:is|are) too small\b"
)
_ON_PAPER = re.compile(r"手机|单子|纸|合同|短信|存折|证(?!券)|票|信(?!用)|药|说明书|app", re.IGNORECASE)
"""What else has letters that are too small."""

_UNDONE = later.CAN_WAIT | {"sms"}


def said(session: Session, event: CustomerSaid) -> Step | None:
    """Take words of the card or the machine, wherever the dialogue stands."""
    return (
        _card_back(session, event) or _larger(session, event) or _stuck(session, event) or _without_card(session, event)
    )


def told_again(session: Session, event: CustomerSaid) -> Step | None:
    """Say again what became of the money to who asks about it and was not understood: 咋回事啊我钱呢."""
    task = session.task
    if session.stage != "result" or task is None or not FLOWS[task.kind].moves_money:
        return None
    return say_again(session) if asks(event.text) or _STUCK.search(event.text.lower()) else None


def wants_card(text: str) -> bool:
    """Whether the card is wanted back, which ends everything: 没了，退卡; 那把卡给我吧."""
    text = text.strip().lower()
    short = len(text) <= CARD_BACK_CHARS * (3 if text.isascii() else 1)
    return short and bool(_CARD_BACK.search(text)) and not _NO_CARD_BACK.search(text)


def without_card(text: str, *, wanted: bool) -> bool:
    """Whether no card is at hand; where one was just `wanted`, also what is offered in its place: 身份证行不行."""
    text = text.lower()
    return bool(_NO_CARD.search(text)) or (wanted and bool(_OTHER_PAPER.search(text)))


def _card_back(session: Session, event: CustomerSaid) -> Step | None:
    if session.card != "inside" or not wants_card(event.text):
        return None
    if session.stage == "result" and event.understanding.sentiment != "negative":
        session = session.but(satisfied=True, last=session.task, verdicts=session.verdicts + 1)
    elif session.task is not None and session.stage in _UNDONE:
        session = session.but(outcome="cancelled")
    return ending.finish(session.but(later=()))


def _larger(session: Session, event: CustomerSaid) -> Step | None:
    """Print larger for who says that the letters are too small; an errand or a sum named in the same breath goes first."""
    text = event.text.lower()
    if any(one.type == "amount" for one in event.understanding.entities):
        return None
    if session.large or not _TOO_SMALL.search(text) or _ON_PAPER.search(text) or other_errand(session, event, SIM):
        return None
    session = session.but(large=True)
    if recording.being_read(session):
        return session, ()  # it has to be heard whole: the letters tell by themselves
    return say_beside(session, label(session, "made_larger"))


def _stuck(session: Session, event: CustomerSaid) -> Step | None:
    """The line is down, which nobody else tells who wonders why nothing happens."""
    waits = session.stage in later.CAN_WAIT | {"open", "result"}
    if session.online or not waits or not _STUCK.search(event.text.lower()) or other_errand(session, event, SIM):
        return None
    return flow.line_down(session if session.stage != "result" else session.but(task=None))


def _without_card(session: Session, event: CustomerSaid) -> Step | None:
    """Say what can be done without a card where the errand that is named, or under way, wants one."""
    task = session.task if session.stage == "card" else None
    if session.card != "none" or not without_card(event.text, wanted=task is not None):
        return None
    top = event.understanding.intents[0]
    wanted = flow_for(top.name) if top.probability >= SIM else None
    wanted = wanted or (FLOWS[task.kind] if task is not None else None)
    if wanted is None or wanted.steps[0].identify not in ("card", "pin"):
        return None
    dropped = later.put_aside(task)
    session = session.but(stage="open", task=None, asking="", dropped=dropped, outcome=f"{wanted.kind}.no_card")
    return say(session, "no_card", what=words(wanted.title, session.language))
