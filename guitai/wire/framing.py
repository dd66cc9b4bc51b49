r"""The Wyoming frame, sans-I/O: one JSON header line, then its announced data and payload bytes.

Source: the Wyoming protocol (rhasspy/wyoming). A frame is ``{"type", "data"?, "data_length"?, "payload_length"?}\\n``,
then ``data_length`` bytes of JSON that extend ``data``, then ``payload_length`` raw bytes. Every local socket of Guitai
speaks it; sizes are capped so that no peer can make us hold more than about one megabyte.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson

from guitai.errors import GuitaiError

MAX_JSON_BYTES = 64 * 1024
MAX_PAYLOAD_BYTES = 1024 * 1024
WIRE_VERSION = "1.10.2"


@dataclass(frozen=True, slots=True)
class Frame:
    """One message on a local socket."""

    type: str
    data: dict[str, Any] = field(default_factory=dict)
    payload: bytes = b""


def encode(frame: Frame) -> bytes:
    """Return the frame's bytes. Raises GuitaiError ``wire.too_large``."""
    data = orjson.dumps(frame.data) if frame.data else b""
    _within("data", len(data), MAX_JSON_BYTES)
    _within("payload", len(frame.payload), MAX_PAYLOAD_BYTES)
    header: dict[str, Any] = {"type": frame.type, "version": WIRE_VERSION}
    if data:
        header["data_length"] = len(data)
    if frame.payload:
        header["payload_length"] = len(frame.payload)
    return orjson.dumps(header) + b"\n" + data + frame.payload


class FrameDecoder:
    """Turns bytes into frames: ``feed`` what came, ``end`` when the peer has closed.

    A malformed header raises GuitaiError ``wire.bad_header`` from `feed` after the line was dropped, so the caller may
    answer with an error event, call `feed(b"")` for the frames behind it, and go on. ``wire.too_large`` is final.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._whole: list[Frame] = []  # kept here so that a bad line behind them loses none

    def feed(self, chunk: bytes) -> list[Frame]:
        """Return the frames that are complete now, oldest first."""
        self._buffer += chunk
        while (frame := self._next()) is not None:
            self._whole.append(frame)
        frames, self._whole = self._whole, []
        return frames

    def end(self) -> None:
        """Raise GuitaiError ``wire.truncated`` if the stream ended inside a frame."""
        if self._buffer:
            raise GuitaiError("wire.truncated", missing="some")

    def _next(self) -> Frame | None:
        newline = self._buffer.find(b"\n")
        if newline < 0:
            _within("header", len(self._buffer), MAX_JSON_BYTES)
            return None
        _within("header", newline, MAX_JSON_BYTES)
        try:
            header = _header(bytes(self._buffer[:newline]))
            data_end = newline + 1 + _length(header, "data_length", MAX_JSON_BYTES)
            payload_end = data_end + _length(header, "payload_length", MAX_PAYLOAD_BYTES)
        except GuitaiError as error:
            if error.code == "wire.bad_header":
                del self._buffer[: newline + 1]
            raise
        if len(self._buffer) < payload_end:
            return None
        data_bytes = bytes(self._buffer[newline + 1 : data_end])
        payload = bytes(self._buffer[data_end:payload_end])
        del self._buffer[:payload_end]
        return Frame(header["type"], _data(header.get("data"), data_bytes), payload)


def _header(line: bytes) -> dict[str, Any]:
    try:
        header = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise GuitaiError("wire.bad_header", reason=str(error)) from error
    if not isinstance(header, dict) or not isinstance(header.get("type"), str):
        raise GuitaiError("wire.bad_header", reason="no type")
    return header


def _data(inline: object, data_bytes: bytes) -> dict[str, Any]:
    data: dict[str, Any] = dict(inline) if isinstance(inline, dict) else {}
    if data_bytes:
        try:
            extra = orjson.loads(data_bytes)
        except orjson.JSONDecodeError as error:
            raise GuitaiError("wire.bad_header", reason=f"data: {error}") from error
        if not isinstance(extra, dict):
            raise GuitaiError("wire.bad_header", reason="data is not an object")
        data.update(extra)
    return data


def _length(header: dict[str, Any], key: str, limit: int) -> int:
    value = header.get(key) or 0
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise GuitaiError("wire.bad_header", reason=f"{key} is not a length")
    _within(key.removesuffix("_length"), value, limit)
    return value


def _within(part: str, size: int, limit: int) -> None:
    if size > limit:
        raise GuitaiError("wire.too_large", part=part, size=size, limit=limit)
