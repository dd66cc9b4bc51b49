"""A stretch of the sentence with a type and a canonical value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """Characters ``start`` to ``end`` (exclusive) of the sentence."""

    type: str
    start: int
    end: int
    norm: str

    def overlaps(self, other: Span) -> bool:
        """Return True when the two share a character."""
        return self.start < other.end and other.start < self.end
