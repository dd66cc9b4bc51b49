"""Core's socket as sync uses it: pull batches, hand on acknowledgements and commands, tell the state of the line."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any, Protocol

import structlog

from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.tables import SOCKETS, Lane
from guitai.wire.framing import Frame
from guitai.wire.sockets import FrameStream, connect
from sync.codec import CommandResult, result_of, rows_of
from sync.flight import Flight

RETRY_S = 0.5
COMMAND_TIMEOUT_S = 5.0
BUNDLE_TIMEOUT_S = 90.0

log = structlog.get_logger()


class Publisher(Protocol):
    """What core's frames set in motion on the other side."""

    def publish_due(self) -> None:
        """Publish the rows of the flight that are due."""
        ...

    async def core_came(self) -> None:
        """Core is there, and may have begun anew."""
        ...

    def settings_applied(self, version: int) -> None:
        """Core goes by these settings."""
        ...

    def machine_health(self, findings: list[dict[str, str]], /) -> None:
        """Core says what is wrong with the machine: key, code and level of each finding."""
        ...


class Core(Protocol):
    """What the line to headquarters needs of core."""

    flight: Flight

    async def tell_link(self, online: bool) -> None:
        """Tell core whether headquarters answers."""
        ...

    async def bundle(self) -> bytes:
        """Have core make a support bundle. Raises GuitaiError ``support.core_away``."""
        ...

    async def findings(self, told: list[tuple[str, dict[str, str]]], /) -> bool:
        """Tell core what is wrong with the line; False if it is away."""
        ...

    async def acknowledge(self, watermarks: Mapping[Lane, int], /) -> None:
        """Have core delete what headquarters has."""
        ...

    async def settings(self, version: int, values: dict[str, Any], /) -> None:
        """Have core go by settings between customers."""
        ...

    async def command(self, name: str, data: dict[str, Any], /) -> CommandResult:
        """Have core carry out a command."""
        ...


class CoreLink:
    """Keeps a connection to core up. Holds the flight: rows belong to the connection they came over.

    One pull and one acknowledgement are under way at a time; what comes meanwhile goes with the next.
    """

    def __init__(self, config: Config) -> None:
        self._path = config.paths.run / SOCKETS["core"]
        self._most = self._limit = config.limits.outbox_batch
        self.flight = Flight()
        self._stream: FrameStream | None = None
        self._online = False
        self._pulling = self._more = self._acknowledging = False
        self._marks: dict[Lane, int] = {}
        self._one_command = asyncio.Lock()
        self._serial = 0
        """Of the command asked last: what core answers too late is no answer to the next."""

        self._result: asyncio.Future[CommandResult] | None = None
        self._one_bundle = asyncio.Lock()
        self._bundle: asyncio.Future[tuple[str, bytes]] | None = None

    async def run(self, publisher: Publisher) -> None:
        """Connect, serve frames, connect again; for ever."""
        while True:
            try:
                stream = await connect(self._path)
                await self._serve(stream, publisher)
            except GuitaiError as error:
                log.debug("core not reachable", code=error.code)
            except ConnectionError:
                log.warning("core connection lost")
            await asyncio.sleep(RETRY_S)

    async def tell_link(self, online: bool) -> None:
        """Tell core whether headquarters answers."""
        if online != self._online:
            log.info("link to headquarters", online=online)
        self._online = online
        await self._send("link", online=online)

    async def acknowledge(self, watermarks: Mapping[Lane, int]) -> None:
        """Have core delete what headquarters has."""
        for lane, sequence in watermarks.items():
            self._marks[lane] = max(sequence, self._marks.get(lane, 0))
        if self._marks and not self._acknowledging:
            marks, self._marks = self._marks, {}
            self._acknowledging = await self._send("outbox-ack", watermarks=marks)

    async def findings(self, told: list[tuple[str, dict[str, str]]]) -> bool:
        """Tell core what is wrong with the line; False if it is away."""
        return await self._send("findings", findings=told)

    async def bundle(self) -> bytes:
        """Have core make a support bundle. Raises GuitaiError ``support.core_away``."""
        async with self._one_bundle:
            self._bundle = asyncio.get_running_loop().create_future()
            try:
                if not await self._send("support-bundle"):
                    raise GuitaiError("support.core_away", reason="not connected")
                reason, bundle = await asyncio.wait_for(self._bundle, BUNDLE_TIMEOUT_S)
            except TimeoutError as error:
                raise GuitaiError("support.core_away", reason="no answer") from error
            finally:
                self._bundle = None
        if reason:
            raise GuitaiError("support.core_away", reason=reason)
        return bundle

    async def settings(self, version: int, values: dict[str, Any]) -> None:
        """Have core go by settings between customers."""
        await self._send("settings", version=version, values=values)

    async def command(self, name: str, data: dict[str, Any]) -> CommandResult:
        """Have core carry out a command; "rejected" if it is away or does not answer in time."""
        async with self._one_command:
            self._result = asyncio.get_running_loop().create_future()
            self._serial += 1
            try:
                if not await self._send("command", name=name, data=data, serial=self._serial):
                    return CommandResult(status="rejected", reason="core_absent")
                return await asyncio.wait_for(self._result, COMMAND_TIMEOUT_S)
            except TimeoutError:
                return CommandResult(status="rejected", reason="core_silent")
            finally:
                self._result = None

    async def _serve(self, stream: FrameStream, publisher: Publisher) -> None:
        self.flight.forget()
        self._stream = stream
        self._pulling = self._more = self._acknowledging = False
        self._marks.clear()
        try:
            await stream.send("hello", role="sync")
            await stream.send("link", online=self._online)
            await self._pull()
            await publisher.core_came()
            async for frame in stream:
                try:
                    await self._handle(frame, publisher)
                except GuitaiError as error:
                    log.warning("bad frame from core", frame=frame.type, code=error.code, reason=str(error))
        finally:
            self._stream = None
            stream.close()
            if self._result is not None and not self._result.done():
                self._result.set_result(CommandResult(status="rejected", reason="core_absent"))

    async def _handle(self, frame: Frame, publisher: Publisher) -> None:
        match frame.type:
            case "outbox-ready":
                await self._pull()
            case "outbox-batch":
                await self._batch(frame, publisher)
            case "outbox-acked":
                self._acknowledging = False
                self.flight.acknowledged(frame.data.get("watermarks", {}))
                self._limit = min(self._most, self._limit * 2)
                await self.acknowledge({})
                await self._pull()
                publisher.publish_due()
            case "support-bundle":
                if self._bundle is not None and not self._bundle.done():
                    self._bundle.set_result((str(frame.data.get("reason", "")), frame.payload))
            case "health":
                publisher.machine_health(frame.data.get("findings") or [])
            case "settings-applied":
                publisher.settings_applied(frame.data.get("version", 0))
            case "command-result":
                result = result_of(frame)
                if result.serial == self._serial and self._result is not None and not self._result.done():
                    self._result.set_result(result)
            case "error" if frame.data.get("code") == "wire.too_large" and self._limit > 1:
                self._limit //= 2  # the rows are long: fewer fit into one frame
                self._pulling = False
                await self._pull()
            case "error":
                self._pulling = self._acknowledging = False
                log.error("core refused a frame", code=frame.data.get("code"))
            case _:
                log.warning("unknown frame from core", frame=frame.type)

    async def _pull(self) -> None:
        if self._pulling:
            self._more = True
            return
        if lanes := self.flight.wanted():
            self._more = False
            self._pulling = await self._send("outbox-pull", lanes=lanes, limit=self._limit)

    async def _batch(self, frame: Frame, publisher: Publisher) -> None:
        self._pulling = False
        rows = rows_of(frame)
        self.flight.take(rows)
        publisher.publish_due()
        if rows or self._more:
            await self._pull()

    async def _send(self, type_: str, **data: Any) -> bool:
        if self._stream is None:
            return False
        with contextlib.suppress(ConnectionError):
            await self._stream.send(type_, **data)
            return True
        return False
