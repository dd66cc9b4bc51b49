"""Hands signed rules, the watch list and the board of the day out to the kiosks that are there, each version once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import orjson
import structlog

from guitai.errors import GuitaiError
from headquarters.commander import Commander
from headquarters.engine import ERRORS, Engine
from headquarters.review.nightly import Reviews

SCHEMA = """
CREATE TABLE IF NOT EXISTS risk_sent(
  kiosk TEXT NOT NULL, command TEXT NOT NULL, version INTEGER NOT NULL, PRIMARY KEY(kiosk, command))
  STRICT, WITHOUT ROWID;
"""
EVERY_S = 5.0
MOST_BYTES = 56 * 1024
"""Of a file as it travels inside a command; a longer one has to be brought by hand."""

FILES = {"risk.watch_list_sent": "watch-list.json", "knowledge.board_sent": "board.json"}
"""In headquarters' state folder: what `guitai risk watch make` and `guitai knowledge board make` wrote."""

HAS_IT = frozenset({"risk.older"})
"""A refusal that says the kiosk has this version or a later one."""

log = structlog.get_logger()


class Parcel(NamedTuple):
    """One signed file on its way."""

    command: str
    version: int
    file: str


class Handing:
    """What each kiosk has been given, in headquarters' store (table risk_sent)."""

    def __init__(self, connection: Engine, reviews: Reviews, commander: Commander, state: Path) -> None:
        self._connection, self._reviews, self._commander, self._state = connection, reviews, commander, state
        self._refused: dict[str, int] = {}
        connection.executescript(SCHEMA)

    async def run(self) -> None:
        """Look every few seconds whether a kiosk lacks something; for ever."""
        while True:
            try:
                await self.round()
            except ERRORS:
                log.exception("nothing handed out")
            await asyncio.sleep(EVERY_S)

    async def round(self) -> None:
        """Send every kiosk that is online what it has not taken yet; one that refuses is asked again next time."""
        for parcel in self._parcels():
            if self._too_long(parcel.command, len(orjson.dumps(parcel.file))):
                continue
            for kiosk in self._commander.known():
                if self._given(kiosk, parcel.command) < parcel.version:
                    await self._give(kiosk, parcel)

    async def _give(self, kiosk: str, parcel: Parcel) -> None:
        try:
            reply = await self._commander.command(kiosk, parcel.command, {"file": parcel.file})
        except GuitaiError as error:
            log.info("file not handed out", kiosk=kiosk, command=parcel.command, reason=error.params.get("reason"))
            return
        if reply.status == "accepted" or reply.reason in HAS_IT:
            with self._connection.transaction():
                self._connection.execute(
                    "INSERT INTO risk_sent VALUES(?, ?, ?) ON CONFLICT(kiosk, command) DO UPDATE SET version = excluded.version",
                    (kiosk, parcel.command, parcel.version),
                )
        else:
            log.warning("file refused", kiosk=kiosk, command=parcel.command, reason=reply.reason)

    def _too_long(self, command: str, count: int) -> bool:
        """Tell whether a file of so many bytes cannot travel; that is logged once."""
        if count <= MOST_BYTES:
            return False
        if self._refused.get(command) != count:
            log.warning("file too long to send, bring it by hand", command=command, bytes=count, most=MOST_BYTES)
            self._refused[command] = count
        return True

    def _given(self, kiosk: str, command: str) -> int:
        row = self._connection.execute(
            "SELECT version FROM risk_sent WHERE kiosk = ? AND command = ?", (kiosk, command)
        ).fetchone()
        return int(row["version"]) if row is not None else 0

    def _parcels(self) -> Iterator[Parcel]:
        if (signed := self._reviews.signed()) is not None:
            yield Parcel("risk.rules_sent", signed[0], signed[1].decode())
        for command, name in FILES.items():
            if (parcel := self._read(command, self._state / name)) is not None:
                yield parcel

    def _read(self, command: str, path: Path) -> Parcel | None:
        try:
            if self._too_long(command, path.stat().st_size):
                return None  # nor is it read, every few seconds
            text = path.read_text(encoding="utf-8")
            return Parcel(command, int(orjson.loads(text)["version"]), text)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("file to hand out unreadable", file=path.name, reason=repr(error))
            return None
