"""Does every process answer, and is nobody in its place?"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from pathlib import Path

from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.health.finding import Finding, Repair, finding
from guitai.tables import SOCKETS
from guitai.wire.sockets import connect

ANSWERS_AT = {
    "devices": "sound", "speech": "speech", "vision": "vision", "core": "core", "ui": "window", "video": "video",
}  # fmt: skip
"""Process: the socket at which it answers. sync serves none: what does not arrive is the line's affair."""

PROGRAMS = ("espeak-ng",)
UNITS = Path("/run/systemd/system")
"""There if systemd runs the machine."""


async def processes(config: Config) -> list[Finding]:
    """Processes whose socket is dead; nothing if none runs at all and no systemd is there to run them."""
    silent = [name for name, socket in ANSWERS_AT.items() if not await _answers(config.paths.run / SOCKETS[socket])]
    if not silent or (len(silent) == len(ANSWERS_AT) and not UNITS.is_dir()):
        return []
    units = [f"guitai-{name}" for name in silent]
    repair = Repair({"zh": "重新启动", "en": "start them again"}, lambda: _restart(units)) if UNITS.is_dir() else None
    return [finding("processes.silent", repair, names=", ".join(silent), units=" ".join(units), first=units[0])]


async def port(config: Config) -> list[Finding]:
    """The devices' port in the hands of another program."""
    if await _answers(config.paths.run / SOCKETS["hands"]) or not config.devices.simulate:
        return []
    try:
        server = await asyncio.start_server(lambda _reader, _writer: None, config.devices.host, config.devices.port)
    except OSError:
        return [finding("port.taken", port=config.devices.port)]
    server.close()
    await server.wait_closed()
    return []


async def programs(_config: Config) -> list[Finding]:
    """Programs that are called and not there."""
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    return [finding("programs.missing", names=", ".join(missing))] if missing else []


async def _answers(socket: Path) -> bool:
    try:
        stream = await connect(socket)
    except GuitaiError:
        return False
    stream.close()
    return True


def _restart(units: list[str]) -> None:
    subprocess.run(["systemctl", "restart", *units], check=True, capture_output=True, timeout=60)
