"""Processes of a bench's own: started with its settings, ended with it, what they say in files of its folder."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

Commands = dict[str, tuple[list[str], dict[str, str]]]
"""By name: the module with its arguments, and variables beside the bench's."""


@contextlib.asynccontextmanager
async def children(folder: Path, variables: dict[str, str], commands: Commands) -> AsyncIterator[dict[str, int]]:
    """Run them while the block runs; give their process ids."""
    running: dict[str, asyncio.subprocess.Process] = {}
    try:
        for name, (arguments, more) in commands.items():
            with (folder / f"{name}.log").open("ab") as log:
                running[name] = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", *arguments, env={**os.environ, **variables, **more}, stdout=log, stderr=log
                )
        yield {name: child.pid for name, child in running.items()}
    finally:
        for child in running.values():
            if child.returncode is None:
                child.terminate()
            await child.wait()
