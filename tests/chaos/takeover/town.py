"""A headquarters, a broker and some kiosks as processes of their own, each of which can be killed and comes back."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from guitai.cli.provision import provision_all
from guitai.config import ENV_PREFIX, Config, load
from guitai.demo.identity import provider
from guitai.demo.settings import environment
from guitai.errors import GuitaiError
from guitai.tables import PROCESSES, SOCKETS
from guitai.wire.ports import free_ports
from guitai.wire.sockets import connect
from headquarters.broker import Broker, listens
from headquarters.engine import Where, where

SHARED = (
    "ca.crt",
    "ca.key",
    "command.key",
    "command.pub",
    "broker.crt",
    "broker.key",
    "hq.crt",
    "hq.key",
    "revoked.crl",
)
ENTRIES = {process.name: process.entry for process in PROCESSES}
READY_S = 240.0
PROGRAM = str(Path(__file__).with_name("process.py"))


def now_ms() -> int:
    return time.time_ns() // 1_000_000


@dataclass
class Killable:
    """One process, its kills, and when it was away."""

    name: str
    environment: dict[str, str]
    config: Config
    log: Path
    mutants: tuple[str, ...] = ()
    away: list[tuple[int, int]] = field(default_factory=list)
    """From the kill until it was ready again, milliseconds since 1970."""

    process: asyncio.subprocess.Process | None = None
    coming: bool = False
    """It was killed and is not ready again."""

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, PROGRAM, ENTRIES[self.name], *self.mutants, env={**os.environ, **self.environment},
                stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        async with asyncio.timeout(READY_S):
            while not await self._ready():
                assert self.process.returncode is None, f"{self.name} died: {self.log.read_text()[-2000:]}"
                await asyncio.sleep(0.05)

    async def kill(self, pause_s: float) -> None:
        """Kill -9; start it again after a while."""
        assert self.process is not None
        self.coming, at = True, now_ms()
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()
        await asyncio.sleep(pause_s)
        await self.start()
        self.away.append((at, now_ms()))
        self.coming = False

    def check(self) -> None:
        """Raise if it ended by itself."""
        if self.process is not None and not self.coming and self.process.returncode is not None:
            raise AssertionError(f"{self.name} ended: {self.log.read_text()[-3000:]}")

    async def stop(self) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.terminate()
            try:
                await asyncio.wait_for(self.process.wait(), 15)
            except TimeoutError:
                self.process.kill()
                await self.process.wait()

    async def _ready(self) -> bool:
        if self.name == "hq":
            return await listens(self.config.headquarters.port)
        socket = {"devices": "recording"}.get(self.name, self.name)
        if socket not in SOCKETS:
            return True
        try:
            stream = await connect(self.config.paths.run / SOCKETS[socket])
        except GuitaiError:
            return False
        stream.close()
        return True


class BrokerOfTown:
    """Mosquitto, in the same dress."""

    def __init__(self, broker: Broker) -> None:
        self.name, self.broker, self.away = "broker", broker, list[tuple[int, int]]()
        self.coming = False

    async def kill(self, pause_s: float) -> None:
        self.coming, at = True, now_ms()
        await self.broker.kill()
        await asyncio.sleep(pause_s)
        await self.broker.start()
        self.away.append((at, now_ms()))
        self.coming = False


@dataclass
class KioskOfTown:
    """A kiosk with simulated devices; its window is played."""

    config: Config
    devices: Killable
    core: Killable
    sync: Killable
    video: Killable


@dataclass
class Town:
    folder: Path
    config: Config
    """Headquarters' and the broker's."""

    broker: BrokerOfTown
    hq: Killable
    kiosks: list[KioskOfTown]

    @property
    def everybody(self) -> list[Killable]:
        """Every process but the broker's."""
        return [self.hq, *(one for k in self.kiosks for one in (k.devices, k.core, k.sync, k.video))]

    @property
    def database(self) -> Where:
        return where(self.config)


@asynccontextmanager
async def town(count: int, mutants: tuple[str, ...] = ()) -> AsyncIterator[Town]:
    """Start everything; end it, whatever happens."""
    async with AsyncExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="g"))
        if "GUITAI_KEEP_TOWN" not in os.environ:
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
        console = stack.enter_context(provider())
        base = environment(folder / "hq", **console)
        config = load([], base, folder / "etc")
        provision_all(config)
        log = folder / "logs"
        log.mkdir()
        broker = await stack.enter_async_context(Broker(folder / "broker", config))
        hq = Killable("hq", base, config, log / "hq.log", mutants)
        found = Town(folder, config, BrokerOfTown(broker), hq, [])
        for number in range(count):
            found.kiosks.append(_kiosk(folder, base, config, number, log, mutants))
        for one in found.everybody:
            stack.push_async_callback(one.stop)
        await asyncio.gather(*(one.start() for one in found.everybody))
        yield found


def _kiosk(
    folder: Path, base: dict[str, str], hq: Config, number: int, log: Path, mutants: tuple[str, ...]
) -> KioskOfTown:
    home, name = folder / f"k{number}", f"kiosk-{number + 1:03}"
    keys = home / "keys"
    keys.mkdir(parents=True)
    for shared in SHARED:
        if (hq.paths.keys / shared).exists():
            shutil.copy2(hq.paths.keys / shared, keys / shared)
    changes = {
        "KIOSK__ID": name, "PATHS__RUN": home, "PATHS__STATE": home / "state", "PATHS__KEYS": keys,
        "DEVICES__PORT": free_ports(1)[0], "SOUND__MICROPHONE": "hands", "CAMERA__SOURCE": "none",
    }  # fmt: skip
    variables = base | {f"{ENV_PREFIX}{key}": str(value) for key, value in changes.items()}
    config = load([], variables, home / "etc")
    provision_all(config)
    parts = [
        Killable(part, variables, config, log / f"{name}-{part}.log", mutants)
        for part in ("devices", "core", "sync", "video")
    ]
    return KioskOfTown(config, *parts)


def targets(town: Town, chance: random.Random) -> Killable | BrokerOfTown:
    """Return whom to kill next; each kind as often as another."""
    kiosk = chance.choice(town.kiosks)
    found: list[Killable | BrokerOfTown] = [town.hq, town.broker, kiosk.core, kiosk.video, kiosk.sync]
    return chance.choice(found)
