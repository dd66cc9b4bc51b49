"""Entry of guitai-speech: loads the models, serves the speech socket until SIGTERM."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable

from edge_models.language.understand import Understander
from edge_models.speech.memory import share_arena
from edge_models.speech.service import serve_speech
from guitai.config import Config
from guitai.logs import set_up
from guitai.messages.voice import Understanding
from guitai.systemd import notify


def run(config: Config) -> None:
    """Serve until SIGTERM or SIGINT. Raises GuitaiError when the understanding cannot be loaded."""
    set_up("speech", config)
    share_arena()
    asyncio.run(_main(config))


async def _main(config: Config) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    understand = await asyncio.to_thread(_understanding, config)
    await serve_speech(config, understand, stop, lambda: notify("READY=1"))
    notify("STOPPING=1")


def _understanding(config: Config) -> Callable[[str], Understanding]:
    understander = Understander(config.paths.models, config.paths.state)
    understander.understand("查一下余额")
    return understander.understand
