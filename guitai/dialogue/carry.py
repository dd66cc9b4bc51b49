"""What words take over from before instead of naming it: the payee, the same sum, all there is, the same errand again. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from guitai.dialogue.questioning import asks
from guitai.dialogue.schema import Slot
from guitai.dialogue.state import Session
from guitai.messages.voice import CustomerSaid

AVAILABLE = "available_fen"
"""The host's name for what the customer has."""

WHOLE_FEN = 100
"""A half is taken in whole yuan."""

_SAME_PERSON = re.compile(
    r"他|她|那个人|刚才那|刚刚那|同一个|还是那|上次那|上一个|再来一?[笔次]|\b(?:him|her|them|the same|again)\b"
)
_SAME_SUM = re.compile(
    r"这么多|那么多|这个数|同样(?:多|的数|的钱|金额)?|一样(?:多|的数|的钱|的)?|一般多|照样|再来一?[笔次]|跟(?:刚才|上[次笔])一样|\b(?:same (?:amount|sum|again)|as much|the same)\b"
)
_ALL = re.compile(
    r"(?:全部?|都|通通|统统|一起|一次性)(?:给我|帮我|给他|给她)?(?:取|转|提|拿|汇|打|存|还)|(?:取|转|提|拿)(?:全部|光|完|空)|有多少.{0,4}多少|剩(?:下|余)?的?(?:钱|这些)?(?:全|都)|^全部|全部$|全都要|\b(?:all of it|everything|the whole (?:lot|amount)|take it all)\b"
)
_HALF = re.compile(r"一半|二分之一|(?<!and a )\bhalf\b(?! (?:an? )?(?:hundred|thousand|grand|million))")
_NOT = re.compile(r"不(?:要|能|是)?(?:全|都)|别(?:全|都)|吗|[？?]|够不够")
_VERBS = {
    "transfer": r"(?:转|汇|打|寄|给)", "withdraw": r"(?:取|拿|提)", "deposit": r"存", "utility_payment": r"[交缴充]",
}  # fmt: skip
"""What a customer does again, by the kind of errand."""


def points_back(slot: Slot, text: str) -> bool:
    """Whether words take a slot's value over from the errand before."""
    if not slot.carry:
        return False
    return bool((_SAME_SUM if slot.entity == "amount" else _SAME_PERSON).search(text.lower()))


def share(slot: Slot, text: str, told: Mapping[str, str]) -> str | None:
    """Return all or half of what the customer has, in fen, as far as the slot takes it; None where no share is named."""
    have = told.get(AVAILABLE, "")
    if slot.most != AVAILABLE or not have.isdigit() or _NOT.search(text):
        return None
    if _HALF.search(text.lower()):
        amount = int(have) // 2
        amount -= amount % (slot.step_fen or WHOLE_FEN)
    elif _ALL.search(text.lower()):
        amount = int(have) - int(have) % (slot.step_fen or 1)
    else:
        return None
    return str(amount) if 0 < amount <= (slot.most_fen or amount) else None


def again(session: Session, event: CustomerSaid) -> str:
    """Return the kind of the errand before that is wanted once more: 小儿子也转这么多; empty where none is."""
    before = (session.task if session.stage == "result" else None) or session.last
    if session.stage not in ("open", "result") or before is None or (verbs := _VERBS.get(before.kind)) is None:
        return ""
    text = event.text.lower()
    once_more = re.search(
        rf"(?:再|也|还要|还得|另外)[^，。]{{0,8}}?{verbs}(?!了|过|没)|{verbs}(?:这么|那么|一样|同样)", text
    )
    return before.kind if once_more is not None and not asks(text) else ""
