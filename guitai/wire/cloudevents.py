"""An outbox row as a CloudEvent 1.0 over MQTT 5, binary mode: attributes are user properties, the body is the payload.

Source: CloudEvents 1.0.2 and its MQTT protocol binding, section 3.1. Beyond the required attributes we carry ``subject``
(the session), ``time``, ``traceparent`` (W3C, the distributed tracing extension), ``sequence`` (per kiosk and lane),
``lane``, ``hash`` and ``prevhash``.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from guitai.errors import GuitaiError
from guitai.messages.sync import OutboxRow, chain_hash
from guitai.tables import Lane

CONTENT_TYPE = "application/json"
MAX_BODY_BYTES = 256 * 1024
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Name = Annotated[str, Field(min_length=1, max_length=120)]
UserProperties = tuple[tuple[str, str], ...]


class Attributes(BaseModel):
    """The attributes of one event, as they stand in the user properties (all of them text)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    specversion: Literal["1.0"]
    id: Name
    source: Annotated[str, Field(pattern=r"^/bank/v1/[a-z0-9-]{1,40}/[a-z0-9-]{1,40}$")]
    type: Annotated[str, Field(pattern=r"^[a-z_]+\.[a-z_]+$", max_length=80)]
    subject: Annotated[str, Field(max_length=120)] = ""
    time: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")]
    traceparent: Annotated[str, Field(pattern=r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")]
    sequence: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,17}$")]
    lane: Lane
    hash: Hash
    prevhash: Hash


def source_of(branch: str, kiosk: str) -> str:
    """Return the CloudEvents ``source`` of a kiosk."""
    return f"/bank/v1/{branch}/{kiosk}"


def to_mqtt(row: OutboxRow, source: str) -> tuple[UserProperties, bytes]:
    """Return a row's user properties and payload."""
    attributes = {
        "specversion": "1.0", "id": row.id, "source": source, "type": row.type, "time": _rfc3339(row.at_ms),
        "traceparent": _traceparent(row), "sequence": str(row.sequence), "lane": row.lane,
        "hash": row.hash, "prevhash": row.previous_hash,
    }  # fmt: skip
    if row.session_id:
        attributes["subject"] = row.session_id
    return tuple(attributes.items()), orjson.dumps(row.body, option=orjson.OPT_SORT_KEYS)


def from_mqtt(user: UserProperties, payload: bytes) -> tuple[str, OutboxRow]:
    """Return the source and the row, whose hash has been recomputed.

    Raises GuitaiError ``mqtt.bad_event`` or ``mqtt.bad_hash``.
    """
    if len({name for name, _ in user}) != len(user):
        raise GuitaiError("mqtt.bad_event", reason="an attribute comes twice")
    try:
        event = Attributes.model_validate(dict(user))
        at_ms = (datetime.fromisoformat(event.time) - EPOCH) // timedelta(milliseconds=1)
    except ValidationError as error:
        first = error.errors()[0]
        raise GuitaiError("mqtt.bad_event", reason=f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    except ValueError as error:
        raise GuitaiError("mqtt.bad_event", reason=f"time: {error}") from error
    row = OutboxRow(
        event.lane, int(event.sequence), event.id, event.type, event.subject, at_ms,
        event.prevhash, event.hash, _body(payload),
    )  # fmt: skip
    if _digest(row) != row.hash:
        raise GuitaiError("mqtt.bad_hash", lane=row.lane, sequence=row.sequence)
    return event.source, row


def _body(payload: bytes) -> dict[str, Any]:
    if len(payload) > MAX_BODY_BYTES:
        raise GuitaiError("mqtt.bad_event", reason="the body is too large")
    try:
        body = orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        raise GuitaiError("mqtt.bad_event", reason=f"body: {error}") from error
    if not isinstance(body, dict):
        raise GuitaiError("mqtt.bad_event", reason="the body is not an object")
    return body


def _digest(row: OutboxRow) -> str:
    try:
        return chain_hash(
            row.previous_hash, row.lane, row.sequence, row.id, row.type, row.session_id, row.at_ms, row.body
        )
    except orjson.JSONEncodeError as error:  # deeper than what a kiosk can have written
        raise GuitaiError("mqtt.bad_event", reason=f"body: {error}") from error


def _rfc3339(at_ms: int) -> str:
    return (EPOCH + timedelta(milliseconds=at_ms)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _traceparent(row: OutboxRow) -> str:
    """One session is one trace; each event is its own span. Derived, so a resent event keeps both."""
    trace = hashlib.sha256(row.session_id.encode()).hexdigest()[:32]
    return f"00-{trace}-{row.hash[:16]}-01"
