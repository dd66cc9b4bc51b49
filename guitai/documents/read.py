"""What a page is and says: the one entrance of this room. Pure: lines in, masked values out."""

from __future__ import annotations

from dataclasses import dataclass

from guitai.documents import clauses, fields, kinds, layout, scam
from guitai.messages.document import DocumentClause, DocumentField, DocumentKind, Doubt, TextLine
from guitai.messages.voice import ScamSignal

CONTRACTS = frozenset({"loan_contract", "wealth_contract", "insurance_policy"})
WRITTEN = frozenset({"message", "other"})
"""What somebody may have written to the customer: its sentences go through the scoring of spoken words, too."""

HARD = 0.75
"""Mean certainty below which values may be misread."""

MOST_SENTENCES = 24


@dataclass(frozen=True, slots=True)
class Document:
    """A paper, understood. `sentences` are personal data and stay in memory."""

    kind: DocumentKind
    confidence: float
    fields: tuple[DocumentField, ...]
    clauses: tuple[DocumentClause, ...]
    doubts: tuple[Doubt, ...]
    scam: ScamSignal
    """By the closed list of words and by what is promised."""

    sentences: tuple[str, ...]
    """What has to be scored as spoken words are; empty where nobody speaks."""


def understand(lines: tuple[TextLine, ...]) -> Document:
    """Return what a page's lines, in reading order, say."""
    rows = layout.rows(lines)
    kind = kinds.kind_of(rows)
    found, doubts = fields.fields_of(rows) if kind != "message" else (_of_message(rows), ())
    told = {field.name: field.value for field in found}
    characters = sum(len(line.text) for line in lines)
    sure = sum(line.confidence * len(line.text) for line in lines) / characters if characters else 0.0
    spoken = layout.sentences(rows)
    signal = scam.signal_of(spoken)
    promised = scam.promised(rows, int(told.get("rate_bp", "0"))) if kind != "message" else ()
    if promised:
        doubts = (*doubts, "promises_return")
        signal = signal if signal.strength == "strong" else ScamSignal(scam.SLIGHT, "weak", "investment", promised)
    if sure < HARD:
        doubts = (*doubts, "hard_to_read")
    return Document(
        kind=kind,
        confidence=round(sure, 3),
        fields=found,
        clauses=clauses.clauses_of(rows) if kind in CONTRACTS else (),
        doubts=doubts,
        scam=signal,
        sentences=spoken[:MOST_SENTENCES] if kind in WRITTEN else (),
    )


def _of_message(rows: tuple[str, ...]) -> tuple[DocumentField, ...]:
    """Of a message only the sum it speaks of is told."""
    found, _ = fields.fields_of(rows)
    return tuple(field for field in found if field.name == "amount_fen")
