"""Cleans exported sentences for training: what may name somebody goes, doubles go, doubtful labels go back to staff. Pure."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from guitai.messages.masking import PLACEHOLDERS
from headquarters.service.dialogues import Sentence
from headquarters.service.personal import left_in, plain

SHORTEST, LONGEST = 2, 120
VALIDATION_PERCENT = 15
"""Sessions whose sentences are only ever scored."""

STAND_INS = {
    "〔姓名〕": "朋友", "〔账号〕": "这个账号", "〔手机号〕": "这个手机号", "〔证件号〕": "这个证件号", "〔尾号〕": "这张", "〔地址〕": "这个地址",
}  # fmt: skip
"""Plain words in place of what is no word, so that sentences read as they are spoken."""

_STARRED = re.compile(r"\*+[\d零〇一二三四五六七八九幺两]{0,4}x?", re.IGNORECASE)
_MARKS = re.compile(r"[\s\W_]+")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What came of it."""

    kept: tuple[dict[str, Any], ...]
    """Lines as script/train reads them, with three levels and origin beside."""

    to_label: tuple[dict[str, Any], ...]
    """Clean sentences without a certain label, for staff."""

    dropped: dict[str, int]
    """How many went, by reason."""


def clean(found: Iterable[Sentence], known: Iterable[str]) -> Cleaned:
    """Return sentences fit to learn from. `known` are the texts training has already."""
    dropped: Counter[str] = Counter()
    groups: dict[str, list[tuple[str, Sentence]]] = {}
    seen = {_form(text) for text in known}
    for one in found:
        text = _spoken(one.text)
        if reason := _unfit(one, text):
            dropped[reason] += 1
        elif (form := _form(text)) in seen:
            dropped["known"] += 1
        else:
            groups.setdefault(form, []).append((text, one))
    kept: list[dict[str, Any]] = []
    to_label: list[dict[str, Any]] = []
    for same in groups.values():
        dropped["double"] += len(same) - 1
        text, one = min(same, key=_best)
        labels = {other.label for _, other in same if other.labelled_by == one.labelled_by and other.label}
        if len(labels) == 1:
            kept.append(_line(text, one))
        else:
            to_label.append(
                {"id": one.id, "text": text, "guess": one.guess, "said": sorted(labels), "origin": asdict(one.origin)}
            )
    return Cleaned(tuple(kept), tuple(to_label), {reason: n for reason, n in sorted(dropped.items()) if n})


def _unfit(one: Sentence, text: str) -> str:
    if one.suspected:
        return "suspected"
    if one.language != "zh":
        return "not_chinese"
    if not SHORTEST <= len(text) <= LONGEST:
        return "length"
    return left_in(text, one.counted)


def _spoken(text: str) -> str:
    for placeholder in PLACEHOLDERS.values():
        text = text.replace(placeholder, STAND_INS[placeholder])
    return _STARRED.sub("这个号码", text).strip()


def _form(text: str) -> str:
    """Return what two sentences have in common that differ in marks, blanks and width only."""
    return _MARKS.sub("", plain(text))


def _best(one: tuple[str, Sentence]) -> tuple[int, str]:
    return ("staff", "outcome", "").index(one[1].labelled_by), one[1].id


def _line(text: str, one: Sentence) -> dict[str, Any]:
    held_out = (
        int.from_bytes(hashlib.sha256(one.origin.session_id.encode()).digest()[:8], "big") % 100 < VALIDATION_PERCENT
    )
    return {
        "id": one.id, "text": text, "intent": one.label, "category": one.category, "solution": one.solution,
        "labelled_by": one.labelled_by, "split": "validation" if held_out else "train", "origin": asdict(one.origin),
    }  # fmt: skip
