"""Signed files headquarters hands to kiosks: risk rules, the watch list, the board of the day. Signed as commands are, with the same key."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import Field

from guitai.errors import GuitaiError
from guitai.wire.commands import B, Body, opened

MOST_BYTES = 32 * 1024 * 1024
"""Room for half a million watched accounts."""

NAME_CHARS = 80
"""Of who stands for the rules."""

Version = Annotated[int, Field(ge=1, le=10**9)]
Millis = Annotated[int, Field(ge=0)]


class RulesFile(Body):
    """Risk rules with who stands for them."""

    kind: Literal["guitai.risk.rules/1"] = "guitai.risk.rules/1"
    version: Version
    made_ms: Millis
    approved_by: Annotated[str, Field(min_length=1, max_length=NAME_CHARS)]
    text: Annotated[str, Field(min_length=1, max_length=64 * 1024)]
    """The TOML that people read and change."""


class WatchFile(Body):
    """Accounts to be held: keyed hashes only, worthless without the branch's key."""

    kind: Literal["guitai.risk.watch/1"] = "guitai.risk.watch/1"
    version: Version
    made_ms: Millis
    expires_ms: Millis
    """From then on the list is stale, and no money moves."""

    tags: list[Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]]
    """HMAC-SHA256 of the account number under card_token.key, cut to 32 digits: as card tokens are made."""


class BoardFile(Body):
    """Figures of the day that reviewed answers leave a place for."""

    kind: Literal["guitai.knowledge.board/1"] = "guitai.knowledge.board/1"
    version: Version
    made_ms: Millis
    expires_ms: Millis
    """From then on the figures are not told any more."""

    values: Annotated[
        dict[
            Annotated[str, Field(pattern=r"^\w{1,40}$")],
            Annotated[str, Field(pattern=r"^[^{}*]{1,40}$")],
        ],
        Field(min_length=1, max_length=200),
    ]


def read_signed(path: Path, kind: type[B], key: Ed25519PublicKey) -> B:
    """Return the body of a signed file.

    Raises GuitaiError ``risk.unreadable``, ``risk.bad_signature``, ``risk.not_signed_file``.
    """
    try:
        payload = path.read_bytes()
    except OSError as error:
        raise GuitaiError("risk.unreadable", path=path, reason=error.strerror) from error
    return signed_body(payload, kind, key, path)


def signed_body(payload: bytes, kind: type[B], key: Ed25519PublicKey, path: Path) -> B:
    """Return the body of a signed file's bytes; `path` is what errors call it.

    Raises GuitaiError ``risk.bad_signature``, ``risk.not_signed_file``.
    """
    try:
        return opened(payload, kind, key, MOST_BYTES)
    except GuitaiError as error:
        if error.code == "mqtt.bad_signature":
            raise GuitaiError("risk.bad_signature", path=path) from error
        raise GuitaiError("risk.not_signed_file", path=path, reason=error.params.get("reason", "")) from error
