"""Where a row stands: a session's or lane's number and a sequence in one integer key, so that a row costs one tree, not two."""

from __future__ import annotations

from guitai.tables import Lane

BITS = 40
"""Of the sequence; the number stands above them."""

MASK = (1 << BITS) - 1

LANE_NUMBERS: dict[Lane, int] = {"handover": 1, "money": 2, "audit": 3, "session": 4, "logs": 5}
"""Stand in every file: a number is never given to another lane."""

LANE_OF_NUMBER = {number: lane for lane, number in LANE_NUMBERS.items()}


def place(number: int, sequence: int) -> int:
    """Return the key of a row."""
    return number << BITS | sequence


def span(number: int) -> tuple[int, int]:
    """Return the lowest and the highest key of a session or lane."""
    return number << BITS, number << BITS | MASK
