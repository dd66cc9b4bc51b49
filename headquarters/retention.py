"""Makes personal fields unreadable at headquarters: when a kiosk says so, and by headquarters' own clock."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from datetime import date

import structlog

from guitai.clock import Clock
from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.messages.classes import DATA_CLASSES, DataClass
from guitai.messages.sync import OutboxRow
from guitai.tables import KEYS_DESTROYED
from headquarters.day_keys import DAY_MS, DayKeys, Place
from headquarters.engine import where

EVERY_S = 3600.0
EPOCH = date(1970, 1, 1)

log = structlog.get_logger()


def destroyed_places(kiosk: str, row: OutboxRow) -> Iterator[Place]:
    """Yield the days whose keys a kiosk has destroyed, if the row tells of that; a row of another shape tells nothing."""
    class_, days = row.body.get("data_class"), row.body.get("days")
    if row.type != KEYS_DESTROYED or class_ not in DATA_CLASSES or not isinstance(days, list):
        return
    for day in days:
        try:
            yield kiosk, (date.fromisoformat(day) - EPOCH).days, class_
        except (ValueError, TypeError):
            log.warning("no day", kiosk=kiosk, day=str(day)[:20])


def destroy_old(keys: DayKeys, days: dict[DataClass, int], now_ms: int) -> int:
    """Destroy the keys whose class is to be readable for fewer days than have passed; return how many."""
    return sum(keys.destroy_before(class_, now_ms - count * DAY_MS) for class_, count in days.items())


async def every_hour(config: Config, clock: Clock) -> None:
    """Destroy what is past its time here, too (a kiosk may be gone); for ever."""
    days: dict[DataClass, int] = {"C2": config.retention.c2_days, "C3": config.retention.c3_days}
    while True:
        try:
            with closing(DayKeys(where(config).keyring)) as keys:
                if gone := destroy_old(keys, days, clock.unix_ms()):
                    log.info("keys destroyed", keys=gone)
        except GuitaiError:
            log.exception("keys not destroyed")
        await asyncio.sleep(EVERY_S)
