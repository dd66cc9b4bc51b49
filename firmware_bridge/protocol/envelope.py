"""The XFS4IoT envelope ``{"header", "payload"}``: tolerant when receiving, strict when sending."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeGuard, get_args

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
_CODES = {code.lower(): code for code in COMPLETION_CODES} | {"cancelled": "canceled"}
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

    def __init__(
        self, code: str, request_id: int | None = None, name: str = "", kind: str = "", **params: object
    ) -> None:
        super().__init__(code, **params)
        self.request_id = request_id
        self.name = name
        self.type = kind


def parse(text: str | bytes) -> Message:
    """Return the message in `text`. Raises MalformedError (``xfs.malformed``, ``xfs.too_large``).

    Unknown properties and names pass; a completion without a code succeeded unless it names an error; codes may stand
    in the payload; both spellings of authorisation count. Only a command, which the host answers, must be faultless.
    """
    if len(text) > MAX_BYTES:
        raise MalformedError("xfs.too_large", size=len(text), limit=MAX_BYTES)
    header, payload = _parts(text)
    kind, name, request_id = header.get("type"), header.get("name"), _request_id(header)
    if reason := _header_fault(header, payload, request_id):
        saved_name = name if isinstance(name, str) else ""
        raise MalformedError("xfs.malformed", request_id, saved_name, str(kind), reason=reason)
    if not isinstance(payload, dict):
        payload = {}  # some libraries write an empty object as an empty array
    assert kind is not None
    moved = _IN_PAYLOAD.get(kind, "")
    value = _moved(header, payload, moved)
    version = header.get("version")
    return Message(
        type=kind,
        name=header["name"],
        request_id=request_id,
        payload={key: inner for key, inner in payload.items() if key != moved},
        version=version if isinstance(version, str) else "",
        timeout_ms=_whole(value) or 0 if kind == "command" else 0,
        status=_status(value) if kind == "acknowledge" else "",
        completion_code=_code(value, payload) if kind == "completion" else "",
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
    """Return the message's text. Raises GuitaiError ``xfs.bad_message``, ``xfs.too_large``."""
    return encoded(to_data(message))


def encoded(data: dict[str, Any]) -> str:
    """Return a message's plain data as text. Raises GuitaiError ``xfs.too_large``."""
    text = orjson.dumps(data)
    if len(text) > MAX_BYTES:
        raise GuitaiError("xfs.too_large", size=len(text), limit=MAX_BYTES)
    return text.decode()


def _parts(text: str | bytes) -> tuple[dict[str, Any], Any]:
    mark = "\ufeff" if isinstance(text, str) else b"\xef\xbb\xbf"
    try:
        data = orjson.loads(text.removeprefix(mark))  # type: ignore[arg-type] # a mark of the text's own kind
    except orjson.JSONDecodeError as error:
        raise MalformedError("xfs.malformed", reason="it is not JSON") from error
    if not isinstance(data, dict) or not isinstance(data.get("header"), dict):
        raise MalformedError("xfs.malformed", reason="it has no header")
    payload = data.get("payload")
    return data["header"], {} if payload is None else payload


def _header_fault(header: dict[str, Any], payload: Any, request_id: int | None) -> str | None:
    kind = header.get("type")
    if not isinstance(kind, str) or kind not in TYPES:
        return "the header's type is none of " + ", ".join(sorted(TYPES))
    if not isinstance(header.get("name"), str) or not header["name"]:
        return "the header has no name"
    if kind == "command":
        return _command_fault(header, payload, request_id)
    if request_id is None and kind in {"acknowledge", "completion"}:
        return "requestId is not a positive integer"
    if payload and not isinstance(payload, dict):
        return "the payload is not an object"
    return None


def _command_fault(header: dict[str, Any], payload: Any, request_id: int | None) -> str | None:
    if request_id is None or not _positive(header.get("requestId")):
        return "requestId is not a positive integer"
    if not isinstance(payload, dict):
        return "the payload is not an object"
    timeout = _moved(header, payload, "timeout")
    whole = _whole(timeout)
    if timeout is not None and (whole is None or whole < 0):
        return "timeout is not a number of milliseconds"
    return None


def _request_id(header: dict[str, Any]) -> int | None:
    """Return a positive requestId, also when it is written as text; None when there is none or it is none."""
    value = header.get("requestId")
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        value = int(value)
    return value if _positive(value) else None


def _whole(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        return None
    return int(value)


def _moved(header: dict[str, Any], payload: dict[str, Any], key: str) -> Any:
    return header.get(key) if header.get(key) is not None else payload.get(key)


def _positive(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _status(value: object) -> str:
    return value if isinstance(value, str) and value in REFUSALS else ""


def _code(value: object, payload: dict[str, Any]) -> str:
    if value is None:
        return "commandErrorCode" if payload.get("errorCode") else "success"
    text = str(value).replace("authorization", "authorisation")
    # A word we do not know is a failure of which nothing is known.
    return _CODES.get(text.lower(), "invalidToken" if text.startswith("invalidToken") else "internalError")


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
