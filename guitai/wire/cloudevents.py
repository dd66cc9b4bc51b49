"""Outbox rows as CloudEvents 1.0 over MQTT 5: one in binary mode, or many as a compressed batch.

Source: CloudEvents 1.0.2 and its MQTT protocol binding, section 3.1: attributes are user properties, the body is the
payload. Beyond the required attributes we carry ``subject`` (the session), ``time``, ``traceparent`` (W3C, the distributed
tracing extension), ``sequence`` (per kiosk and lane), ``lane``, ``hash`` and ``prevhash``.

A backlog goes in the JSON batch format of CloudEvents (section 4 of its JSON format), which the MQTT binding does not know:
its content type tells it apart, and the user property ``content-encoding`` says ``deflate`` (RFC 9110, section 8.4.1.2).
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from guitai.errors import GuitaiError
from guitai.messages.sync import OutboxRow, chain_hash
from guitai.tables import Lane

CONTENT_TYPE = "application/json"
BATCH_TYPE = "application/cloudevents-batch+json"
ENCODING = "content-encoding"
MAX_BODY_BYTES = 256 * 1024
MAX_BATCH_BYTES = 4 * 1024 * 1024
"""Of a batch when unpacked: what a message of a few kilobytes can at most make of itself."""

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
    return tuple(_attributes(row, source).items()), orjson.dumps(row.body, option=orjson.OPT_SORT_KEYS)


def batch_to_mqtt(rows: Sequence[OutboxRow], source: str) -> tuple[UserProperties, bytes]:
    """Return the user properties and the payload of many rows in one message of content type `BATCH_TYPE`."""
    events = [{**_attributes(row, source), "data": row.body} for row in rows]
    return ((ENCODING, "deflate"),), zlib.compress(orjson.dumps(events))


def events_of(content_type: str, user: UserProperties, payload: bytes) -> list[tuple[str, OutboxRow] | GuitaiError]:
    """Return what a message of either kind carries: (source, row) each, or why a row of a batch is refused.

    Raises GuitaiError ``mqtt.bad_event`` or ``mqtt.bad_hash`` if nothing of the message can be read.
    """
    if content_type != BATCH_TYPE:
        return [from_mqtt(user, payload)]
    return [_event(fields) for fields in _unpacked(user, payload)]


def _unpacked(user: UserProperties, payload: bytes) -> list[Any]:
    if user != ((ENCODING, "deflate"),):
        raise GuitaiError("mqtt.bad_event", reason="a batch has to be of content-encoding deflate")
    unpacker = zlib.decompressobj()
    try:
        body = unpacker.decompress(payload, MAX_BATCH_BYTES)
        events = orjson.loads(body) if unpacker.eof else None
    except (zlib.error, orjson.JSONDecodeError) as error:
        raise GuitaiError("mqtt.bad_event", reason=f"batch: {error}") from error
    if not isinstance(events, list):
        raise GuitaiError("mqtt.bad_event", reason="the batch is cut off, too large, or not a list")
    return events


def _event(fields: Any) -> tuple[str, OutboxRow] | GuitaiError:
    body = fields.pop("data", None) if isinstance(fields, dict) else None
    if not isinstance(body, dict):
        return GuitaiError("mqtt.bad_event", reason="the body is not an object")
    try:
        return _row(fields, body)
    except GuitaiError as error:
        return error


def _attributes(row: OutboxRow, source: str) -> dict[str, str]:
    attributes = {
        "specversion": "1.0", "id": row.id, "source": source, "type": row.type, "time": _rfc3339(row.at_ms),
        "traceparent": _traceparent(row), "sequence": str(row.sequence), "lane": row.lane,
        "hash": row.hash, "prevhash": row.previous_hash,
    }  # fmt: skip
    if row.session_id:
        attributes["subject"] = row.session_id
    return attributes


def from_mqtt(user: UserProperties, payload: bytes) -> tuple[str, OutboxRow]:
    """Return the source and the row, whose hash has been recomputed.

    Raises GuitaiError ``mqtt.bad_event`` or ``mqtt.bad_hash``.
    """
    if len({name for name, _ in user}) != len(user):
        raise GuitaiError("mqtt.bad_event", reason="an attribute comes twice")
    return _row(dict(user), _body(payload))


def _row(attributes: dict[str, Any], body: dict[str, Any]) -> tuple[str, OutboxRow]:
    try:
        event = Attributes.model_validate(attributes)
        at_ms = (datetime.fromisoformat(event.time) - EPOCH) // timedelta(milliseconds=1)
    except ValidationError as error:
        first = error.errors()[0]
        raise GuitaiError("mqtt.bad_event", reason=f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    except ValueError as error:
        raise GuitaiError("mqtt.bad_event", reason=f"time: {error}") from error
    row = OutboxRow(
        event.lane, int(event.sequence), event.id, event.type, event.subject, at_ms,
        event.prevhash, event.hash, body,
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
