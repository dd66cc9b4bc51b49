"""Orders to pay that the learned heads take for something else: in a story told by a stranger, or beside what the money is for.

A customer who is being deceived tells what he was told (交三千技术费就能追回来) and means to do it. To the heads that is a
question about frauds or a matter of social security; taken as the transfer it is, it meets the risk check.
"""

from __future__ import annotations

import re

from edge_models.language import numerals
from edge_models.language.spans import Span
from guitai.messages.voice import IntentGuess, ScamSignal

PAY = "transfer"
_UNSURE = 0.7
"""Below it a guess is not acted upon (Sim)."""

_BEYOND_DOUBT = 0.9
"""From it an errand that a story names (加微信说能贷款) is left as it is."""

_ABOUT_FRAUD = frozenset({"fraud_help", "fraud_unauthorized"})

_N = numerals.NUMBER
_VERB = r"(?:转|打|汇|交|付|缴|垫|充|投|押|捐|寄|买|给|退|赔|还)"
_ORDERED = re.compile(
    rf"(?:{_VERB}(?:个|给他们?|给她们?|过去|进去|去|到那边|入)?(?:{_N})|(?:{_N})(?:块钱?|元)?(?:整)?(?:就|去|过去)?{_VERB})(?!了)"
    rf"|(?:买|订|办|报|入|参加|预订)[^。]{{1,20}}?(?:{_N})"
)
_PAID_TO = re.compile(rf"(?:{_N})[^，。]{{0,6}}?(?:给|到|交|付|打|转|汇)|(?:给|往|向|到)[^，。]{{1,12}}(?:{_N})")
_DOUBTED = re.compile(
    r"骗子|诈骗|被骗了|上当|真的吗|真假|真有|靠谱|可信|是不是|会不会|对不对|能信|要不要|怎么办|拦|拉黑|报警|举报|不信|没转|没给|没交|不敢|不对劲|[吗么嘛][？?。！]*$|[？?]"
)
_OURS = re.compile(r"理财|基金|国债|定期|存单|我也(?:要|买|想)|跟着买|你们(?:行|家|这)?的")
"""What a bank sells is bought here, not paid for elsewhere."""

_PAST = re.compile(rf"{_VERB}(?:给他|出去|过去|进去)?了|已经|昨[天晚]|刚才|刚刚|没到|没收到|怎么还|到没|到账")
_ASKED = re.compile(
    r"怎么|多少|几[天点个号]|为什么|为啥|能不能|可不可以|行不行|[吗呢么][？?。！]*$|[？?]|查|看看|限额|利息|利率|手续费"
)
_OTHERS_WISH = re.compile(r"[让叫要喊逼催]我|[他她]们?[让叫要喊说]|对方|人家|说(?:是)?让")
HELP = "fraud_help"
_OTHER_ERRAND = frozenset({"withdraw_cash", "deposit_cash", "transfer", "complaint", "human_agent", "cancel", "deny"})


def pays(text: str, top: IntentGuess, found: tuple[Span, ...], signal: ScamSignal) -> bool:
    """Return whether the sentence orders a payment though the heads hear something else.

    Args:
        text: The sentence.
        top: What the heads take it for.
        found: Its values.
        signal: Whether it sounds like a fraud.
    """
    types = {span.type for span in found}
    unsure = top.probability < _UNSURE
    if "amount" not in types or (top.name in _OTHER_ERRAND and not unsure):
        return False
    if top.name == HELP and signal.strength == "none" and _ordered_after(text, found):
        return True
    if _PAST.search(text):
        return False
    if signal.strength == "strong" and (top.name in _ABOUT_FRAUD or top.probability < _BEYOND_DOUBT):
        return bool(_ORDERED.search(text)) and not (_DOUBTED.search(text) or _OURS.search(text))
    named = bool(types & {"recipient", "payee"})
    return named and (unsure or top.name == "out_of_scope") and bool(_PAID_TO.search(text)) and not _ASKED.search(text)


def _ordered_after(text: str, found: tuple[Span, ...]) -> bool:
    """Whether words about a fraud that is over or far off end in an order: 有个骗子打电话我挂了，现在给房东胡斐交三千五."""
    begin = max(text.rfind(mark, 0, -1) for mark in "，。；,;") + 1
    inside = {span.type for span in found if span.start >= begin}
    piece = text[begin:]
    return (
        begin > 0
        and "amount" in inside
        and bool(inside & {"recipient", "payee"})
        and bool(_PAID_TO.search(piece))
        and not any(doubt.search(piece) for doubt in (_DOUBTED, _ASKED, _PAST, _OTHERS_WISH))
    )
