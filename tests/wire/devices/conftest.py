"""A bench: the simulated branch behind a real WebSocket, its hands behind a real socket, and core's device port."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Set
from pathlib import Path
from typing import Any, TypeVar

import pytest

from firmware_bridge.main import services_of
from firmware_bridge.port import DEVICES, LOST, DevicePort
from firmware_bridge.protocol.dialect import FIRST, KAL, SCHEMA, Dialect
from firmware_bridge.protocol.tokens import amount_text, mint
from firmware_bridge.services.host import host
from firmware_bridge.services.service import Service
from firmware_bridge.simulator.branch import Branch
from firmware_bridge.simulator.hands import Hands
from firmware_bridge.simulator.hands_server import HandsServer
from firmware_bridge.simulator.keys import provision_keys, read_key
from guitai.config import Config
from guitai.messages.card import CardInserted
from guitai.messages.cash import NotesPresented, NotesStacked
from guitai.money import Fen
from guitai.tables import SOCKETS
from guitai.wire.sockets import serve
from tests.fixtures.ports import free_port
from tests.wire.devices.traffic import Traffic

E = TypeVar("E")
CARD = "6217000012345678905"
LIMIT_S = 60.0
Services = Callable[[Branch], list[Service]]


class Recorder:
    """Stands in for microphone and camera."""

    def __init__(self) -> None:
        self.heard: list[Path] = []
        self.seen: list[tuple[str, str | None]] = []

    def feed(self, wav: Path) -> int:
        self.heard.append(wav)
        return 7

    def switch(self, source: str, then: str | None = None) -> None:
        self.seen.append((source, then))


class Bench:
    def __init__(self, config: Config, dialect: Dialect, services: Services = services_of) -> None:
        self._services = services
        provision_keys(config.paths.keys)
        self.config = config.model_copy(update={"devices": config.devices.model_copy(update={"port": free_port()})})
        self.dialect = dialect
        self.key = read_key(config.paths.keys, "e2e.key")
        self.hands = Hands(config.paths.run / SOCKETS["hands"])
        self.recorder = Recorder()
        self.traffic = Traffic()
        self.events: list[object] = []
        self.power_is_off = asyncio.Event()
        self._news = asyncio.Event()
        self._machines: contextlib.AsyncExitStack | None = None
        self._core: asyncio.Task[None] | None = None

    async def start_machines(self) -> None:
        self.power_is_off.clear()
        self.branch = Branch(self.config)
        hands = HandsServer(self.branch, self.recorder, self.recorder, self.power_is_off.set, patience_s=0.5)
        stack = contextlib.AsyncExitStack()
        port = self.config.devices.port
        await stack.enter_async_context(
            host(self._services(self.branch), "127.0.0.1", port, self.dialect, self.power_is_off.set)
        )
        await stack.enter_async_context(serve(self.config.paths.run / SOCKETS["hands"], hands.handle))
        self._machines = stack

    async def stop_machines(self) -> None:
        if self._machines is not None:
            await self._machines.aclose()
            self._machines = None

    async def start_core(self) -> None:
        self.port = DevicePort(self.config, self._on_event, self.traffic.dial)
        self._core = asyncio.create_task(self.port.run())
        await asyncio.wait_for(self.port.ready(), LIMIT_S)

    async def until_usable(self, devices: Set[str] = frozenset(DEVICES.values())) -> None:
        """Wait until core has been told that these devices are connected and well or broken, but not lost."""
        async with asyncio.timeout(LIMIT_S):
            while not devices <= {name for name, (_, code) in self.port._told.items() if code != LOST}:
                self._news.clear()
                await self._news.wait()

    async def stop_core(self) -> None:
        if self._core is not None:
            self._core.cancel()
            await asyncio.wait({self._core})
            self._core = None

    def _on_event(self, event: object) -> None:
        self.events.append(event)
        self._news.set()

    async def seen(self, kind: type[E], fits: Callable[[E], bool] = lambda _: True) -> E:
        """Wait for an event and take it out of the list."""
        async with asyncio.timeout(LIMIT_S):
            while True:
                for event in self.events:
                    if isinstance(event, kind) and fits(event):
                        self.events.remove(event)
                        return event
                self._news.clear()
                await self._news.wait()

    async def insert(self, pan: str = CARD) -> CardInserted:
        await self.port.accept_card()
        await self.hands.insert_card(pan)
        return await self.seen(CardInserted)

    async def token(self, amount: Fen, key: bytes | None = None) -> str:
        return mint(key or self.key, await self.port.command_nonce(), {"DISPENSE1": amount_text(amount)})

    async def stack(self, amount: Fen, debit_id: str = "d1") -> Any:
        return await self.port.dispense("r1", amount, await self.token(amount), debit_id)

    async def pay_out(self, amount: Fen, debit_id: str = "d1") -> None:
        assert await self.stack(amount, debit_id) == NotesStacked("r1", amount)
        assert await self.port.present("r2", amount) == NotesPresented("r2", amount)


@contextlib.asynccontextmanager
async def running(config: Config, dialect: Dialect, services: Services = services_of) -> AsyncIterator[Bench]:
    bench = Bench(config, dialect, services)
    await bench.start_machines()
    try:
        await bench.start_core()
        yield bench
        assert bench.branch.dispenser.conservation() == {}
        assert bench.traffic.faults() == []
    finally:
        await bench.stop_core()
        await bench.stop_machines()


@pytest.fixture(params=[KAL, SCHEMA, FIRST], ids=lambda dialect: dialect.name)
async def any_bench(config: Config, request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    async with running(config, request.param) as bench:
        await bench.until_usable()
        yield bench


@pytest.fixture
async def bench(config: Config) -> AsyncIterator[Bench]:
    async with running(config, KAL) as one:
        await one.until_usable()
        yield one
