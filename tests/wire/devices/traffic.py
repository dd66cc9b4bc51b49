"""Listens on the line between core and the services and says what on it does not agree with the catalogue.

It can also break a line at a chosen message, keep a service out of reach, and let answers arrive as another vendor's.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, Literal

from firmware_bridge.client.dial import dial
from firmware_bridge.protocol import catalog

OTHER = {"event": "unsolicited", "unsolicited": "event"}


Where = Literal["command", "completion", "after"]
"""The command is lost, or its completion; or the line is down as soon as the completion was read."""


class Tapped:
    """A connection whose texts are written down."""

    def __init__(self, line: Any, traffic: Traffic) -> None:  # a websockets connection, whose transport is cut
        self._line, self._traffic = line, traffic
        self._is_cut = False

    @property
    def close_code(self) -> int | None:
        return 1006 if self._is_cut else self._line.close_code

    def cut(self) -> None:
        self._is_cut = True
        self._line.transport.abort()

    async def send(self, message: str) -> None:
        if self._traffic.strikes("command", message):
            self.cut()
            return
        self._traffic.heard.append(("sent", message))
        await self._line.send(message)

    async def __aiter__(self) -> AsyncIterator[str | bytes]:
        async for text in self._line:
            self._traffic.heard.append(("received", str(text)))
            if self._traffic.strikes("completion", str(text)):
                self.cut()
                continue
            yield self._traffic.altered(str(text))
            if self._traffic.strikes("after", str(text)):
                self.cut()


class Traffic:
    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []
        self._lines: list[tuple[str, Tapped]] = []
        self._armed: list[tuple[Where, str]] = []
        self._unreachable: set[str] = set()
        self._alterations: dict[str, Callable[[dict[str, Any]], None]] = {}

    @contextlib.asynccontextmanager
    async def dial(self, uri: str) -> AsyncIterator[Tapped]:
        service = uri.rstrip("/").rpartition("/")[2]
        if service in self._unreachable:
            raise ConnectionRefusedError(service)
        async with dial(uri) as line:
            tapped = Tapped(line, self)
            self._lines.append((service, tapped))
            yield tapped

    def lose(self, where: Where, name: str) -> None:
        """Break the line at the next message of this command; asked for twice, at the next two."""
        self._armed.append((where, name))

    def keep_away(self, service: str) -> None:
        """Break the lines to a service and let nobody reach it again."""
        self._unreachable.add(service)
        for name, line in self._lines:
            if name == service:
                line.cut()

    def alter(self, name: str, change: Callable[[dict[str, Any]], None]) -> None:
        """Change the payload of this command's completions on the way."""
        self._alterations[name] = change

    def altered(self, text: str) -> str:
        message = json.loads(text)
        change = self._alterations.get(message["header"]["name"])
        if change is None or message["header"]["type"] != "completion":
            return text
        change(message["payload"])
        return json.dumps(message)

    def strikes(self, where: Where, text: str) -> bool:
        header = json.loads(text)["header"]
        kind = "command" if where == "command" else "completion"
        armed = (where, header["name"])
        if header["type"] != kind or armed not in self._armed:
            return False
        self._armed.remove(armed)
        return True

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
