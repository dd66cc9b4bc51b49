"""Reviews what a language model wrote: it may say a reviewed answer in other words, and nothing that is not in it."""

from __future__ import annotations

import re

from guitai.knowledge.figures import figures

LONGEST = {"zh": 90, "en": 240}
"""Characters of two spoken sentences."""

_HAN = re.compile("[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)?")
_NUMERAL = re.compile("[零〇一二两三四五六七八九十百千万亿]+")
_ALLOWED = re.compile(r"[\u3400-\u9fffA-Za-z0-9\s，。！？；：、,.!?;:()（）%％‰/'’“”《》~～+–—·-]*")

_FUNCTION_HAN = frozenset(
    "的了吗呢吧啊您请就可以也和是在要有会能把被让给到从对为这那个些里去来再还都很不没用说看想做办如果所什么时候先后只行需及或与"
)
"""Characters that join and ask; all others carry meaning, a name's too, and have to stand in the answer."""

_FUNCTION_EN = frozenset({
    "a", "an", "the", "and", "or", "but", "if", "then", "so", "to", "of", "in", "on", "at", "by", "for", "from", "with", "as", "it", "its", "is", "are",
    "was", "be", "been", "you", "your", "we", "our", "us", "this", "that", "these", "those", "can", "may", "will", "would", "do", "does", "did", "have",
    "has", "had", "not", "no", "yes", "please", "just", "also", "there", "here", "when", "where", "what", "which", "who", "how", "any", "all", "each",
    "both", "only", "more", "than", "up", "out",
})  # fmt: skip


def review(text: str, lead: str, more: str, language: str) -> str:
    """Return the text on one line if every figure, every name and every word of meaning stands in the answer, else nothing.

    Args:
        text: What the model wrote.
        lead: Large words of the reviewed answer; asterisks do not count.
        more: Its small words.
        language: zh or en.
    """
    said, source = " ".join(text.split()), f"{lead}。{more}".replace("*", "")
    if not said or len(said) > LONGEST[language] or _ALLOWED.fullmatch(said) is None:
        return ""
    if not figures(said) <= figures(source) or not _numerals(said) <= _numerals(source):
        return ""
    han = set(_HAN.findall(said))
    if language == "en" and han:
        return ""
    known = {word.lower() for word in _WORD.findall(source)}
    words = {word.lower() for word in _WORD.findall(said)}
    if not han <= set(source) | _FUNCTION_HAN or not words <= known | (
        _FUNCTION_EN if language == "en" else frozenset()
    ):
        return ""
    denied = _negated(said)
    return "" if (denied and not _negated(source)) or (_negated(more) and not denied) else said


def _numerals(text: str) -> set[str]:
    """Figures in Chinese numerals; a single 一 is a word more often than a figure."""
    return set(_NUMERAL.findall(text)) - {"一"}


def _negated(text: str) -> bool:
    """Whether something is denied or forbidden: no paraphrase may turn 不能 into 能, nor the other way round."""
    told = re.sub(r"(.)[不没]\1", "", text)  # 有没有 and 能不能 only ask
    denials = r"[不没无非勿别禁未]|\b(?:not|no|never|none|cannot|without)\b|n't"
    return re.search(denials, told, re.IGNORECASE) is not None
