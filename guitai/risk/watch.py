"""The watch list: is an account to be held, and may the list still be trusted? Pure."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass

from guitai.messages.risk import Watched

TAG_CHARS = 32
"""As card tokens are cut: a card inside is looked up by its token as it is."""

_GRAVER: tuple[Watched, ...] = ("clear", "listed", "stale")


@dataclass(frozen=True, slots=True)
class WatchList:
    """Tags of the accounts to be held, until a time."""

    tags: frozenset[str]
    expires_ms: int


def tag_of(number: str, key: bytes) -> str:
    """Return the keyed hash of an account number; spaces and hyphens do not count."""
    digits = "".join(character for character in number if character.isascii() and character.isdigit())
    return hmac.new(key, digits.encode("ascii"), hashlib.sha256).hexdigest()[:TAG_CHARS]


def check(listed: WatchList | None, tags: Iterable[str], now_ms: int) -> Watched:
    """Return what the list says of an account's tags. None is a list that should be there and cannot be used."""
    if listed is None or now_ms >= listed.expires_ms:
        return "stale"
    return "listed" if any(tag in listed.tags for tag in tags) else "clear"


def graver(one: Watched, other: Watched) -> Watched:
    """Return the graver of two answers."""
    return max(one, other, key=_GRAVER.index)
