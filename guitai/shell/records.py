"""Opens the kiosk's journal with the keys that belong to it, and sees to what it needs now and then."""

from __future__ import annotations

import asyncio

import orjson
import structlog

from guitai.clock import Clock, SystemClock
from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.journal import Journal
from guitai.journal.checkpoints import Signing
from guitai.journal.rebuild import open_or_rebuild
from guitai.journal.sealing import DAY_MS
from guitai.keyseal.stored import journal_key
from guitai.logs import Tail
from guitai.messages.classes import DATA_CLASSES
from guitai.tables import ANCHOR, KEYRING

LOOK_EVERY_MS = 3_600_000
"""How often it is looked whose time is over."""

PASSING = frozenset({"journal.disk_full", "journal.failed"})
"""What may be over by itself, and is no reason to end between events."""

LINES = Tail(1000)
"""What core has logged since the last look."""

log = structlog.get_logger()


def open_journal(config: Config) -> Journal:
    """Open the kiosk's journal; a damaged one is put aside and the branch stopped. Raises GuitaiError ``journal.*``, ``keys.*``."""
    key = journal_key(config.paths.keys)
    config.paths.state.mkdir(parents=True, exist_ok=True)
    path = config.paths.state / "journal.db"
    config.paths.own_keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    keyring = config.paths.own_keys / KEYRING
    rows, now_ms = config.limits.debug_log_rows, SystemClock().unix_ms()
    return open_or_rebuild(path, key, config.kiosk.id, rows, _signing(config), keyring, now_ms)


class Upkeep:
    """What is done between events: logs kept and queued for headquarters, keys destroyed whose time is over."""

    def __init__(self, config: Config, journal: Journal, clock: Clock) -> None:
        self._journal, self._clock = journal, clock
        self._keep_days = {"C2": config.retention.c2_days, "C3": config.retention.c3_days}
        self._looked_ms = 0

    def look(self) -> bool:
        """Do what is due; return whether something waits for headquarters. What cannot be written at the moment waits."""
        try:
            return self._look(self._clock.unix_ms())
        except GuitaiError as error:
            if error.code not in PASSING:
                raise
            log.warning("upkeep not written", code=error.code, reason=error.params.get("reason"))
            return False

    def lay_out(self) -> None:
        """Give the journal's write-ahead log its full length: before anything waits, as it takes what 16 MB take."""
        self._journal.lay_out_log()

    async def fold(self) -> None:
        """Keep the journal's write-ahead log short, until cancelled."""
        with self._journal.kept_folded():
            await asyncio.get_running_loop().create_future()

    def _look(self, now_ms: int) -> bool:
        lines, missed = LINES.take()
        if lines or missed:
            self._journal.debug([(now_ms, orjson.loads(line)) for line in lines], missed)
        rows = self._journal.queue_logs(now_ms)
        if now_ms - self._looked_ms >= LOOK_EVERY_MS:
            self._looked_ms = now_ms
            for session_id in self._journal.vault_leftovers():
                self._journal.vault_wipe(session_id)
            for class_ in DATA_CLASSES:
                rows += self._journal.destroy_keys(class_, now_ms - self._keep_days[class_] * DAY_MS, now_ms)
        return bool(rows)


def _signing(config: Config) -> Signing | None:
    try:
        return Signing.of(config.paths.keys, config.paths.own_keys / ANCHOR)
    except GuitaiError as error:
        # A kiosk without certificate serves, and cannot reach headquarters either: the chains still hold by themselves.
        log.warning("no device key, no signed checkpoints", code=error.code)
        return None
