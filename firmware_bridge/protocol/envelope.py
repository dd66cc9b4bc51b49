"""The XFS4IoT envelope ``{"header", "payload"}``: tolerant when receiving, strict when sending."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import orjson

from firmware_bridge.protocol import catalog
from guitai.errors import GuitaiError

MAX_BYTES = 2 * 1024 * 1024
ROOT_PATH = "/xfs4iot/v1.0"
"""Where the service publisher listens; a service's own path follows it."""

MessageType = Literal["command", "acknowledge", "event", "completion", "unsolicited"]
TYPES: frozenset[str] = frozenset(get_args(MessageType))

REFUSALS = frozenset({"invalidMessage", "invalidRequestID", "tooManyRequests"})
"""Acknowledge statuses after which nothing more follows."""

COMPLETION_CODES = frozenset(
    {
        "success",
        "commandErrorCode",
        "canceled",
        "deviceNotReady",
        "hardwareError",
        "internalError",
        "invalidCommand",
        "invalidRequestID",
        "timeOut",
        "unsupportedCommand",
        "invalidData",
        "userError",
        "unsupportedData",
        "fraudAttempt",
        "sequenceError",
        "authorisationRequired",
        "noCommandNonce",
        "invalidToken",
        "invalidTokenNonce",
        "invalidTokenHMAC",
        "invalidTokenFormat",
        "invalidTokenKeyNoValue",
        "notEnoughSpace",
    }
)
_IN_PAYLOAD = {"command": "timeout", "acknowledge": "status", "completion": "completionCode"}
"""The header field that services of the first versions put into the payload, by type of message."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message. The payload may hold card data or a PIN block, so it stays out of the repr."""

    type: MessageType
    name: str
    request_id: int | None = None
    payload: Mapping[str, Any] = field(default_factory=dict, repr=False)
    version: str = ""
    timeout_ms: int = 0
    status: str = ""
    """Of an acknowledge: empty, or one of `REFUSALS`."""

    completion_code: str = ""


class MalformedError(GuitaiError):
    """A message that cannot be read, with what could be saved of its header for the answer."""

    def __init__(self, code: str, request_id: int | None = None, name: str = "", **params: object) -> None:
        super().__init__(code, **params)
        self.request_id = request_id
        self.name = name


def parse(text: str | bytes) -> Message:
    """Return the message in `text`. Raises MalformedError (``xfs.malformed``, ``xfs.too_large``).

    Unknown properties and names pass; a completion without a code succeeded; codes may stand in the payload; both
    spellings of authorisation count.
    """
    if len(text) > MAX_BYTES:
        raise MalformedError("xfs.too_large", size=len(text), limit=MAX_BYTES)
    header, payload = _parts(text)
    if reason := _header_fault(header, payload):
        saved_id = header.get("requestId") if _positive(header.get("requestId")) else None
        name = header.get("name")
        raise MalformedError("xfs.malformed", saved_id, name if isinstance(name, str) else "", reason=reason)
    kind = header["type"]
    moved = _IN_PAYLOAD.get(kind, "")
    value = _moved(header, payload, moved)
    version = header.get("version")
    return Message(
        type=kind,
        name=header["name"],
        request_id=header.get("requestId"),
        payload={key: inner for key, inner in payload.items() if key != moved},
        version=version if isinstance(version, str) else "",
        timeout_ms=value or 0 if kind == "command" else 0,
        status=_status(value) if kind == "acknowledge" else "",
        completion_code=_code(value) if kind == "completion" else "",
    )


def to_data(message: Message) -> dict[str, Any]:
    """Return the message as plain data for sending. Raises GuitaiError ``xfs.bad_message`` unless it is faultless."""
    if reason := _fault(message):
        raise GuitaiError("xfs.bad_message", name=message.name, reason=reason)
    entry = catalog.definition(message.name, message.type)
    header: dict[str, Any] = {"type": message.type, "name": message.name}
    if message.request_id is not None:
        header["requestId"] = message.request_id
    header["version"] = message.version or (entry.version if entry else "1.0")
    if message.timeout_ms:
        header["timeout"] = message.timeout_ms
    if message.status:
        header["status"] = message.status
    if message.completion_code:
        header["completionCode"] = message.completion_code
    return {"header": header, "payload": dict(message.payload)}


def build(message: Message) -> str:
    """Return the message's text. Raises GuitaiError ``xfs.bad_message``."""
    return orjson.dumps(to_data(message)).decode()


def _parts(text: str | bytes) -> tuple[dict[str, Any], Any]:
    try:
        data = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise MalformedError("xfs.malformed", reason="it is not JSON") from error
    if not isinstance(data, dict) or not isinstance(data.get("header"), dict):
        raise MalformedError("xfs.malformed", reason="it has no header")
    payload = data.get("payload")
    return data["header"], {} if payload is None else payload


def _header_fault(header: dict[str, Any], payload: Any) -> str | None:
    kind, request_id = header.get("type"), header.get("requestId")
    if not isinstance(kind, str) or kind not in TYPES:
        return "the header's type is none of " + ", ".join(sorted(TYPES))
    if not isinstance(header.get("name"), str) or not header["name"]:
        return "the header has no name"
    if not _positive(request_id) and (request_id is not None or kind in {"command", "acknowledge", "completion"}):
        return "requestId is not a positive integer"
    if not isinstance(payload, dict):
        return "the payload is not an object"
    timeout = _moved(header, payload, "timeout") if kind == "command" else None
    if timeout is not None and (isinstance(timeout, bool) or not isinstance(timeout, int) or timeout < 0):
        return "timeout is not a number of milliseconds"
    return None


def _moved(header: dict[str, Any], payload: dict[str, Any], key: str) -> Any:
    return header.get(key) if header.get(key) is not None else payload.get(key)


def _positive(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _status(value: object) -> str:
    return value if isinstance(value, str) and value in REFUSALS else ""


def _code(value: object) -> str:
    if value is None:
        return "success"
    text = str(value).replace("authorization", "authorisation")
    return text if text in COMPLETION_CODES else "internalError"


def _fault(message: Message) -> str | None:
    if message.type == "acknowledge":
        return None if not message.status or message.status in REFUSALS else f"status {message.status}"
    entry = catalog.definition(message.name, message.type)
    if entry is None:
        refuses = message.completion_code == "invalidCommand" and not message.payload
        return None if refuses else f"the catalogue has no such {message.type}"
    if message.type == "unsolicited":
        if message.request_id is not None:
            return "an unsolicited event carries no requestId"
    elif not _positive(message.request_id):
        return "requestId is not a positive integer"
    if message.type == "completion" and message.completion_code not in COMPLETION_CODES:
        return f"completionCode {message.completion_code}"
    return catalog.fault(entry, message.payload)
