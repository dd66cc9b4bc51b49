"""Service: what people at headquarters have to see to afterwards, and what the kiosk could not answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from guitai.messages.codec import effect
from guitai.messages.risk import Level
from guitai.messages.voice import IntentGuess

Cause = Literal["unsolved", "complaint", "refused", "failed", "dispute", "no_teller"]
"""``unsolved``: the customer said so; ``refused``: by the bank; ``failed``: by a machine; ``no_teller``: nobody came."""

Unanswered = Literal["not_understood", "not_satisfied", "unsolved"]
"""``not_satisfied``: with the answer; ``unsolved``: the errand it began did not solve it."""


@effect("service.work_order")
@dataclass(frozen=True, slots=True)
class WorkOrder:
    """Something a person has to see to, filed as type, sub-type and solution path. Records only; masked."""

    order_id: str
    """Session, errand and cause: the same thing is filed once."""

    cause: Cause
    errand: str
    """The flow's kind; empty when there was none."""

    category: str
    """Type, a code of work_orders.yaml."""

    subcategory: str
    solution: str
    entities: dict[str, str] = field(default_factory=dict)
    """What the errand was about, readable: amounts in yuan, accounts by their tail."""

    reason: str = ""
    """Why the bank refused, in its words."""

    host_request: str = ""
    """What the bank was asked for, where it was."""

    case_number: str = ""
    risk_level: Level | None = None


@effect("service.unanswered")
@dataclass(frozen=True, slots=True)
class UnansweredQuestion:
    """A question for knowledge staff: not understood, or answered but not solved. Records only; masked."""

    question_id: str
    why: Unanswered
    text: str
    """The customer's words; who and which account stands there as 〔姓名〕, 〔账号〕."""

    intents: tuple[IntentGuess, ...]
    """The likeliest, best first."""

    answer_id: str = ""
    """The answer that was given."""

    errand: str = ""
    language: Literal["zh", "en"] = "zh"


@effect("service.response")
@dataclass(frozen=True, slots=True)
class RecordResponse:
    """How long the customer waited for a reply: from the last voiced sample to its first sound. Fillers are no reply."""

    took_ms: int
