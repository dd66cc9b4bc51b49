"""The hours in which the machine serves: the clock as one more thing that may stop the branch between customers."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Callable

from guitai.clock import Clock
from guitai.messages.branch import HoursChanged
from guitai.shell.premises import Premises
from guitai.shell.settings import Settings
from guitai.updates.window import is_open

LOOK_EVERY_S = 5.0


async def watch_hours(settings: Settings, premises: Premises, clock: Clock, happen: Callable[[object], None]) -> None:
    """Tell when the hours begin and end, for ever; settings may have changed them."""
    while True:
        if (told := look(settings.config.kiosk.hours, premises, clock)) is not None:
            happen(told)
        await asyncio.sleep(LOOK_EVERY_S)


def look(hours: str, premises: Premises, clock: Clock) -> HoursChanged | None:
    """Return what is to be told, None if the branch knows it. `hours` is ``HH:MM-HH:MM``, local time; empty: always."""
    now = datetime.datetime.fromtimestamp(clock.unix_ms() / 1000).astimezone()
    shut = bool(hours) and not is_open(hours, now.hour, now.minute)
    return HoursChanged(shut) if shut != premises.branch.shut else None
