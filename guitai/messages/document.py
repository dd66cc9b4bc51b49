"""Document: what a paper under the document camera is, and what of it may be kept.

The picture and the text stay in memory and are let go once they are read: an event carries the kind, masked fields,
which clauses there are, and the words that speak for a scam. Vision and core speak of pages by `PAGE` and `LINES`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from guitai.messages.codec import effect, event
from guitai.messages.voice import ScamSignal

PAGE = "guitai-page"
"""Core sends a picture in parts (payload); ``request_id``, and ``last`` with the last part. The first may be empty: it warms up."""

LINES = "guitai-lines"
"""Vision answers whoever sent the page: ``request_id``, ``code`` (empty: it was read), ``took_ms``, payload a JSON list of `TextLine`."""

DocumentKind = Literal[
    "transfer_slip", "receipt", "loan_contract", "wealth_contract", "insurance_policy", "message", "id_card", "other"
]  # fmt: skip
Topic = Literal["early_repayment", "penalty", "cooling_off", "lock_in", "fees", "risk_level", "guarantee"]
Doubt = Literal["amounts_differ", "promises_return", "hard_to_read"]
"""``amounts_differ``: figures and capitals do not agree; ``promises_return``: safe principal and a high return at once."""

FIELDS = frozenset({
    "amount_fen", "capitals_fen", "fee_fen", "premium_fen", "insured_fen", "rate_bp", "term", "risk_level", "date", "start_date", "end_date",
    "account_tail", "payee_account_tail", "id_number", "payee", "payer", "borrower", "lender", "insured", "policyholder", "beneficiary",
    "issuer", "holder",
})  # fmt: skip
"""Names that a `DocumentField` may have."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of text on a page. Personal data: never in an event, a log or a file."""

    text: str
    confidence: float
    """0 to 1, mean over its characters."""

    x: int
    y: int
    width: int
    height: int
    """The box around it, in pixels of the straightened page."""


@dataclass(frozen=True, slots=True)
class DocumentField:
    """One value of a paper: canonical (fen, ISO dates, basis points), names and numbers masked."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class DocumentClause:
    """Where a paper speaks of a topic: the article's number as printed, and the figures in it. Never its text."""

    topic: Topic
    number: str
    figures: tuple[str, ...] = ()


@event("document.read")
@dataclass(frozen=True, slots=True)
class DocumentRead:
    """The paper on the tray was read."""

    request_id: str
    kind: DocumentKind
    digest: str
    """SHA-256 of the picture, hexadecimal: proves later which picture it was to whoever still has it."""

    lines: int
    confidence: float
    fields: tuple[DocumentField, ...] = ()
    clauses: tuple[DocumentClause, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    scam: ScamSignal = ScamSignal(0.0, "none")
    """By the scoring that spoken words go through, and by the words of a closed list; only for messages and the like."""


@effect("document.expect")
@dataclass(frozen=True, slots=True)
class ExpectDocument:
    """A paper will be laid down in a moment: get ready to read it. Nothing answers."""


@effect("document.take")
@dataclass(frozen=True, slots=True)
class ReadDocument:
    """Photograph what lies on the tray and read it; answered by `DocumentRead` or `identity.DocumentFailed`. Safe to ask again."""

    request_id: str
    keep: bool = False
    """A teller is there who may look at it: the picture stays in memory until the session ends, unless a card's number is on it."""
