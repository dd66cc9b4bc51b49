"""Listens on the line between core and the services and says what on it does not agree with the catalogue."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

from firmware_bridge.client.dial import Connection, dial
from firmware_bridge.protocol import catalog

OTHER = {"event": "unsolicited", "unsolicited": "event"}


class Tapped:
    """A connection whose texts are written down."""

    def __init__(self, line: Connection, heard: list[tuple[str, str]]) -> None:
        self._line, self._heard = line, heard

    @property
    def close_code(self) -> int | None:
        return self._line.close_code

    async def send(self, message: str) -> None:
        self._heard.append(("sent", message))
        await self._line.send(message)

    async def __aiter__(self) -> AsyncIterator[str | bytes]:
        async for text in self._line:
            self._heard.append(("received", str(text)))
            yield text


class Traffic:
    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []

    @contextlib.asynccontextmanager
    async def dial(self, uri: str) -> AsyncIterator[Tapped]:
        async with dial(uri) as line:
            yield Tapped(line, self.heard)

    def faults(self) -> list[str]:
        return [fault for way, text in self.heard for fault in faults(way, text)]


def faults(way: str, text: str) -> Iterator[str]:
    """Yield what is wrong with one message, read by itself: the code under test reads tolerantly."""
    message = json.loads(text)
    header: dict[str, Any] = message["header"]
    payload: dict[str, Any] = dict(message.get("payload") or {})
    kind, name = header["type"], header["name"]
    where = f"{way} {kind} {name}"
    if way == "sent" and kind != "command":
        yield f"{where}: a client sends commands only"
    if kind == "acknowledge":
        return
    entry = catalog.definition(name, kind) or catalog.definition(name, OTHER.get(kind, ""))
    if entry is None:
        yield f"{where}: not in the catalogue"
        return
    if kind in {"command", "completion"} and not header.get("requestId"):
        yield f"{where}: no requestId"
    if header["version"].partition(".")[0] != entry.version.partition(".")[0] and not name.startswith("Common."):
        yield f"{where}: version {header['version']}"
    payload.pop("completionCode", None)
    if reason := catalog.fault(entry, payload):
        yield f"{where}: {reason}"
