"""Figures of the day (汇率) in an answer while the board that holds them is good; afterwards the answer says so.

The board comes with the session, as risk rules do. Nothing here reads a clock.
"""

from __future__ import annotations

import re
from dataclasses import replace

from guitai.knowledge.answers import Answer, by_id
from guitai.messages.knowledge import Board

_PLACE = re.compile(r"\{(\w+)\}")

STALE = {
    "zh": ("今天的牌价*我这里还没有收到*。", "请看大厅的屏幕，或者打95500问。"),
    "en": ("Today's figures *have not reached me*.", "Please see the board in the hall or call 95500."),
}


def places(text: str) -> set[str]:
    """Return the names of the figures that a text leaves a place for."""
    return set(_PLACE.findall(text))


def fill(answer: Answer, board: Board, now_ms: int, language: str) -> Answer:
    """Return the answer with the figures of the day; words that they are not here, when they are missing or old."""
    lead, more = STALE[language]
    return _filled(answer, board, now_ms) or replace(answer, lead=lead, more=more)


def of_the_day(name: str, board: Board, now_ms: int, language: str) -> Answer | None:
    """Return the answer of this id if there is one and the board has its figures now."""
    answer = by_id(name, language)
    return None if answer is None else _filled(answer, board, now_ms)


def _filled(answer: Answer, board: Board, now_ms: int) -> Answer | None:
    """Return the answer as it is to be told; None when a figure is missing or old."""
    wanted = places(f"{answer.lead}{answer.more}")
    values = dict(board.values)
    if not wanted:
        return answer
    if now_ms >= board.until_ms or not wanted <= values.keys():
        return None
    lead, more = (_PLACE.sub(lambda found: values[found[1]], text) for text in (answer.lead, answer.more))
    return replace(answer, lead=lead, more=more)
