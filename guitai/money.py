"""Money is an integer number of fen (分), never a float."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import NewType

from guitai.errors import GuitaiError

Fen = NewType("Fen", int)
"""One hundredth of a yuan (元)."""

FEN_PER_YUAN = 100


def yuan(amount: int) -> Fen:
    """Return `amount` whole yuan as fen."""
    return Fen(amount * FEN_PER_YUAN)


def parse_yuan(text: str) -> Fen:
    """Return the fen of a decimal number of yuan such as ``"1,234.50"``.

    Raises GuitaiError ``money.malformed`` if it is not a number or has more than two decimals.
    """
    try:
        fen = Decimal(text.replace(",", "").strip()) * FEN_PER_YUAN
        if fen != fen.to_integral_value():
            raise InvalidOperation
        return Fen(int(fen))
    except (InvalidOperation, OverflowError) as error:
        raise GuitaiError("money.malformed", text=text) from error


def format_yuan(amount: Fen) -> str:
    """Return ``1,234.50`` (always two decimals, thousands separated) for a screen or a receipt."""
    sign = "-" if amount < 0 else ""
    whole, part = divmod(abs(amount), FEN_PER_YUAN)
    return f"{sign}{whole:,}.{part:02d}"


def short_yuan(amount: Fen) -> str:
    """Return ``1,234`` for whole yuan and ``1,234.50`` otherwise."""
    return format_yuan(amount).removesuffix(".00")
