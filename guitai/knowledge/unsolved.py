"""Groups the questions that found no good answer, so that knowledge staff see which answer is missing most."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

ALIKE = 0.35
"""Share of two-character pieces two questions have in common (Dice) from which they ask for the same."""

_NOISE = re.compile(r"〔[^〕]*〕|[\W_]+|[的了吗呢啊吧呀嘛]")


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that ask for the same."""

    example: str
    """The one most like all others."""

    questions: tuple[str, ...]
    intent: str
    """What most of them were taken for."""

    answers: tuple[tuple[str, int], ...]
    """Answers that were given and did not help, with how often; one of them may need better words."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One stored question."""

    text: str
    intent: str = ""
    answer_id: str = ""


def group(asked: Sequence[Asked]) -> tuple[Group, ...]:
    """Return the groups, largest first. Each question joins the group whose first question it is most like, else opens one.

    The same questions in the same order give the same groups; time grows with questions times groups.
    """
    leaders: list[Counter[str]] = []
    members: list[list[Asked]] = []
    for one in asked:
        pieces = _pieces(one.text)
        likeness = [_dice(pieces, leader) for leader in leaders]
        best = max(range(len(leaders)), key=likeness.__getitem__, default=-1)
        if best >= 0 and likeness[best] >= ALIKE:
            members[best].append(one)
        else:
            leaders.append(pieces)
            members.append([one])
    return tuple(sorted(map(_group, members), key=lambda found: (-len(found.questions), found.example)))


def _group(members: list[Asked]) -> Group:
    pieces = [_pieces(one.text) for one in members]
    closeness = [sum(_dice(mine, other) for other in pieces) for mine in pieces]
    example = members[max(range(len(members)), key=closeness.__getitem__)].text
    intents = Counter(one.intent for one in members if one.intent)
    given = Counter(one.answer_id for one in members if one.answer_id)
    ranked = sorted(given.items(), key=lambda pair: (-pair[1], pair[0]))
    top = min(intents, key=lambda name: (-intents[name], name), default="")
    return Group(example, tuple(one.text for one in members), top, tuple(ranked))


def _pieces(text: str) -> Counter[str]:
    plain = _NOISE.sub("", text.lower())
    return Counter(plain[at : at + 2] for at in range(len(plain) - 1)) or Counter([plain])


def _dice(one: Counter[str], other: Counter[str]) -> float:
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0
