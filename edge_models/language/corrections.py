"""A customer who takes something back: 不对，是三千; 说错了，转给王芳; 不是三千是五千; 我说的是定期不是活期; 金额改成五千."""

from __future__ import annotations

import re
from dataclasses import dataclass

from edge_models.language.spans import Span

_HUM = r"(?:哎呀?|哦|噢|啊|呃|嗯|诶|那个|对不起|不好意思|我)*"
_WRONG = r"(?:不对|不不+(?!不(?!对|是))|不是|不(?=[，,、。\s])|(?:弄|搞|说|讲|报|念|听)?错了|口误|嘴瓢了|wrong|no|sorry|i mean)"
_MARKED = re.compile(
    rf"^{_HUM}(?:{_WRONG}(?:吧|啊|呀|了|的)?[，,。、！!…\s]*)*{_WRONG}(?:吧|啊|呀|了|的)?[，,。、！!…\s]+(?P<a>.+)"
    rf"|^(?:我|刚才|刚刚|前面)*(?:说|讲|报|念|听)错了?[，,。、！!…\s]*(?P<b>.+)"
    rf"|(?:[，,。、…\s]{_HUM}|(?<=[\d零一二三四五六七八九十百千万块元年月]))(?:不对+|不不+|不是不是|错了|(?:我?说|讲|报|念)错了?|口误)(?:啊|呀|了)?"
    r"(?:[，,。、…\s]+|(?=[\d一二两三四五六七八九十是]))(?P<c>.+)"
    r"|(?:收款人|收款方|名字|户名|姓名|金额|数目?|钱数|账号|卡号|人)(?:写|说|弄|搞|填|报|输|打)?(?:的)?(?:错|不对)(?:了|啦)?[，,。、\s]*(?P<f>.+)"
    r"|^(?:我|刚才|前面)*(?:说|要|讲|指)的(?:就)?是(?P<d>[^，。把]{1,12})$|^(?:应该|其实)是(?P<e>[^，。]+)$",
    re.IGNORECASE,
)
_VALUE = re.compile(
    r"^(?:是|要|转|取|存|汇|打|给|换|改|应该|其实|到|寄|交|买|查|办|我(?:是|要|说的是|想)|就)|^(?:we|it'?s|make|to|i )",
    re.IGNORECASE,
)
_OTHER_STORY = re.compile(
    r"转错|打给.{0,4}了|拦|撤|追|汇错|打错|存错|投诉|怎么|为什么|为啥|密码|没收到|没到账|少了|多扣|骗|盗刷|不是我(?:刷|取|转|花|买)|吗|？|\?"
)
_CHANGED = re.compile(
    r"^(?:算了|等等|等一下|等下|那|还是|帮我|给我|麻烦|请|就|把|我想|我要|能不能|哦|嗯|好|[，,])*"
    r"(?:它|这个|这笔|金额|数目|数|钱数|收款人|户名|名字|时间|日期|期限|存期|产品|期数|账号|卡号)?(?:还是|给我|帮我|都|就|想|再)*"
    r"(?:改成|改为|改到|改作|变成)(?P<v>[^，。]+)"
)
_NOT_BUT = re.compile(
    r"不是(?P<not>[^，,。是不]{1,12})[，,、\s]*(?:我?(?:要|说)?的?)?(?:而|应该)?是(?P<but>[^，。]{1,20})"
)
_BUT_NOT = re.compile(
    r"(?:是|要|转|取|存|给)(?P<but>[^，,。是不]{1,14})[，,、\s]*(?:可|而)?不是(?P<not>[^，,。是]{1,12})(?:$|[，。！])"
)
_KINDS = re.compile(
    r"活期|定期|理财|国债|基金|信用卡|储蓄卡|借记卡|存折|水费|电费|燃气费|话费|[今明后昨]天|本人|自己|跨行|本行|卡里|现金|转账|取现|挂失|余额|明细|流水|取款|取钱|存款|存钱|汇款|查询|开户|销户|补卡|换卡|激活|还款|贷款|预约|改密码|重置密码|缴费"
)
_TOLD_BESIDE = frozenset(
    {"phone", "reason", "purpose", "share", "ordinal", "risk_answer", "arrival", "card_kind", "bank"}
)
"""A value of these types beside 不对 or 改成 alone makes no correction: 手机号改成… is an errand."""

_DENIED = re.compile(rf"^{_HUM}(?:不是|不给|不转给)(?P<not>[^，,。]{{1,12}})[，,。\s]")
PERSON = "recipient"
_PERSON = {"payee": PERSON}
"""Two types for people: which one a name has depends on the words around it."""

_NAME = re.compile(r"(?!他|她|我|你|这|那|谁|别人|外人|骗|什么|老师|公司)[\u4e00-\u9fff]{2,3}")
_LONGEST_CHANGE_CHARS = 16


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a sentence takes back."""

    spans: tuple[Span, ...]
    """Without the values denied, the one meant last of its type."""

    meant: tuple[int, int] | None = None
    """Where the words stand that are meant instead, when they name an errand or a kind (取款, 定期)."""


def correct(text: str, spans: tuple[Span, ...]) -> Corrected | None:
    """Return what the sentence takes back, or None when it takes nothing back."""
    for pattern in (_NOT_BUT, _BUT_NOT):
        match = pattern.search(text)
        if match and _alike(match, spans):
            denied = match.span("not")
            kept = tuple(span for span in spans if not _inside(span, denied))
            return Corrected(_last(kept, match.span("but")), match.span("but") if _KINDS.search(match["but"]) else None)
    values = [span for span in spans if span.type not in _TOLD_BESIDE]
    if _OTHER_STORY.search(text):
        return None
    if (match := _DENIED.search(text)) and any(span.start >= match.end() for span in values):
        return Corrected(tuple(span for span in spans if span.start >= match.end()))
    match = _MARKED.search(text)
    if match:
        name = next(group for group in "abcdef" if match[group] is not None)
        meant = match.span(name)
        if (
            any(span.start >= meant[0] for span in values)
            or (_VALUE.search(match[name]) and len(match[name]) <= _LONGEST_CHANGE_CHARS)
            or _KINDS.search(match[name])
        ):
            return Corrected(spans)
        return None
    match = _CHANGED.search(text)
    if match and len(match["v"]) <= _LONGEST_CHANGE_CHARS:
        at = match.start("v")
        if any(span.start >= at - 1 for span in values) or _KINDS.search(match["v"]):
            return Corrected(spans)
    return None


def _alike(match: re.Match[str], spans: tuple[Span, ...]) -> bool:
    """Two sides of a denial are a correction when they are values or words of one kind."""
    denied = {_PERSON.get(span.type, span.type) for span in spans if _inside(span, match.span("not"))}
    meant = {_PERSON.get(span.type, span.type) for span in spans if _inside(span, match.span("but"))}
    if denied & meant or bool(_KINDS.search(match["not"]) and _KINDS.search(match["but"])):
        return True
    # A name that is only denied has no word before it that tells a payee: 不是曹明，是我妹曹敏.
    return PERSON in meant and bool(_NAME.fullmatch(match["not"])) and not _KINDS.search(match["not"])


def _inside(span: Span, place: tuple[int, int]) -> bool:
    return place[0] <= span.start and span.end <= place[1] + 1


def _last(spans: tuple[Span, ...], place: tuple[int, int]) -> tuple[Span, ...]:
    return (*(span for span in spans if not _inside(span, place)), *(span for span in spans if _inside(span, place)))
