"""A sentence that asks for two or more things is cut where one errand ends and the next begins.

The n-grams find the places between commas and joining words, the encoder judges each clause. A reason before a
wish (身份证过期了，卡用不了) is no errand of its own, so the words must join wishes, or both must be beyond doubt.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from edge_models.language import grams, numerals
from edge_models.language.encoder import Vector
from edge_models.language.heads import Floats, Heads

Encode = Callable[[str], Vector | None]

HEAD = "intent"
NO_ERRAND = frozenset({"out_of_scope", "chitchat", "greet", "thanks_bye", "affirm", "deny", "cancel", "repeat_back"})
_DO = "转取查存打换开还办问看汇交买补改绑激解挂销约领赎升提调印拿报念设付充缴订退追撤贷投停告弄收"
_CUT = re.compile(
    r"[，。；！？、,;!?：:…\s]+"
    rf"|(?<![一不在])(?=再(?![见说来]|一遍|次)[^，。]{{0,4}}[{_DO}帮给把])"
    r"|(?=顺便|顺带|顺手|然后|接着|另外|还有(?!多少|几|没有?|钱)|还要|还想|还得|以及|并且?(?=开|打|办|把)|回头(?=再|一起)|一并(?=把|给))"
    rf"|(?<=完了)(?=[^，。]{{0,4}}[{_DO}给把帮直能我])|(?<=[{_DO}失户卡码活新钱额挂]完)(?=[^了，。]{{0,4}}[{_DO}给把帮直能我])"
    rf"|(?<=[以之了]后)(?!天)(?=[^，。]{{0,4}}[{_DO}给把帮直能我])|(?<=[{_DO}]好)(?=[直给把帮再马])"
    r"|(?=(?:够|行|合适|退了|到了|没有|没到)的话)"
    r"|\b(?:and|then|also|after that)\b",
    re.IGNORECASE,
)
_JOINS = re.compile(
    r"^(?:那?再(?![见说])|顺[便带手]|然后|接着|另外|还[有要想得]|以及|并且?|回头|一并|最后|完了?|剩下|其中|(?:够|行|合适|好|退了|到了|没有|没到|是|对|发了|不收)?的话|以后|之后|直接|多的|有多的)"
    r"|^[^，。]{0,6}(?:完|好|上|通|掉|醒)(?:了|就|再|马上|顺便|我)*(?:[把给帮再打看查取开办转存念急要]|告诉)"
    r"|^[^，。]{1,5}就(?:给|转|约|取|把|帮|存|买|打|从)"
    r"|^[^，。]{1,10}[也都](?:要|想|给|帮|一[块起并道]|换|开|弄|改|说|办|重|写|得)|一[块起并道](?:弄|办|换|改|开|看)|^我?[要得]?投诉|[转接]个?人工|\b(?:and|then|also)\b",
    re.IGNORECASE,
)
_DONE = re.compile(r"(?:完了?|好了?|了以后|以后|之后|后|完\S{1,4})[，,\s]?$")
_ASKED = re.compile(
    rf"[把给帮替请]|^(?:我|先|再|麻烦|顺便|然后|要|想|得|打算|来|你|那就)*[{_DO}](?!的|不|了吗)|(?:我|先|想|要|得)(?:想|要|先|再)?[{_DO}]"
    r"|[多几]少|几[个点分]|[吗么呢]$|没有?$|能不能|可以|怎么|\b(?:transfer|check|want|balance|how|print|withdraw|deposit)",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"不是|先?别(?!的)|不用|之前|听说|为啥|为什么|说是|让我|叫我|本来|上次|昨[天晚]|刚才|才能|怎么又|要不要|需不需要|是不是"
)
_FRAGMENT = re.compile(
    r"^(?:那?要?多少(?:钱|利息)?|利息.{0,4}|怎么[弄办退].{0,3}|我?(?:有|能).{0,3}多少|要?几个点|换一张|补一个呢?|收费[吗不]?)$"
)
TWICE = "transfer"
"""The one errand that people order twice in a breath."""

_PAYMENT = re.compile(
    rf"(?:给|到|向|往)[^，。\d]{{1,8}}?(?:{numerals.NUMBER})|(?:{numerals.NUMBER})[^，。]{{0,3}}(?:给|到)[^，。]{{1,6}}"
)
_AGAIN = re.compile(r"^(?:再|另外|然后|还要|还得|顺便|接着|也)")
_JOINED_IS_SURE, _LOOSE_IS_SURE = 0.5, 0.9
_PIECE_IS_SURE = 0.35
_MOST_PIECES = 6
_MOST_CLAUSES = 3


@dataclass(frozen=True, slots=True)
class Part:
    """A clause by its place in the sentence, with the probabilities of all errands in the order of the head."""

    start: int
    end: int
    scores: Floats


def split(heads: Heads, encode: Encode, text: str, whole: str) -> tuple[Part, ...]:
    """Return two or more clauses in the order spoken, or none when there is only one errand.

    Args:
        heads: The learned heads.
        encode: Returns a clause's vector, or None without the encoder.
        text: The sentence.
        whole: The errand the whole sentence seems to be about.
    """
    pieces = _pieces(text)
    if whole in NO_ERRAND or not 2 <= len(pieces) <= _MOST_PIECES or not _may_hold(text, pieces):
        return ()
    labels = heads.labels(HEAD)

    def score(start: int, end: int, encode: Encode = encode) -> Part:
        said = text[start:end]
        return Part(start, end, heads.probabilities(HEAD, heads.measure(said, encode(said))))

    # The n-grams alone cost a tenth of the encoder: they find the places, the encoder judges.
    quick = [score(start, end, lambda _: None) for start, end in pieces]
    twice = whole == TWICE and _twice(labels, text, quick)
    places = pieces if twice else _groups(labels, quick)
    if not 2 <= len(places) <= _MOST_CLAUSES:
        return ()
    parts = [score(start, end) for start, end in places]
    return tuple(parts) if twice or _holds(labels, text, parts, whole) else ()


def _pieces(text: str) -> list[tuple[int, int]]:
    found, at = [], 0
    for match in _CUT.finditer(text):
        found.append((at, match.start()))
        at = match.end()
    found.append((at, len(text)))
    return [(start, end) for start, end in found if grams.tokens(text[start:end])]


def _may_hold(text: str, pieces: list[tuple[int, int]]) -> bool:
    said = [text[start:end] for start, end in pieces]
    if _TOLD.search(text):
        return False
    joined = any(_joined(text, start, end) for start, end in pieces[1:])
    return joined or sum(bool(_ASKED.search(words)) for words in said) > 1


def _joined(text: str, start: int, end: int) -> bool:
    return bool(_JOINS.search(text[start:end]) or _DONE.search(text[:start]))


def _groups(labels: tuple[str, ...], pieces: list[Part]) -> list[tuple[int, int]]:
    """Put pieces together: one that names no errand of its own belongs to the one before it."""
    groups: list[tuple[int, int]] = []
    errands: set[str] = set()
    for piece in pieces:
        name, sure = best(labels, piece.scores)
        own = sure >= _PIECE_IS_SURE and name not in NO_ERRAND and piece.end - piece.start > 1
        if groups and (not own or not errands or name in errands):
            groups[-1] = (groups[-1][0], piece.end)
        else:
            groups.append((piece.start, piece.end))
        if own:
            errands.add(name)
    return groups


def _twice(labels: tuple[str, ...], text: str, pieces: list[Part]) -> bool:
    """Tell two payments to two people from one payment told in two pieces."""
    said = [text[piece.start : piece.end] for piece in pieces]
    sure = all(
        best(labels, piece.scores)[0] == TWICE and _PAYMENT.search(words)
        for piece, words in zip(pieces, said, strict=True)
    )
    return sure and all(_AGAIN.search(words) for words in said[1:])


def _holds(labels: tuple[str, ...], text: str, parts: list[Part], whole: str) -> bool:
    tops = [best(labels, part.scores) for part in parts]
    names = [name for name, _ in tops]
    if len(parts) < 2 or whole not in names or any(a == b for a, b in pairwise(names)):
        return False
    said = [text[part.start : part.end] for part in parts]
    if any(name in NO_ERRAND for name in names) or any(_FRAGMENT.match(words) for words in said):
        return False
    joined = all(_joined(text, part.start, part.end) for part in parts[1:])
    enough = _JOINED_IS_SURE if joined else _LOOSE_IS_SURE
    return all(sure >= enough and (joined or _ASKED.search(words)) for (_, sure), words in zip(tops, said, strict=True))


def best(labels: tuple[str, ...], scores: Floats) -> tuple[str, float]:
    """Return the likeliest class with its probability."""
    top = int(scores.argmax())
    return labels[top], float(scores[top])
