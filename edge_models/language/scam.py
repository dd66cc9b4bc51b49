"""Does the customer sound deceived? A calibrated score, the kind of fraud, and the words that gave it away."""

from __future__ import annotations

import re

import numpy as np

from edge_models.language import grams
from edge_models.language.heads import Features, Heads
from edge_models.language.spans import Span
from guitai.messages.voice import ScamSignal, Strength

HEAD, TYPE_HEAD = "scam", "scam_type"
_MOST_EVIDENCE = 3
_SHORTEST_EVIDENCE = 2
_FEWEST_TOKENS = 4
"""An amount or a yes says nothing by itself."""

_COURT_FEES = re.compile(
    r"法院[^，。？]{0,8}(?:让|叫|要|喊|通知)我?[^，。？]{0,8}交[^，。？]{0,3}(?:诉讼费|受理费|案款|执行款|鉴定费|公证费|保全费)"
)
_INTO_COURT = re.compile(r"(?<=，)转(?:到|给)法院(?:的诉讼费专户|专户)?(?=[，。]|$)")
_NOT_AT_COURT = re.compile(
    r"转|汇|打|微信|支付宝|账|帐|卡|来电|解冻|抓|个人|公安|警|检察|法官|安全|偷偷|别告诉|红包|码"
)
"""A court does take money for these at its counter: of such words alone the model judges. Who calls, wants it moved elsewhere or is paid as a person is no court."""

_CUES: tuple[tuple[str, str], ...] = (
    ("safe_account", r"安全账[户号]|安全帐[户号]|保护账户|清查账户|监管账户"),
    (
        "police_impersonation",
        r"(?:公安局?|警察|民警|警官|检察院|法院|专案组)[^，。？]{0,8}(?:让|叫|要|喊|通知)我?[^，。？]{0,8}(?:转|汇|打|取|存|交)[^，。？]{0,6}",
    ),
    ("coached", r"(?:不要|别|不能|不让我?)挂(?:断)?(?:电话|线)|照(?:他|我)(?:说|念)的(?:按|做|念|说)"),
    ("screen_sharing", r"(?:开|打开|点|共享)(?:了)?屏幕(?:共享)?|屏幕共享"),
    ("secrecy", r"(?:不让|不能|不许|不要|别)(?:我)?(?:告诉|跟)(?:家里?人?|儿子|女儿|老伴|任何人|别人|银行)(?:说|讲)?"),
)
_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _CUES)
_DISOWNED = re.compile(
    r"没有?(?:什么)?人|没听|骗子|诈骗|骗人|挂了|撂了|举报|拉黑|宣传|电视|新闻|讲课|提醒|是不是真|到底有没有|真有|什么叫|是什么|就问问|不信|没转|我没|不会是|防骗|反诈|没让|别人被|真的吗|上当"
    r"|传单|海报|标语|横幅|讲座|(?:不要|别|不能|不可|不该|莫)(?:轻易|随便)?(?:相)?信(?!银行|柜员|你)"
)
"""Words that tell of such a story without being in one. They only take the rule's certainty away: the model judges all the same."""

_STATED = re.compile(r"转|汇|打|存|取|钱|万|挪|放")
_CUE_IS_CERTAIN = 0.97
_NAMED = frozenset({"recipient", "payee", "relation"})
_TOLD = _NAMED | {"amount", "bank", "card_tail", "date", "range", "currency", "share", "arrival"}
_ORDER_WORDS = re.compile(
    r"(?:转帐|转|汇|打|付|给|往|到|向|账户|帐户|户头|名下|那儿|那边|那|这儿|老家|家里|账|卡|上|里|"
    r"不是[^，。]{1,4}|帮忙|麻烦|帮|替|我|俺|咱|要|想|请|您|你|再|也|还|就|把|从|一笔|笔|款|钱|块|元|整|过去|出去|去|了|吧|啊|呀|哈|哦|嗯|嘛|呗|的|是|叫|收款人|姑娘|师傅|[\s，。、！,.!])*"
)
_LONGEST_ORDER_CHARS = 40
"""Who says more says more than an order; 不是… may end in many places, and each would be tried in a long text."""

_NOTHING_SAID = 0.1
"""At most this for an order that tells nothing but who and how much: an uncommon name is no sign of a fraud."""


def judge(heads: Heads, text: str, features: Features, found: tuple[Span, ...] = ()) -> ScamSignal:
    """Return how strongly the words suggest a fraud in progress. Strength comes from thresholds fitted by CV.

    Args:
        heads: The learned heads.
        text: The sentence.
        features: The sentence as the heads measure it.
        found: Its values: what stands beside them decides whether it is a plain order.
    """
    score = float(heads.probabilities(HEAD, features)[0])
    own = _at_court(text, found)
    cues = [
        (kind, match)
        for kind, pattern in _COMPILED
        for match in pattern.finditer(text)
        if not (own and kind == "police_impersonation")
    ]
    if (
        cues
        and _STATED.search(text)
        and not _DISOWNED.search(text)
        and cues[0][0] in ("safe_account", "police_impersonation")
    ):
        score = max(score, _CUE_IS_CERTAIN)
    if not cues and _plain_order(text, found):
        return ScamSignal(round(min(score, _NOTHING_SAID), 4), "none")
    is_short = len(grams.tokens(text)) < _FEWEST_TOKENS and not cues
    strength = "none" if is_short else _strength(heads, score)
    if strength == "none":
        return ScamSignal(round(score, 4), strength)
    kind = cues[0][0] if cues else _kind(heads, features)
    words = [match.group() for _, match in cues] + _telling_words(heads, text)
    return ScamSignal(round(score, 4), strength, kind, _distinct(words))


def _at_court(text: str, found: tuple[Span, ...]) -> bool:
    """Whether a court is only said to want its fee: 法院让我交诉讼费，取三千."""
    somebody = any(span.type in _NAMED and not text[span.start : span.end].endswith("法院") for span in found)
    said = _INTO_COURT.sub("", text)
    return not somebody and bool(_COURT_FEES.search(said)) and not _NOT_AT_COURT.search(said)


def _plain_order(text: str, found: tuple[Span, ...]) -> bool:
    """Tell an order of nothing but somebody, an amount and words of ordering: 往闻涛户头打两千四."""
    if not any(span.type in _NAMED for span in found):
        return False
    taken = {at for span in found if span.type in _TOLD for at in range(span.start, span.end)}
    words = "".join(char for at, char in enumerate(text) if at not in taken)
    return len(words) <= _LONGEST_ORDER_CHARS and bool(_ORDER_WORDS.fullmatch(words))


def _strength(heads: Heads, score: float) -> Strength:
    if score >= heads.thresholds["scam_strong"]:
        return "strong"
    return "weak" if score >= heads.thresholds["scam_weak"] else "none"


def _kind(heads: Heads, features: Features) -> str:
    return heads.labels(TYPE_HEAD)[int(heads.probabilities(TYPE_HEAD, features).argmax())]


def _telling_words(heads: Heads, text: str) -> list[str]:
    """Return the stretches of the sentence with the largest weights, the heaviest first."""
    weights = heads.char_weights(HEAD, text)
    if not len(weights) or weights.max() <= 0:
        return []
    # Smoothing over a neighbour keeps a word whole when one of its characters is common.
    smooth = np.convolve(weights, np.array([0.25, 0.5, 0.25], np.float32), mode="same")
    high = smooth >= 0.5 * smooth.max()
    stretches: list[tuple[float, str]] = []
    start: int | None = None
    for at in range(len(text) + 1):
        inside = at < len(text) and bool(high[at]) and text[at] not in "，。？！、… "
        if inside and start is None:
            start = at
        elif not inside and start is not None:
            if at - start >= _SHORTEST_EVIDENCE:
                stretches.append((-float(smooth[start:at].sum()), text[start:at]))
            start = None
    return [words for _, words in sorted(stretches)]


def _distinct(words: list[str]) -> tuple[str, ...]:
    kept: list[str] = []
    for word in words:
        if not any(word in other or other in word for other in kept):
            kept.append(word)
    return tuple(kept[:_MOST_EVIDENCE])
