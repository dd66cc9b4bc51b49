"""Serial numbers of bank notes (冠字号码) without a list of them: notes are numbered, and lie in runs of numbers."""

from __future__ import annotations

from collections.abc import Mapping

Run = tuple[int, int]
"""Number of the first note, and how many follow each other."""

Runs = tuple[Run, ...]
Bundles = dict[int, Runs]
"""Value of one note in fen -> which notes."""

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_SPREAD = 38_473_921
"""Odd and no multiple of 5, so that different notes have different digits."""


def count(runs: Runs) -> int:
    """Return how many notes there are."""
    return sum(n for _, n in runs)


def joined(lower: Runs, upper: Runs) -> Runs:
    """Return `upper` laid on `lower`."""
    if lower and upper and lower[-1][0] + lower[-1][1] == upper[0][0]:
        return (*lower[:-1], (lower[-1][0], lower[-1][1] + upper[0][1]), *upper[1:])
    return lower + upper


def drawn(runs: Runs, n: int) -> tuple[Runs, Runs]:
    """Return the upper `n` notes of a pile and the rest of it: what came in last goes out first."""
    rest = list(runs)
    taken: list[Run] = []
    while n and rest:
        first, have = rest.pop()
        used = min(n, have)
        taken.insert(0, (first + have - used, used))
        if have > used:
            rest.append((first, have - used))
        n -= used
    return tuple(taken), tuple(rest)


def plus(a: Mapping[int, Runs], b: Mapping[int, Runs]) -> Bundles:
    """Return `b` laid on `a`, denomination by denomination."""
    return {note: joined(a.get(note, ()), b.get(note, ())) for note in sorted({*a, *b}, reverse=True)}


def serial(note: int, number: int) -> str:
    """Return the serial number of a note, two letters and eight digits, such as ``CA12345678``."""
    series = note // 100 * len(_LETTERS) + number // 10**8
    first, second = divmod(series, len(_LETTERS))
    return f"{_LETTERS[first % len(_LETTERS)]}{_LETTERS[second]}{number * _SPREAD % 10**8:08d}"


def serials(bundles: Mapping[int, Runs]) -> tuple[tuple[int, str], ...]:
    """Return value and serial number of every note."""
    return tuple(
        (note, serial(note, number))
        for note, runs in bundles.items()
        for first, n in runs
        for number in range(first, first + n)
    )
