"""Entry of guitai-speech: loads the models, serves the speech socket until SIGTERM."""

from __future__ import annotations

import asyncio
import signal

from edge_models.language.understand import Understander
from edge_models.speech.memory import share_arena
from edge_models.speech.service import serve_speech
from guitai.config import Config
from guitai.logs import set_up
from guitai.systemd import notify

FOLLOW_S = 5.0
"""How often it is looked whether another knowledge pack is in use."""


def run(config: Config) -> None:
    """Serve until SIGTERM or SIGINT. Raises GuitaiError when the understanding cannot be loaded."""
    set_up("speech", config)
    share_arena()
    asyncio.run(_main(config))


async def _main(config: Config) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    understander = await asyncio.to_thread(_understander, config)
    following = asyncio.create_task(_follow(understander))
    await serve_speech(config, understander.understand, stop, lambda: notify("READY=1"))
    following.cancel()
    notify("STOPPING=1")


async def _follow(understander: Understander) -> None:
    """Look for answers in another pack once it is put to use; core takes its words with the next session.

    A round that is through tells the watchdog: the loop turns and the understanding answers.
    """
    while True:
        await asyncio.sleep(FOLLOW_S)
        await asyncio.to_thread(understander.renew)
        notify("WATCHDOG=1")


def _understander(config: Config) -> Understander:
    understander = Understander(config.paths.models, config.paths.state)
    understander.understand("查一下余额")
    return understander
