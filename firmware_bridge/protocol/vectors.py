"""Runs token vectors that others made against the dispenser's own check.

The file is an object with ``hmacKeyHex`` and, under whatever name, a list of vectors: ``deviceNonce`` (what the device
holds; empty or null for none), ``token``, ``request`` {``value`` whole units, ``fraction`` minor units (absent: none; as
text: decimal digits), ``currency``} and the expected ``authorised``.

Each vector meets a fresh device that holds its nonce. Where the same nonce and token follow directly on each other, the
form does not say whether they are spends of one token, in parts, on one device, or cases of their own. They are read as
spends; if that contradicts the maker and reading each alone does not, they were meant alone. `Verdict.alone` tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from itertools import groupby
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
    alone: bool = False
    """Whether a vector among others of its token was read as a case of its own, not as the next spend."""

    @property
    def agrees(self) -> bool:
        """Whether the vector's maker expects the same."""
        return self.authorised is self.expected


def check(document: object) -> list[Verdict]:
    """Return a verdict for each vector. Raises GuitaiError ``xfs.bad_vectors`` naming what is missing."""
    top = document if isinstance(document, dict) else {}
    vectors = _vectors(document)
    for number, vector in enumerate(vectors, 1):
        if not isinstance(vector.get("authorised"), bool):
            raise GuitaiError("xfs.bad_vectors", reason=f"vector {number} has no authorised: true or false")
    out: list[Verdict] = []
    key = top.get("hmacKeyHex")
    for _, same in groupby(vectors, lambda one: (one.get("deviceNonce"), one.get("token"), one.get("hmacKeyHex", key))):
        run = list(same)
        spends = _verdicts(run, key)
        alone = [replace(_verdicts([one], key)[0], alone=True) for one in run]
        meant_alone = all(one.agrees for one in alone) and not all(one.agrees for one in spends)
        out += alone if meant_alone else spends
    return out


def _verdicts(run: list[Mapping[str, Any]], key: object) -> list[Verdict]:
    """Return what one device says to vectors of the same nonce and token, one after another."""
    first = run[0]
    vault = _device(first.get("deviceNonce"), first.get("hmacKeyHex", key))
    reasons = [_spend(vault, one.get("token"), one.get("request")) for one in run]
    return [Verdict(why is None, why or "", one["authorised"]) for why, one in zip(reasons, run, strict=True)]


def _vectors(document: object) -> list[Mapping[str, Any]]:
    lists = [document] if isinstance(document, list) else list(document.values()) if isinstance(document, dict) else []
    for one in lists:
        if isinstance(one, list) and one and all(isinstance(vector, dict) for vector in one):
            return one
    raise GuitaiError("xfs.bad_vectors", reason="there is no list of vectors")


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
