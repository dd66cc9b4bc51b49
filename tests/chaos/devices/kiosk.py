"""A kiosk of two real processes, devices and core, with a bank, a line that counts messages, and a patient customer."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from firmware_bridge.protocol.envelope import MAX_BYTES
from firmware_bridge.simulator.hands import Hands
from guitai import config as configuration
from guitai.cli.provision import provision_all
from guitai.clock import SystemClock
from guitai.config import Config
from guitai.demo.branch import Branch, settings
from guitai.errors import GuitaiError
from guitai.journal import Journal
from guitai.shell.neighbour import Neighbour
from guitai.shell.records import open_journal
from guitai.tables import SOCKETS
from guitai.wire.framing import Frame
from guitai.wire.sockets import FrameStream
from headquarters.app import bare_app, make_server
from headquarters.bank.host import Bank

CARD, PIN = "6217000012340003802", "135790"
AMOUNT_FEN = 50_000
LOOK_S = 0.1
PATIENCE_S = 90.0
UNCOUNTED = (
    "Common.Capabilities",
    "Common.Status",
    "Keyboard.",
    "ServicePublisher.",
    "Lights.",
    "Auxiliaries.",
    "VendorMode.",
)
"""Probes, key presses, lights: they come whenever they like, so they number no step of the business."""


class Tap:
    """Stands between core and the devices, passes every message on, and kills before the one it is told to."""

    def __init__(self, devices_port: int) -> None:
        self._devices_port = devices_port
        self._server: Any = None
        self.port = 0
        self.passed: list[str] = []
        self.kills = 0
        self._kill_at = 0
        self._kill: Callable[[], None] = lambda: None

    async def start(self) -> None:
        """Listen."""
        self._server = await serve(self._tap, "127.0.0.1", 0, max_size=MAX_BYTES, compression=None)
        self.port = next(iter(self._server.sockets)).getsockname()[1]

    async def stop(self) -> None:
        """Hang up."""
        self._server.close()
        await self._server.wait_closed()

    def count(self, kill_before: int = 0, kill: Callable[[], None] = lambda: None) -> None:
        """Count from 1 again; `kill` before message number `kill_before` is passed on (0: never)."""
        self.passed.clear()
        self._kill_at, self._kill = kill_before, kill

    async def _tap(self, client: ServerConnection) -> None:
        assert client.request is not None
        uri = f"ws://127.0.0.1:{self._devices_port}{client.request.path}"
        try:
            async with connect(uri, max_size=MAX_BYTES, compression=None, proxy=None) as devices:
                _, rest = await asyncio.wait(
                    {
                        asyncio.create_task(self._pass_on(client, devices.send)),
                        asyncio.create_task(self._pass_on(devices, client.send)),
                    },
                    return_when=asyncio.FIRST_COMPLETED,
                )
                for task in rest:
                    task.cancel()
        except (OSError, ConnectionClosed):
            pass
        finally:
            client.transport.abort()

    async def _pass_on(self, source: Any, send: Callable[[str], Any]) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for text in source:
                header = orjson.loads(text)["header"]
                if not header["name"].startswith(UNCOUNTED):
                    self.passed.append(f"{header['name']} {header['type']}")
                    if len(self.passed) == self._kill_at:
                        self.kills += 1
                        self._kill()
                        return
                await send(text.replace(f":{self._devices_port}/", f":{self.port}/"))


@dataclass
class Kiosk:
    """Everything a test touches."""

    config: Config
    branches: dict[str, Branch]
    tap: Tap
    bank: Bank
    hands: Hands
    screen: dict[str, Any] = field(default_factory=dict)
    shown: list[str] = field(default_factory=list)
    """Every screen since it was last cleared, as text."""

    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _window: Neighbour | None = None

    async def look(self) -> dict[str, Any]:
        """Return the screen, after a new one or a short while."""
        self._news.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), LOOK_S)
        return self.screen

    def kill(self, *names: str) -> None:
        """Kill -9; what dies is started again."""
        for name in names:
            self.branches[name].kill(name)

    async def inside(self) -> dict[str, Any]:
        """Return the machines' own state, once they are there. Raises TimeoutError."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                with contextlib.suppress(GuitaiError, ConnectionError):
                    return await self.hands.state()
                await self.look()

    async def press(self, target: str) -> None:
        """Press a button of the screen."""
        assert self._window is not None
        await self._window.send("touch.pressed", target=target)

    def journal(self) -> Journal:
        """Open core's journal beside it."""
        return open_journal(self.config)

    def watch(self, path: Path) -> Neighbour:
        """Be the window."""
        self._window = Neighbour("core", path, self._frame, self._hello, self._went)
        return self._window

    async def _hello(self, stream: FrameStream) -> None:
        await stream.send("hello", role="ui")

    def _went(self) -> None:
        self.screen = {}

    def _frame(self, frame: Frame) -> None:
        if frame.type == "view":
            self.screen = frame.data["view"]
            self.shown.append(orjson.dumps(self.screen).decode())
            self._news.set()


@contextlib.asynccontextmanager
async def running(folder: Path, run: Path) -> AsyncIterator[Kiosk]:
    """Start bank, devices and core; stop them at the end."""
    environment = settings(folder, run, folder / "models")
    config = configuration.load([], environment, Path("/nonexistent"))
    provision_all(config)
    logs = folder / "logs"
    logs.mkdir()
    bank = Bank(folder / "bank", config.paths.keys, SystemClock())
    app = bare_app()
    app.state.bank = bank
    server = make_server(app, "127.0.0.1", config.headquarters.port, config.paths.keys)
    serving = asyncio.create_task(server.serve())
    tap = Tap(config.devices.port)
    await tap.start()
    # Core finds the devices behind the tap.
    ports = {"devices": config.devices.port, "core": tap.port}
    named = f"{configuration.ENV_PREFIX}DEVICES__PORT"
    branches = {
        name: Branch(config, {**os.environ, **environment, named: str(port)}, logs) for name, port in ports.items()
    }
    kiosk = Kiosk(config, branches, tap, bank, Hands(run / SOCKETS["hands"]))
    watching = asyncio.create_task(kiosk.watch(run / SOCKETS["core"]).run())
    try:
        await server.listening.wait()
        for name, branch in branches.items():
            await branch.start(name)
        yield kiosk
    finally:
        watching.cancel()
        for branch in branches.values():
            await branch.stop_all()
        await tap.stop()
        server.should_exit = True
        await serving
        bank.close()


class Customer:
    """Does what a patient customer would, whatever the kiosk shows, until it says goodbye."""

    def __init__(self, kiosk: Kiosk, business: str) -> None:
        self._kiosk, self._business = kiosk, business
        self._asked = False

    async def be_served(self) -> None:
        """Go through the whole business. Raises TimeoutError when it never ends."""
        kiosk = self._kiosk
        async with asyncio.timeout(PATIENCE_S):
            while True:
                screen = await kiosk.look()
                if not screen:
                    continue
                state = await self._sees()
                if state is None:
                    continue
                if screen["screen"] == "attract":
                    if self._asked and not state["lying"]:
                        return
                    await kiosk.press("begin")
                elif not await self._acts_by_hand(state):
                    await self._presses(targets_of(screen))

    async def _sees(self) -> dict[str, Any] | None:
        try:
            state = await self._kiosk.hands.state()
        except (GuitaiError, ConnectionError):
            return None  # the machines are dark
        cash = state["dispenser"]
        return {**state, "lying": cash["exit"] or cash["returned"] or cash["refused"]}

    async def _acts_by_hand(self, state: dict[str, Any]) -> bool:
        hands, cash, reader = self._kiosk.hands, state["dispenser"], state["card_reader"]
        with contextlib.suppress(GuitaiError, ConnectionError):
            if cash["exit"] and not cash["moving"]:
                await hands.take_notes()
            elif (cash["returned"] or cash["refused"]) and not cash["moving"]:
                await hands.take_returned_notes()
            elif reader["slot"] == "exit":
                await hands.take_card()
            elif state["pin_pad"]["active"]:
                await hands.type_pin(PIN)
            elif cash.get("accepting"):
                await hands.insert_notes({100_00: AMOUNT_FEN // 100_00})
            elif reader["accepting"] and self._asked:
                await hands.insert_card(CARD)
            else:
                return False
            return True
        return False

    async def _presses(self, targets: list[str]) -> None:
        for target in (f"start:{self._business}", "confirm", f"amount:{AMOUNT_FEN}", "solved:yes", "stay"):
            if target in targets and not (target.startswith("start") and self._asked):
                self._asked = self._asked or target.startswith("start")
                await self._kiosk.press(target)
                return
        if self._asked and "end" in targets:
            await self._kiosk.press("end")


def targets_of(screen: dict[str, Any]) -> list[str]:
    """Return everything on the screen that can be pressed."""
    found: list[str] = []

    def gather(part: Any) -> None:
        if isinstance(part, dict):
            if isinstance(part.get("target"), str):
                found.append(part["target"])
            for inner in part.values():
                gather(inner)
        elif isinstance(part, list):
            for inner in part:
                gather(inner)

    gather(screen)
    return found
