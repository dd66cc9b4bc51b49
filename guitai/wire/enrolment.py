"""What a kiosk and headquarters say to each other over HTTPS when a kiosk joins, changes or leaves (docs/enrolment.md).

The certificate itself goes by EST (RFC 7030): PKCS#10 there, PKCS#7 back.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import orjson
from pydantic import Field

from guitai.wire.commands import Body, Id

EST = "/.well-known/est"
ROOM = "/enrolment/v1"
PKCS7 = "application/pkcs7-mime; smime-type=certs-only"
PKCS10 = "application/pkcs10"

MOST_DOCUMENT_BYTES = 4_000_000
Kind = Literal["acceptance", "recovery", "board", "recovered", "decommission"]
"""Acceptance: report and PDF. Recovery: the journal's key, wrapped to headquarters' offline key. Board: a new board's public
key. Recovered: the journal's key, wrapped to that. Decommission: the proof that keys were destroyed."""

FROM_KIOSK: tuple[Kind, ...] = ("acceptance", "recovery", "board")
Hex = Annotated[str, Field(pattern=r"^[0-9a-f]{1,64}$")]


class Given(Body):
    """What a kiosk shall be; it asks with its certificate."""

    kiosk: Id
    branch: Id
    configuration: dict[str, dict[str, Any]]
    """Sections of configuration, as `guitai.config` reads them."""

    files: dict[str, str]
    """Public files of the folder of keys by name."""

    keys: dict[str, Hex]
    """Keys a kiosk shares with the bank host (hex), by the name of their file."""

    move_to: str = ""
    """Branch the kiosk shall move to, once nothing waits for headquarters."""

    decommission: bool = False
    """Headquarters wants the kiosk to destroy its keys."""


class Document(Body):
    """Something a kiosk leaves at headquarters."""

    kind: Kind
    body: dict[str, Any]


class Stored(Body):
    """Headquarters has a document on its disk. Signed as commands are."""

    kiosk: Id
    kind: Kind
    sha256: Hex
    """Of the document's canonical JSON."""


class Destroyed(Body):
    """One thing that is no longer there."""

    name: Annotated[str, Field(max_length=200)]
    bytes: Annotated[int, Field(ge=0)]
    sha256: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]
    """Of what it held; empty where nobody could read it."""

    how: Literal["overwritten", "removed"]


class Proof(Body):
    """A kiosk's last word, signed with its device key."""

    kiosk: Id
    serial: Hex
    """Of its certificate."""

    at_ms: int
    destroyed: tuple[Destroyed, ...]
    last: tuple[str, ...]
    """What is destroyed once headquarters has this: the device key that signs it."""

    undelivered: Annotated[int, Field(ge=0)]
    """Events that had not reached headquarters and are lost."""


def proof_message(proof: Proof) -> bytes:
    """Return the bytes a kiosk signs: canonical JSON of the proof."""
    return orjson.dumps(proof.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)
