"""Connects a technician's command to the services of this machine, for as long as it runs."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from firmware_bridge.client.discovery import discover
from firmware_bridge.client.link import Link, RediscoverError, Watch
from firmware_bridge.protocol.client import Unsolicited
from guitai.config import Config
from guitai.errors import GuitaiError

UP_S = 5.0
"""How long a service that was announced may take until it has told what it is."""


@dataclass(slots=True)
class Found:
    """The services that were announced; `up` holds the links of those that answered."""

    addresses: list[str]
    up: dict[str, Link] = field(default_factory=dict)

    @property
    def silent(self) -> list[str]:
        """Addresses that were announced but do not answer."""
        return [address for address in self.addresses if address not in self.up]


def _ignore(_link: Link, _event: Unsolicited) -> None:
    pass


@contextlib.asynccontextmanager
async def connected(
    config: Config,
    on_event: Callable[[Link, Unsolicited], None] = _ignore,
    on_change: Callable[[Link], None] = lambda _link: None,
) -> AsyncIterator[Found]:
    """Connect to every announced service while the block runs; each is waited for at most `UP_S`.

    Raises GuitaiError ``device.not_connected`` when no publisher answers.
    """
    found = Found(await discover(config.devices))
    news = asyncio.Event()

    def came_up(link: Link) -> None:
        found.up[link.uri] = link
        news.set()
        on_change(link)

    def went_down(link: Link) -> None:
        found.up.pop(link.uri, None)
        on_change(link)

    watch = Watch(came_up, went_down, on_event)
    tasks = [asyncio.create_task(_keep(Link(address, watch))) for address in found.addresses]
    try:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(UP_S):
                while found.silent:
                    news.clear()
                    await news.wait()
        yield found
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _keep(link: Link) -> None:
    while True:
        with contextlib.suppress(RediscoverError, GuitaiError):
            await link.run()
