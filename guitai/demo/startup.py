"""How long a kiosk takes to come up: all processes started at once, as guitai.target does, until customers can be served."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import statistics
import time
from pathlib import Path

import psutil

from guitai import config as configuration
from guitai.cli.provision import provision_all
from guitai.config import Config
from guitai.demo.branch import READY_S, Branch, names, screen, settings, short_run_folder
from guitai.demo.observer import Observer
from guitai.tables import SOCKETS

WARM = ("speech", "vision")
"""Processes that are ready once their models have answered once."""

DEVICES = "devices"
"""Without them the first screen is of no use."""


def measure(folder: Path, base: Config, starts: int) -> dict[str, float]:
    """Return the figures of `guitai bench startup`: medians of so many starts, in seconds."""
    rounds = [asyncio.run(_round(folder / str(number), base)) for number in range(starts)]
    found = {key: round(statistics.median(one[key] for one in rounds), 2) for key in rounds[0]}
    return {**found, "worst_s": round(max(one["p50_s"] for one in rounds), 2)}


async def _round(folder: Path, base: Config) -> dict[str, float]:
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "logs").mkdir(parents=True)
    run = short_run_folder()
    environment = settings(folder, run, base.paths.models)
    config = configuration.load([], environment, Path("/nonexistent"))
    provision_all(config)
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(shutil.rmtree, run, ignore_errors=True)
        display = await stack.enter_async_context(screen(config.window.width, config.window.height))
        branch = Branch(config, {**os.environ, **environment, "DISPLAY": display}, folder / "logs")
        stack.push_async_callback(branch.stop_all)
        observer = Observer(run / SOCKETS["core"])
        stack.push_async_callback(observer.stop)
        began = time.monotonic()
        ready: dict[str, float] = {}
        spent: dict[str, float] = {}  # seconds of processor until READY=1

        async def start(name: str) -> None:
            await branch.start(name)
            ready[name] = time.monotonic() - began
            times = psutil.Process(branch.children[name].process.pid).cpu_times()
            spent[name] = times.user + times.system

        async def see() -> float:
            await observer.start()  # tries until core answers
            await observer.until(
                "the first screen", lambda: any(f.get("screen") == "attract" for f in observer.shown), READY_S
            )
            return time.monotonic() - began

        seeing = asyncio.create_task(see())
        await asyncio.gather(*(start(name) for name in names("kiosk")))
        seen = await seeing
        alone = {name: await _again(branch, name) for name in names("kiosk")}
    screen_s, models_s = max(seen, ready[DEVICES]), max(ready[name] for name in WARM)
    return {
        "p50_s": max(screen_s, models_s),
        "screen_s": screen_s,
        "models_s": models_s,
        "cpu_s": sum(spent.values()),
        "usable_s": max(took for name, took in alone.items() if name not in WARM),
        "warm_s": max(alone[name] for name in WARM),
        **{f"{name}_s": took for name, took in alone.items()},
        **{f"{name}_cpu_s": took for name, took in spent.items()},
    }


async def _again(branch: Branch, name: str) -> float:
    """Return how long a process takes that starts alone, on the kiosk that runs."""
    await branch.stop(name)
    await branch.start(name)
    return branch.children[name].ready_s
