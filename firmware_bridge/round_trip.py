"""Measures a command's way there and back: client, loopback, host, and the same again; the host in its own process."""

from __future__ import annotations

import asyncio
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from firmware_bridge.client.discovery import discover
from firmware_bridge.client.link import Link, Watch
from firmware_bridge.generated.common import StatusCommand
from firmware_bridge.generated.storage import GetStorageCommand
from firmware_bridge.main import services_of
from firmware_bridge.services.host import host
from firmware_bridge.simulator.branch import Branch
from firmware_bridge.simulator.keys import provision_keys
from guitai.config import Config, Paths
from guitai.logs import set_up

COMMANDS = (StatusCommand(), GetStorageCommand())
"""They move nothing: what is measured is the way, not a machine."""

ROUNDS = 5
WARM_UP = 100
UP_S = 30.0


def measure(count: int) -> dict[str, float]:
    """Return ``p50_ms``, ``p99_ms`` and ``worst_ms`` of `count` round trips to the simulated dispenser.

    Both percentiles are the medians of those of five rounds: another process that takes the machine for a moment
    spoils one round. ``worst_ms`` is the slowest of all.
    """
    with tempfile.TemporaryDirectory(prefix="guitai-round-trip-") as folder:
        program = [sys.executable, "-c", f"from {__name__} import serve; serve({folder!r})"]
        with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
            try:
                assert process.stdout is not None
                rounds = asyncio.run(_drive(int(process.stdout.readline()), count // ROUNDS))
            finally:
                process.send_signal(signal.SIGTERM)
    return {
        "p50_ms": round(statistics.median(_percentile(one, 50) for one in rounds), 3),
        "p99_ms": round(statistics.median(_percentile(one, 99) for one in rounds), 3),
        "worst_ms": round(max(max(one) for one in rounds), 3),
    }


def serve(folder: str) -> None:
    """Serve a simulated branch on a free port, which is printed, until SIGTERM."""
    asyncio.run(_serve(Path(folder)))


async def _serve(folder: Path) -> None:
    config = Config(paths=Paths(run=folder, state=folder / "state", keys=folder / "keys"), log_level="warning")
    set_up("devices", config)  # standard output is for the port alone
    provision_keys(config.paths.keys)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with host(services_of(Branch(config)), "127.0.0.1", 0) as port:
        sys.stdout.write(f"{port}\n")
        sys.stdout.flush()
        await stop.wait()


async def _drive(port: int, count: int) -> list[list[float]]:
    config = Config().devices.model_copy(update={"port": port})
    address = next(uri for uri in await discover(config) if uri.endswith("/CashDispenser"))
    is_up = asyncio.Event()
    link = Link(address, Watch(lambda _: is_up.set(), lambda _: None, lambda _link, _event: None))
    running = asyncio.create_task(link.run())
    try:
        await asyncio.wait_for(is_up.wait(), UP_S)
        await _round(link, WARM_UP)
        return [await _round(link, count) for _ in range(ROUNDS)]
    finally:
        running.cancel()
        await asyncio.wait({running})


async def _round(link: Link, count: int) -> list[float]:
    out = []
    for number in range(count):
        begun = time.perf_counter()
        await link.ask(COMMANDS[number % len(COMMANDS)])
        out.append((time.perf_counter() - begun) * 1000)
    return out


def _percentile(times: list[float], percent: int) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[percent - 1]
