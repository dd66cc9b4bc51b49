"""A reviewed answer put into other words by the bank's own language model, where the bank has one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from guitai.messages.codec import effect, event


@effect("answer.phrase")
@dataclass(frozen=True, slots=True)
class PhraseAnswer:
    """Put the small words of an answer in a way that fits the question; the large ones stay as they were reviewed."""

    request_id: str
    question: str
    """The customer's words, without names and numbers."""

    lead: str
    more: str
    language: Literal["zh", "en"]


@event("answer.phrased")
@dataclass(frozen=True, slots=True)
class AnswerPhrased:
    """What the endpoint wrote, unreviewed; empty when nothing came in time."""

    request_id: str
    text: str
