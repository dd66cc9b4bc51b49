"""Connects a technician's command to the services of this machine, for as long as it runs."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from firmware_bridge.client.dial import dialler
from firmware_bridge.client.discovery import discover
from firmware_bridge.client.link import Link, RediscoverError, Watch
from firmware_bridge.protocol.client import Unsolicited
from guitai.config import Config
from guitai.errors import GuitaiError

ALIASES = {
    "dispenser": "CashDispenser",
    "recycler": "CashDispenser",
    "acceptor": "CashAcceptor",
    "cash": "CashDispenser",
    "idreader": "IdCardReader",
    "cabinet": "Auxiliaries",
    "sensors": "Auxiliaries",
    "panel": "OperatorPanel",
    "statement": "StatementPrinter",
    "keys": "KeyManagement",
}
"""Other names a person may call a device by."""

UP_S = 5.0
"""How long a service that was announced may take until it has told what it is."""


@dataclass(slots=True)
class Found:
    """The services that were announced; `up` holds the links of those that answered, by address."""

    announced: list[Link] = field(default_factory=list)
    up: dict[str, Link] = field(default_factory=dict)

    @property
    def silent(self) -> list[Link]:
        """Services that were announced but do not answer."""
        return [link for link in self.announced if link.uri not in self.up]


def chosen(found: Found, wanted: str | None) -> list[Link]:
    """Return the links of the devices a person means: by service, by interface or by our own name; all for None.

    Raises GuitaiError ``technician.unknown_device``.
    """
    links = sorted(found.up.values(), key=lambda link: link.name)
    if wanted is None:
        return links
    plain = _plain(wanted)
    name = _plain(ALIASES.get(plain, wanted))
    own = [link for link in links if _plain(link.name) == name]
    offering = [link for link in links if name in {_plain(interface) for interface in link.interfaces}]
    if not own and not offering:
        known = ", ".join(link.name for link in links)
        raise GuitaiError("technician.unknown_device", wanted=wanted, known=known)
    return own or offering


def offered_commands(capabilities: Mapping[str, Any]) -> set[str]:
    """Return the full names of the commands in a payload of Common.Capabilities."""
    return {
        name if "." in name else f"{interface.get('name')}.{name}"
        for interface in capabilities.get("interfaces") or ()
        for name in interface.get("commands") or {}
    }


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").casefold()


def _ignore(_link: Link, _event: Unsolicited) -> None:
    pass


@contextlib.asynccontextmanager
async def connected(
    config: Config,
    on_event: Callable[[Link, Unsolicited], None] = _ignore,
    on_change: Callable[[Link], None] = lambda _link: None,
) -> AsyncIterator[Found]:
    """Connect to every announced service while the block runs; each is waited for at most `UP_S`.

    Raises GuitaiError ``technician.no_services`` when no publisher answers.
    """
    try:
        addresses = await discover(config.devices)
    except GuitaiError as error:
        if error.code != "device.not_connected":
            raise
        users = ", ".join(config.devices.users)
        raise GuitaiError(
            "technician.no_services", host=config.devices.host, port=config.devices.port, users=users
        ) from error
    found, news = Found(), asyncio.Event()

    def came_up(link: Link) -> None:
        found.up[link.uri] = link
        news.set()
        on_change(link)

    def went_down(link: Link) -> None:
        found.up.pop(link.uri, None)
        on_change(link)

    watch = Watch(came_up, went_down, on_event)
    found.announced = [Link(address, watch, dialler(config.devices)) for address in addresses]
    tasks = [asyncio.create_task(_keep(link)) for link in found.announced]
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
