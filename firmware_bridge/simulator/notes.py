"""Bank notes as counts per denomination, and how an amount is made of them."""

from __future__ import annotations

from collections.abc import Mapping

from guitai.money import Fen

Notes = dict[int, int]
"""Value of one note in fen -> how many. Never a negative count; zero counts are left out."""


def value(notes: Mapping[int, int]) -> Fen:
    """Return what the notes are worth."""
    return Fen(sum(note * count for note, count in notes.items()))


def count(notes: Mapping[int, int]) -> int:
    """Return how many notes there are."""
    return sum(notes.values())


def plus(a: Mapping[int, int], b: Mapping[int, int]) -> Notes:
    """Return both together."""
    return {note: n for note in sorted({*a, *b}, reverse=True) if (n := a.get(note, 0) + b.get(note, 0))}


def minus(a: Mapping[int, int], b: Mapping[int, int]) -> Notes:
    """Return `a` without `b`, which must be part of it."""
    rest = {note: a.get(note, 0) - b.get(note, 0) for note in sorted({*a, *b}, reverse=True)}
    assert min(rest.values(), default=0) >= 0, "notes cannot come from nowhere"
    return {note: n for note, n in rest.items() if n}


def half(notes: Mapping[int, int]) -> Notes:
    """Return about half of the notes, at least one if there is one."""
    wanted, out = (count(notes) + 1) // 2, {}
    for note, n in notes.items():
        out[note] = min(n, wanted)
        wanted -= out[note]
    return {note: n for note, n in out.items() if n}


def fewest(available: Mapping[int, int], amount: int) -> Notes | None:
    """Return the amount in few notes, large ones first (mix ``minimumBills``); None if it cannot be made."""
    return _fill(sorted(available.items(), reverse=True), amount)


def _fill(stock: list[tuple[int, int]], amount: int) -> Notes | None:
    if amount == 0:
        return {}
    if not stock:
        return None
    (note, have), *rest = stock
    most = min(have, amount // note)
    # Fewer of a large note help only while the smaller ones do not divide it: 60 = 20 + 20 + 20, not 50 + 10.
    for used in range(most, max(most - 2, -1), -1):
        if (small := _fill(rest, amount - used * note)) is not None:
            return {note: used, **small} if used else small
    return None
