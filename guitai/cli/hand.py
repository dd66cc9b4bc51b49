"""One gesture at the simulated devices of a running branch, and its answer on the screen."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import click

from firmware_bridge.simulator.hands import Hands
from guitai import config as configuration
from guitai.tables import SOCKETS


def do(files: tuple[Path, ...], deed: Callable[[Hands], Awaitable[Any]]) -> None:
    """Have the hands do it and print what came of it."""
    run = configuration.load(files).paths.run

    async def once() -> Any:
        return await deed(Hands(run / SOCKETS["hands"]))

    answer = asyncio.run(once())
    click.echo("done" if answer is None else json.dumps(answer, ensure_ascii=False, indent=1))
