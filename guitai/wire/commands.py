"""What headquarters signs and a kiosk checks: commands, watermarks, a kiosk's state and replies (MQTT payloads).

The Ed25519 signature stands in ``signature`` and covers the canonical JSON (keys sorted, no spaces) of everything else.
A command is bound to a nonce the kiosk gave out in its state message and expires that many milliseconds after the nonce
was given, on the kiosk's monotonic clock: no wall clock is trusted. A watermark needs no nonce: it only ever repeats what
headquarters has stored.
"""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from guitai.errors import GuitaiError
from guitai.tables import Lane

MAX_BYTES = 64 * 1024
STALE = frozenset({"unknown_nonce", "expired"})
"""Why a command is rejected that may be accepted over the nonce in the reply."""

Id = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]


FILES = frozenset({"risk.rules_sent", "risk.watch_list_sent", "knowledge.board_sent"})
"""Commands that bring a signed file."""


class Body(BaseModel):
    """Base of all payloads: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Command(Body):
    """An order to one kiosk."""

    id: Id
    kiosk: Id
    name: Annotated[str, Field(pattern=r"^[a-z_]+\.[a-z_]+$", max_length=80)]
    nonce: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    expires_ms: Annotated[int, Field(ge=0)]
    """Milliseconds after the kiosk gave the nonce out."""

    data: dict[str, Any]


class Mark(Body):
    """The last event of a lane up to which headquarters has everything, verified."""

    sequence: Annotated[int, Field(ge=0)]
    hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Watermark(Body):
    """Headquarters' acknowledgement, after its commit."""

    kiosk: Id
    at_ms: int
    """Headquarters' wall clock: how the kiosk learns its skew."""

    lanes: dict[Lane, Mark]
    again: bool = False
    """Something is missing beyond the marks: send it again."""


class Health(Body):
    """How a kiosk does, told every few seconds; camera and microphone are told by events."""

    waiting_rows: Annotated[int, Field(ge=0)]
    """Rows that wait at sync for headquarters' acknowledgement."""

    stuck_s: Annotated[int, Field(ge=0)]
    """For how long they have waited without any."""

    disk_percent: Annotated[int, Field(ge=0, le=100)]
    """Used of the disk that the journal is on."""


class Software(Body):
    """What a kiosk runs, and how its update stands (docs/updates.md)."""

    name: Annotated[str, Field(max_length=100)]
    """Of the running version, as its folder is called: guitai-VERSION-COMMIT."""

    phase: Annotated[str, Field(pattern=r"^[a-z]{0,20}$")] = ""
    """The updater's step, `idle` between updates; empty: nothing was ever updated there."""

    release: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""
    """What is being installed."""


class State(Body):
    """A kiosk's birth, how it does and, as its will, its death; retained."""

    online: bool
    nonce: Annotated[str, Field(pattern=r"^([0-9a-f]{32})?$")] = ""
    skew_ms: int | None = None
    """By how much the kiosk's clock is ahead of headquarters'; None while it does not know."""

    health: Health | None = None
    software: Software | None = None
    """None: the kiosk's death, or a version that does not tell it yet."""


class Reply(Body):
    """A kiosk's answer to a command."""

    id: Id
    status: Literal["accepted", "rejected"]
    reason: Annotated[str, Field(max_length=200)] = ""
    nonce: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    """The nonce to use from now on."""

    data: dict[str, Any] = {}
    """What the command asked for; only some have an answer beyond yes and no."""


B = TypeVar("B", bound=Body)


def sign(body: Body, key: Ed25519PrivateKey) -> bytes:
    """Return the payload of `body` with headquarters' signature."""
    fields = body.model_dump(mode="json")
    signature = base64.b64encode(key.sign(_canonical(fields))).decode()
    return _canonical({**fields, "signature": signature})


def opened(payload: bytes, kind: type[B], key: Ed25519PublicKey, most_bytes: int = MAX_BYTES) -> B:
    """Return the body of a signed payload. Raises GuitaiError ``mqtt.bad_command`` or ``mqtt.bad_signature``."""
    fields = _object(payload, most_bytes)
    try:
        signature = base64.b64decode(str(fields.pop("signature", "")), validate=True)
        key.verify(signature, _canonical(fields))
    except (InvalidSignature, binascii.Error, ValueError, orjson.JSONEncodeError) as error:
        raise GuitaiError("mqtt.bad_signature") from error
    return _validated(fields, kind)


def plain(payload: bytes, kind: type[B]) -> B:
    """Return the body of an unsigned payload (state, reply). Raises GuitaiError ``mqtt.bad_command``."""
    return _validated(_object(payload), kind)


def load_private(path: Path) -> Ed25519PrivateKey:
    """Return headquarters' signing key. Raises GuitaiError ``mqtt.keys``."""
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError) as error:
        raise GuitaiError("mqtt.keys", path=path, reason=str(error)) from error
    assert isinstance(key, Ed25519PrivateKey)
    return key


def load_public(path: Path) -> Ed25519PublicKey:
    """Return the key that checks headquarters' signatures. Raises GuitaiError ``mqtt.keys``."""
    try:
        key = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError) as error:
        raise GuitaiError("mqtt.keys", path=path, reason=str(error)) from error
    assert isinstance(key, Ed25519PublicKey)
    return key


def _object(payload: bytes, most_bytes: int = MAX_BYTES) -> dict[str, Any]:
    if len(payload) > most_bytes:
        raise GuitaiError("mqtt.bad_command", reason="too large")
    try:
        fields = orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        raise GuitaiError("mqtt.bad_command", reason=str(error)) from error
    if not isinstance(fields, dict):
        raise GuitaiError("mqtt.bad_command", reason="not an object")
    return fields


def _validated(fields: dict[str, Any], kind: type[B]) -> B:
    try:
        return kind.model_validate(fields, strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        raise GuitaiError("mqtt.bad_command", reason=f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def _canonical(fields: dict[str, Any]) -> bytes:
    return orjson.dumps(fields, option=orjson.OPT_SORT_KEYS)
