"""Which shape the teller's mouth has when: the voice's phonemes with their times, as eight shapes and a shut mouth. Pure.

Shapes after the groups that lip readers tell apart (visemes; Fisher 1968), as far as eight drawings go.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

REST = ""
"""The mouth of the face's mood."""

SHAPES = {
    "mm": "mpbᵐ", "ff": "fvʋ", "oo": "uʊwɥyʏQᵿ", "o": "oɔɒOWY", "aa": "aɑɐæʌAI", "eh": "eɛɜəɤɚɝʁʀɹɻrhx",
    "ee": "iɪjsszzʃʒʂʐɕʑʦʣʧʤʨʥꭧ", "ll": "lɫndtθðɾnŋɲkɡgʔɴ",
}  # fmt: skip
SHAPE_OF = {sign: shape for shape, signs in SHAPES.items() for sign in signs}
UNKNOWN = "eh"
LEAST_S = 0.066
"""A shape that would be seen for less than two frames is left out: the mouth would flicker."""

Mark = tuple[str, float, float]
"""Phoneme (empty: a pause), and from when to when, in seconds from the voice's first sample."""


def shape(phoneme: str) -> str:
    """Return the mouth's shape for a phoneme (International Phonetic Alphabet, as misaki writes it)."""
    if not phoneme.strip():
        return REST
    return next((SHAPE_OF[sign] for sign in phoneme if sign in SHAPE_OF), UNKNOWN)


@dataclass(frozen=True, slots=True)
class Track:
    """What the mouth does while something is said; empty when nothing is known of it."""

    starts_s: tuple[float, ...] = ()
    shapes: tuple[str, ...] = ()
    end_s: float = 0.0

    def with_marks(self, marks: Iterable[Mark]) -> Track:
        """Return the track with more marks at its end: clauses come one by one."""
        starts, shapes, end_s = list(self.starts_s), list(self.shapes), self.end_s
        for phoneme, start_s, stop_s in marks:
            end_s = max(end_s, stop_s)
            now = shape(phoneme)
            if shapes and now == shapes[-1]:
                continue
            if starts and start_s - starts[-1] < LEAST_S:
                starts.pop()
                shapes.pop()
            if not shapes or now != shapes[-1]:
                starts.append(start_s)
                shapes.append(now)
        return Track(tuple(starts), tuple(shapes), end_s)

    def at(self, at_s: float) -> str:
        """Return the shape at a time."""
        n = bisect_right(self.starts_s, at_s) - 1
        return self.shapes[n] if n >= 0 and at_s < self.end_s else REST


def marks_of(data: Sequence[object]) -> tuple[Mark, ...]:
    """Return the marks of a frame; what is no mark is left out."""
    out = []
    for entry in data:
        if isinstance(entry, list | tuple) and len(entry) == 3:  # phoneme, start, end
            phoneme, start_s, stop_s = entry
            if isinstance(phoneme, str) and isinstance(start_s, int | float) and isinstance(stop_s, int | float):
                out.append((phoneme, float(start_s), float(stop_s)))
    return tuple(out)
