"""Values of the day (汇率, 利率) that fill an answer's placeholders while they are fresh; afterwards the answer says so.

Headquarters sends boards; whoever keeps them passes them and the time in. Nothing here reads a clock.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from guitai.knowledge.answers import Answer

_PLACE = re.compile(r"\{(\w+)\}")

STALE = {
    "zh": ("今天的牌价*我这里还没有收到*。", "请看大厅的屏幕，或者打95500问。"),
    "en": ("Today's figures *have not reached me*.", "Please see the board in the hall or call 95500."),
}


@dataclass(frozen=True, slots=True)
class Board:
    """The values behind one kind of hot answers, as headquarters sent them."""

    name: str
    values: Mapping[str, str]
    sent_ms: int
    """Unix milliseconds."""

    good_for_ms: int

    def fresh(self, now_ms: int) -> bool:
        """Return True while the values may be told; one from the future is as bad as an old one."""
        return 0 <= now_ms - self.sent_ms < self.good_for_ms


def newer(kept: Board | None, came: Board) -> Board:
    """Return the board to keep: the one sent later, so that a late delivery never brings old rates back."""
    return came if kept is None or came.sent_ms > kept.sent_ms else kept


def fill(answer: Answer, board: Board | None, now_ms: int, language: str) -> Answer:
    """Return the answer with today's values; the words for stale values when they are missing, incomplete or too old."""
    wanted = {*_PLACE.findall(answer.lead), *_PLACE.findall(answer.more)}
    if board is None or not board.fresh(now_ms) or not wanted <= board.values.keys():
        lead, more = STALE[language]
        return Answer(answer.id, lead, more, answer.source)
    return Answer(answer.id, _filled(answer.lead, board), _filled(answer.more, board), answer.source)


def _filled(text: str, board: Board) -> str:
    return _PLACE.sub(lambda found: board.values[found[1]], text)
