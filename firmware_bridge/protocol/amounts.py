"""Amounts of end-to-end tokens (``500.00CNY``) in integer minor units; never a float, nothing overflows."""

from __future__ import annotations

import re
from dataclasses import dataclass

from guitai.money import Fen

CURRENCY = "CNY"
MAX_PART = 2**32 - 1
"""Dispensers hold the whole and the fractional part in 32 bits each; what is larger is refused, not cut."""

_TEXT = re.compile(r"(?P<units>[0-9]{1,10})(?:\.(?P<part>[0-9]{1,10}))?(?P<currency>[A-Z][A-Z0-9]{2})")
_WITHOUT_MINOR = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"]
)
_THOUSANDTHS = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])
_FEN_DIGITS = 2


def minor_digits(currency: str) -> int:
    """Return how many digits the currency's minor unit has (ISO 4217); two unless it is known to differ."""
    if currency in _WITHOUT_MINOR:
        return 0
    return 3 if currency in _THOUSANDTHS else 2


@dataclass(frozen=True, slots=True)
class Value:
    """An amount: `minor` units of which 10 ** `digits` make one unit of the currency."""

    minor: int
    digits: int
    currency: str

    @classmethod
    def parse(cls, text: str) -> Value | None:
        """Return the amount in a token's field, or None if it is none or too large for a dispenser."""
        match = _TEXT.fullmatch(text)
        if match is None or int(match["units"]) > MAX_PART or int(match["part"] or 0) > MAX_PART:
            return None
        part, currency = match["part"] or "", match["currency"]
        digits = max(len(part), minor_digits(currency))
        return cls(int(match["units"]) * 10**digits + int(part.ljust(digits, "0") or 0), digits, currency)

    @classmethod
    def of_fen(cls, amount: Fen) -> Value:
        """Return an amount of ours."""
        return cls(amount, _FEN_DIGITS, CURRENCY)

    def fen(self) -> Fen | None:
        """Return the amount in fen; None in another currency or if it is no whole number of them."""
        scale = 10 ** (self.digits - _FEN_DIGITS)
        return None if self.currency != CURRENCY or self.minor % scale else Fen(self.minor // scale)

    def less(self, other: Value) -> Value | None:
        """Return what is left when `other` is taken away; None if it does not fit or is of another currency."""
        digits = max(self.digits, other.digits)
        left = self.minor * 10 ** (digits - self.digits) - other.minor * 10 ** (digits - other.digits)
        return (
            None
            if self.currency != other.currency or other.minor < 0 or left < 0
            else Value(left, digits, self.currency)
        )
