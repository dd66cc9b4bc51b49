"""What may befall the branch, one function a fault: done to a running world, undone when it ends."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import resource
import signal
import subprocess
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from guitai.chaos.world import World

Strike = Callable[[World, random.Random], Coroutine[Any, Any, bool]]
"""Returns whether it struck."""

ROOM_BYTES = 6 << 30
PAGE = 4096


def kill(name: str) -> Strike:
    """Return the fault that kills a process at a random moment."""

    async def strike(world: World, chance: random.Random) -> bool:
        await asyncio.sleep(chance.uniform(0, 0.2))
        return world.kill(name)

    return strike


def freeze(name: str) -> Strike:
    """Return the fault that stops a process for a while."""

    async def strike(world: World, chance: random.Random) -> bool:
        pid = world.pids.get(name)
        if pid is None:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
            await asyncio.sleep(chance.uniform(0.05, 0.4))
            os.kill(pid, signal.SIGCONT)
        return True

    return strike


async def broker_killed(world: World, chance: random.Random) -> bool:
    """The broker's machine loses power and comes back with what its disk has."""
    async with world.broker_turn:
        await world.broker.kill()
        await asyncio.sleep(chance.uniform(0, 0.3))
        await world.broker.start()
    return True


async def broker_loses_its_memory(world: World, chance: random.Random) -> bool:
    """The broker comes back with nothing: no sessions, no queued messages, no retained states."""
    async with world.broker_turn:
        await world.broker.kill()
        (world.folder / "broker" / "mosquitto.db").unlink(missing_ok=True)
        await asyncio.sleep(chance.uniform(0, 0.3))
        await world.broker.start()
    return True


async def line_cut(world: World, chance: random.Random) -> bool:
    """The line of one side is down for a while."""
    line = world.lines[chance.choice(("sync", "hq"))]
    line.set("cut")
    await asyncio.sleep(chance.uniform(0.05, 0.6))
    line.set("passes")
    return True


async def line_flaps(world: World, chance: random.Random) -> bool:
    """The line of one side comes and goes."""
    line = world.lines[chance.choice(("sync", "hq"))]
    for _ in range(chance.randrange(3, 8)):
        line.set("cut")
        await asyncio.sleep(chance.uniform(0, 0.05))
        line.set("passes")
        await asyncio.sleep(chance.uniform(0, 0.1))
    return True


async def line_plays_tricks(world: World, chance: random.Random) -> bool:
    """The line comes back as one that doubles, holds back and drops whole publishes; it stays so until another fault."""
    world.lines[chance.choice(("sync", "hq"))].set("tricks")
    await asyncio.sleep(chance.uniform(0, 0.3))
    return True


async def disk_full(world: World, chance: random.Random) -> bool:
    """There is no room on core's disk for a while: a small file system if we may mount one, a limit on core otherwise."""
    state = world.config.paths.state
    if not os.path.ismount(state):
        return await _limited(world, chance)
    for _ in range(5):
        room = os.statvfs(state)
        used = (room.f_blocks - room.f_bfree) * room.f_frsize
        if _resize(state, used + chance.randrange(1, 64) * PAGE):
            await asyncio.sleep(chance.uniform(0.05, 0.4))
            break
    return _resize(state, ROOM_BYTES)


async def _limited(world: World, chance: random.Random) -> bool:
    pid = world.pids.get("core")
    if pid is None:
        return False
    with contextlib.suppress(ProcessLookupError):
        _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (chance.randrange(1, 400) * PAGE, most))
        await asyncio.sleep(chance.uniform(0.05, 0.4))
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, most))
    return True


def _resize(folder: Path, size: int) -> bool:
    run = subprocess.run(["mount", "-o", f"remount,size={size}", str(folder)], capture_output=True, check=False)
    return run.returncode == 0


def mount(folder: Path) -> bool:
    """Give core's state a file system of its own in memory, if we may."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    run = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={ROOM_BYTES}", "tmpfs", str(folder)], capture_output=True, check=False
    )
    return run.returncode == 0


FAULTS: dict[str, tuple[int, Strike]] = {
    "core_killed": (8, kill("core")),
    "sync_killed": (8, kill("sync")),
    "hq_killed": (6, kill("hq")),
    "core_frozen": (1, freeze("core")),
    "sync_frozen": (2, freeze("sync")),
    "hq_frozen": (2, freeze("hq")),
    "broker_killed": (2, broker_killed),
    "broker_forgets": (2, broker_loses_its_memory),
    "line_cut": (3, line_cut),
    "line_flaps": (3, line_flaps),
    "line_tricks": (4, line_plays_tricks),
    "disk_full": (3, disk_full),
}
"""Name to how often, relative to the others, and what."""
