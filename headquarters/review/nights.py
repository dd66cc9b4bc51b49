"""The review at midnight, beside everything else headquarters does."""

from __future__ import annotations

import asyncio
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from guitai.clock import Clock
from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.wire.commands import load_private
from guitai.wire.whole import write_whole
from headquarters.engine import ERRORS, where
from headquarters.review.nightly import Outcome, Reviews
from headquarters.store import Store

log = structlog.get_logger()


async def every_night(config: Config, clock: Clock) -> None:
    """Review at each midnight of this machine's time zone; for ever. A night that fails is logged, the next one comes."""
    while True:
        await asyncio.sleep(seconds_to_midnight(clock.unix_ms()))
        try:
            outcome = await asyncio.to_thread(one_night, config, clock.unix_ms())
        except (GuitaiError, OSError, *ERRORS):
            log.exception("review failed")
        else:
            log.info("review", run=outcome.run, verdict=outcome.verdict)


def one_night(config: Config, now_ms: int) -> Outcome:
    """Review with a connection of its own; after a rollback the signed rules stand in the state folder."""
    with closing(Store(where(config))) as store:
        reviews = Reviews(store.connection, load_private(config.paths.keys / "command.key"))
        outcome = reviews.run(now_ms)
        if outcome.verdict == "rolled_back" and (signed := reviews.signed()) is not None:
            write_whole(rules_file(config.paths.state, signed[0]), signed[1], 0o644)
    return outcome


def rules_file(state: Path, version: int) -> Path:
    """Return where the signed rules of a version are put for the kiosks."""
    return state / f"risk-rules-{version:06d}.json"


def seconds_to_midnight(unix_ms: int) -> float:
    """Return how long it is until the next day begins here; never 0, so that one midnight is one review."""
    now = datetime.fromtimestamp(unix_ms / 1000).astimezone()
    tomorrow = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (tomorrow - now).total_seconds()
