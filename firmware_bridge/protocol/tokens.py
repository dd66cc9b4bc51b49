"""End-to-end tokens of XFS4IoT: the dispenser's check of the host's authorisation, and its own signed answer.

``NONCE=…,TOKENFORMAT=1,TOKENLENGTH=dddd,KEY=VALUE,…,HMACSHA256=<64 upper hex>``: NONCE first, HMAC last, at most 1024
characters; TOKENLENGTH is the whole length; the HMAC covers everything up to and including ``HMACSHA256=``. Keys other
than ``DISPENSE1`` are none of the dispenser's business, but a key named twice, or a second DISPENSE, makes a token
worthless: nobody could say which amount was meant.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass

from firmware_bridge.protocol.amounts import CURRENCY, Value
from guitai.errors import GuitaiError
from guitai.money import FEN_PER_YUAN, Fen

MAX_CHARS = 1024
DISPENSE = "DISPENSE1"
_MAC_CHARS = 64
_FORM = re.compile(
    r"NONCE=(?P<nonce>[0-9A-F]+),TOKENFORMAT=1,TOKENLENGTH=(?P<length>[0-9]{4}),"
    r"(?P<body>(?:[A-Z0-9]+=[!-+\--<>-~]+,)+)HMACSHA256=(?P<mac>[0-9A-F]{64})",
)
_FRAME = ("NONCE", "TOKENFORMAT", "TOKENLENGTH", "HMACSHA256")
_AMOUNTS = re.compile(r"DISPENSE[0-9]+")


@dataclass(frozen=True, slots=True)
class Token:
    """A token whose form is right; whether it is genuine is another question (`genuine`)."""

    nonce: str
    fields: Mapping[str, str]
    mac: str
    signed: str

    def genuine(self, key: bytes) -> bool:
        """Whether the HMAC was made with `key`."""
        return hmac.compare_digest(_mac(key, self.signed), self.mac)

    def value(self) -> Value | None:
        """Return the one amount that may be dispensed, or None if there is none or more than one."""
        amounts = [name for name in self.fields if _AMOUNTS.fullmatch(name)]
        return Value.parse(self.fields[DISPENSE]) if amounts == [DISPENSE] else None


def parse(text: str) -> Token:
    """Return the token in `text`. Raises GuitaiError ``device.token_refused`` if its form or length is wrong."""
    match = _FORM.fullmatch(text) if len(text) <= MAX_CHARS and text.isascii() else None
    if match is None or int(match["length"]) != len(text):
        raise GuitaiError("device.token_refused", answer="invalidTokenFormat")
    pairs = [pair.split("=") for pair in match["body"].rstrip(",").split(",")]
    fields = dict(pairs)  # the form guarantees exactly one "=" in each pair
    if len(fields) != len(pairs) or not fields.keys().isdisjoint(_FRAME):
        raise GuitaiError("device.token_refused", answer="invalidTokenFormat")
    return Token(match["nonce"], fields, match["mac"], text[:-_MAC_CHARS])


def mint(key: bytes, nonce: str, fields: Mapping[str, str]) -> str:
    """Return a signed token with `fields` in their order: how a dispenser signs its present status."""
    body = "".join(f"{name}={value}," for name, value in fields.items())
    length = len(f"NONCE={nonce},TOKENFORMAT=1,TOKENLENGTH=0000,{body}HMACSHA256=") + _MAC_CHARS
    signed = f"NONCE={nonce},TOKENFORMAT=1,TOKENLENGTH={length:04d},{body}HMACSHA256="
    return signed + _mac(key, signed)


def amount_text(amount: Fen) -> str:
    """Return ``500.00CNY``."""
    whole, part = divmod(amount, FEN_PER_YUAN)
    return f"{whole}.{part:02d}{CURRENCY}"


def _mac(key: bytes, signed: str) -> str:
    return hmac.new(key, signed.encode("ascii"), hashlib.sha256).hexdigest().upper()


class Vault:
    """What the dispenser remembers of nonce and token; it is volatile, so a power cycle clears it.

    One token per nonce; it may be spent in parts up to its value. Times are seconds of a monotonic clock.
    """

    def __init__(self, key: bytes, lifetime_s: float) -> None:
        self._key = key
        self._lifetime_s = lifetime_s
        self.clear()

    def issue(self, nonce: str, now_s: float) -> str:
        """Take `nonce` as the only valid one and return it."""
        self.clear()
        self._nonce, self._expires_s = nonce, now_s + self._lifetime_s
        return nonce

    def clear(self) -> None:
        """Forget nonce and token."""
        self._nonce, self._expires_s = "", 0.0
        self._mac = ""
        self._left: Value | None = None

    def spend(self, text: object, amount: Fen | Value, now_s: float) -> str | None:
        """Take `amount` off the token; return the completion code that refuses it instead, or None."""
        if not isinstance(text, str) or not text:
            return "authorisationRequired"
        try:
            token = parse(text)
        except GuitaiError:
            return "invalidTokenFormat"
        if not self._nonce or now_s >= self._expires_s:
            return "noCommandNonce"
        if token.nonce != self._nonce:
            return "invalidTokenNonce"
        if not token.genuine(self._key):
            return "invalidTokenHMAC"
        left = self._left if self._mac else token.value()
        wanted = amount if isinstance(amount, Value) else Value.of_fen(amount)
        if self._mac not in {"", token.mac} or left is None or (rest := left.less(wanted)) is None:
            return "invalidToken"
        self._mac, self._left = token.mac, rest
        return None

    def sign(self, nonce: str, fields: Mapping[str, str]) -> str:
        """Return a token of the dispenser's own, signed with the shared key."""
        return mint(self._key, nonce, fields)
