"""A whole branch on one machine: the process table with simulated devices, a broker, headquarters and a screen."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from guitai.config import Config
from guitai.demo.settings import environment
from guitai.errors import GuitaiError
from guitai.tables import PROCESSES
from guitai.wire.ports import free_ports

READY_S = 90.0
STOP_S = 10.0
ZONE = "Asia/Shanghai"


@dataclass
class Child:
    """One process of the table, with the socket it tells its readiness on."""

    name: str
    process: asyncio.subprocess.Process
    ready_s: float


@dataclass
class Branch:
    """Starts, stops, kills and restarts the processes; restarts what dies by itself, as the service manager would."""

    config: Config
    environment: dict[str, str]
    logs: Path
    children: dict[str, Child] = field(default_factory=dict)
    _expected: set[str] = field(default_factory=set)
    _watchers: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def start(self, name: str) -> None:
        """Start a process and wait until it says READY=1."""
        address = self.config.paths.run / f"{name}.notify"
        with _notify_socket(address) as notified, (self.logs / f"{name}.log").open("ab") as log:
            began = time.monotonic()
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "guitai", "run", name,
                env={**self.environment, "NOTIFY_SOCKET": str(address)}, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
            try:
                await self._ready(name, process, notified)
            except BaseException:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                raise
        self.children[name] = Child(name, process, time.monotonic() - began)
        self._expected.add(name)
        self._watchers[name] = asyncio.create_task(self._watch(name, process))

    async def stop(self, name: str) -> None:
        """Stop a process in order."""
        self._expected.discard(name)
        child = self.children.pop(name, None)
        if child is None:
            return
        self._watchers.pop(name).cancel()
        with contextlib.suppress(ProcessLookupError):
            child.process.terminate()
        try:
            await asyncio.wait_for(child.process.wait(), STOP_S)
        except TimeoutError:
            child.process.kill()
            await child.process.wait()

    def kill(self, name: str) -> None:
        """Kill -9; the watcher starts it again."""
        self.children[name].process.send_signal(signal.SIGKILL)

    async def stop_all(self) -> None:
        """Stop everything, last started first."""
        for name in reversed(tuple(self.children)):
            await self.stop(name)

    async def _watch(self, name: str, process: asyncio.subprocess.Process) -> None:
        await process.wait()
        if name in self._expected:
            self.children.pop(name, None)
            await self.start(name)

    async def _ready(self, name: str, process: asyncio.subprocess.Process, notified: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        died = asyncio.create_task(process.wait())
        try:
            async with asyncio.timeout(READY_S):
                while True:
                    told = asyncio.create_task(loop.sock_recv(notified, 1024))
                    await asyncio.wait({told, died}, return_when=asyncio.FIRST_COMPLETED)
                    if not told.done():
                        told.cancel()
                        raise GuitaiError("demo.process_died", name=name, log=self.logs / f"{name}.log")
                    if b"READY=1" in told.result():
                        return
        except TimeoutError as error:
            raise GuitaiError("demo.not_ready", name=name, seconds=READY_S, log=self.logs / f"{name}.log") from error
        finally:
            died.cancel()


def settings(folder: Path, run: Path, models: Path, **changes: str) -> dict[str, str]:
    """Return the environment of a simulated branch below `folder`, on free loopback ports."""
    chosen: dict[str, object] = {
        "PATHS__RUN": run, "PATHS__MODELS": models, "DEVICES__PORT": free_ports(1)[0],
        "SOUND__MICROPHONE": "hands", "CAMERA__SOURCE": "none",
    }  # fmt: skip
    return environment(folder, **(chosen | changes)) | {"TZ": ZONE}


@contextlib.asynccontextmanager
async def screen(width: int, height: int) -> AsyncIterator[str]:
    """Give the window a screen of its own: an Xvfb on a free display; yields the display's name."""
    for program in ("Xvfb", "xdotool"):
        if shutil.which(program) is None:
            raise GuitaiError("demo.no_xvfb", program=program)
    read, write = os.pipe()
    process = await asyncio.create_subprocess_exec(
        "Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp",
        pass_fds=(write,), stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    os.close(write)
    try:
        number = await asyncio.to_thread(os.read, read, 16)
        yield f":{number.decode().strip()}"
    finally:
        os.close(read)
        process.terminate()
        await process.wait()


def own_senses() -> dict[str, str]:
    """Return the settings that use this machine's microphone, loudspeaker and camera, as far as it has any."""
    found: dict[str, str] = {}
    try:
        import sounddevice

        kinds = sounddevice.query_devices()
    except OSError:  # no PortAudio
        kinds = []
    if any(device["max_input_channels"] for device in kinds):
        found["SOUND__MICROPHONE"] = "device"
    if any(device["max_output_channels"] for device in kinds):
        found["SOUND__LOUDSPEAKER"] = "device"
    if Path("/dev/video0").exists():
        found["CAMERA__SOURCE"] = "0"
    return found


def short_run_folder() -> Path:
    """Return a new folder whose socket paths stay below the system's limit."""
    return Path(tempfile.mkdtemp(prefix="guitai-"))


def names(where: str) -> tuple[str, ...]:
    """Return the table's processes of one place, in starting order."""
    return tuple(process.name for process in PROCESSES if process.where == where)


@contextlib.contextmanager
def _notify_socket(address: Path) -> Iterator[socket.socket]:
    address.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(str(address))
        receiver.setblocking(False)
        yield receiver
