"""Runs token vectors that others made against the dispenser's own check.

The file is an object with ``hmacKeyHex`` and, under whatever name, a list of vectors: ``deviceNonce`` (what the device
holds; empty or null for none), ``token``, ``request`` {``value`` whole units, ``fraction`` minor units (absent: none; as
text: decimal digits), ``currency``} and the expected ``authorised``.

Each vector meets a fresh device that holds its nonce. Only when the same nonce and token follow directly on each other
they are spends of one token, in parts, on one device.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from firmware_bridge.protocol import tokens
from firmware_bridge.protocol.amounts import CURRENCY, Value, minor_digits
from guitai.errors import GuitaiError

MAX_DIGITS = 1000
"""A request with more digits is none; the longest token has 1024 characters."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the dispenser's check says to one vector."""

    authorised: bool
    reason: str
    """The XFS4IoT completion code that refuses; empty when authorised."""

    expected: bool

    @property
    def agrees(self) -> bool:
        """Whether the vector's maker expects the same."""
        return self.authorised is self.expected


def check(document: object) -> list[Verdict]:
    """Return a verdict for each vector. Raises GuitaiError ``xfs.bad_vectors`` naming what is missing."""
    top = document if isinstance(document, dict) else {}
    out: list[Verdict] = []
    before: object = None
    vault = tokens.Vault(b"", 1)
    for number, vector in enumerate(_vectors(document), 1):
        expected, token = vector.get("authorised"), vector.get("token")
        if not isinstance(expected, bool):
            raise GuitaiError("xfs.bad_vectors", reason=f"vector {number} has no authorised: true or false")
        here = (vector.get("deviceNonce"), token, vector.get("hmacKeyHex", top.get("hmacKeyHex")))
        if here != before:
            vault = _device(here[0], here[2])
            before = here
        reason = _spend(vault, token, vector.get("request"))
        out.append(Verdict(reason is None, reason or "", expected))
    return out


def _vectors(document: object) -> list[Mapping[str, Any]]:
    lists = [document] if isinstance(document, list) else list(document.values()) if isinstance(document, dict) else []
    for one in lists:
        if isinstance(one, list) and one and all(isinstance(vector, dict) and "token" in vector for vector in one):
            return one
    raise GuitaiError("xfs.bad_vectors", reason="there is no list of vectors, each with a token")


def _device(nonce: object, key_hex: object) -> tokens.Vault:
    try:
        key = bytes.fromhex(key_hex) if isinstance(key_hex, str) else b""
    except ValueError:
        key = b""
    if not key:
        raise GuitaiError("xfs.bad_vectors", reason="hmacKeyHex is missing or not hexadecimal")
    vault = tokens.Vault(key, lifetime_s=1)
    if isinstance(nonce, str) and nonce:
        vault.issue(nonce, now_s=0)
    return vault


def _spend(vault: tokens.Vault, token: object, request: object) -> str | None:
    wanted = _wanted(request, _digits(token))
    return "invalidData" if wanted is None else vault.spend(token, wanted, now_s=0)


def _digits(token: object) -> dict[str, int]:
    """Return the minor digits of the token's currency as the token writes them."""
    try:
        value = tokens.parse(token).value() if isinstance(token, str) else None
    except GuitaiError:
        value = None
    return {} if value is None else {value.currency: value.digits}


def _wanted(request: object, digits_of: Mapping[str, int]) -> Value | None:
    """Return the amount asked for; None if it is none. Exact: a rounded amount could seem to fit."""
    if not isinstance(request, dict):
        return None
    currency = str(request.get("currency") or CURRENCY)
    digits = digits_of.get(currency, minor_digits(currency))
    fraction = request.get("fraction") or 0
    if isinstance(fraction, str):
        fraction = fraction.ljust(digits, "0")
    whole, part = _exact(request.get("value")), _exact(fraction)
    if whole is None or part is None or whole < 0 or part < 0:
        return None
    minor = whole * 10**digits + part
    return Value(int(minor), digits, currency) if minor.denominator == 1 else None


def _exact(value: object) -> Fraction | None:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    try:
        number = Decimal(value)
        return Fraction(number) if number.is_finite() and number.adjusted() < MAX_DIGITS else None
    except (InvalidOperation, ValueError):
        return None
