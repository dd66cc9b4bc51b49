"""What arrived and could not be stored: kept with the reason, each once however often it comes, bounded per kiosk."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from headquarters.engine import Engine

SCHEMA = """
CREATE TABLE IF NOT EXISTS dead_letters(
  kiosk TEXT NOT NULL, digest TEXT NOT NULL, lane TEXT NOT NULL, code TEXT NOT NULL, reason TEXT NOT NULL,
  attributes TEXT NOT NULL, payload TEXT NOT NULL, bytes INTEGER NOT NULL, first_ms INTEGER NOT NULL,
  last_ms INTEGER NOT NULL, times INTEGER NOT NULL, PRIMARY KEY(kiosk, digest)) STRICT, WITHOUT ROWID;
"""
MOST_BYTES = 16 * 1024
"""Of a payload and of its attributes; what is longer is kept cut off."""

MOST_PER_KIOSK = 1000
"""The oldest are dropped: a kiosk gone mad must not fill headquarters' disk."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One message and why it was refused."""

    kiosk: str
    lane: str
    """The last level of its topic."""

    code: str
    """The error's code, or ``hq.differs``."""

    reason: str
    attributes: str
    """Its user properties, JSON."""

    payload: bytes

    @property
    def digest(self) -> str:
        """What tells it from others."""
        return hashlib.sha256(f"{self.lane}\n{self.attributes}\n".encode() + self.payload).hexdigest()


def bury(connection: Engine, letters: Iterable[DeadLetter], now_ms: int) -> None:
    """Keep letters; part of a transaction. What stood in them is personal until somebody has looked: of the day it came."""
    found = list(letters)
    if not found:
        return
    connection.executemany(
        "INSERT INTO dead_letters VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1) ON CONFLICT(kiosk, digest) DO UPDATE SET "
        "last_ms = excluded.last_ms, times = dead_letters.times + 1",
        [
            (
                letter.kiosk, letter.digest, letter.lane, letter.code, letter.reason[:500], letter.attributes[:MOST_BYTES],
                connection.sealing.whole(letter.kiosk, letter.digest, now_ms, _payload(letter)), len(letter.payload), now_ms,
                now_ms,
            )
            for letter in found
        ],
    )  # fmt: skip
    connection.executemany(
        "DELETE FROM dead_letters WHERE kiosk = ? AND last_ms <= (SELECT last_ms FROM dead_letters WHERE kiosk = ? "
        "ORDER BY last_ms DESC LIMIT 1 OFFSET ?)",
        [(kiosk, kiosk, MOST_PER_KIOSK) for kiosk in {letter.kiosk for letter in found}],
    )


def _payload(letter: DeadLetter) -> dict[str, str]:
    return {"payload": base64.b64encode(letter.payload[:MOST_BYTES]).decode()}


def senders(connection: Engine) -> list[str]:
    """Return the kiosks of which letters are kept."""
    return [row["kiosk"] for row in connection.execute("SELECT DISTINCT kiosk FROM dead_letters").fetchall()]


def latest(connection: Engine, limit: int, without: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Return the latest letters without their contents, newest first; of some kiosks none."""
    rows = connection.execute(
        "SELECT kiosk, digest, lane, code, reason, bytes, first_ms, last_ms, times FROM dead_letters "  # noqa: S608 - placeholders
        f"{_others(without)}ORDER BY last_ms DESC, kiosk, digest LIMIT ?",
        (*without, limit),
    )
    return [dict(row) for row in rows]


def counts(connection: Engine, without: Sequence[str] = ()) -> dict[str, int]:
    """Return how many different letters are kept, by code; of some kiosks none."""
    rows = connection.execute(
        f"SELECT code, COUNT(*) AS n FROM dead_letters {_others(without)}GROUP BY code",  # noqa: S608 - placeholders
        tuple(without),
    )
    return {row["code"]: row["n"] for row in rows}


def _others(without: Sequence[str]) -> str:
    return f"WHERE kiosk NOT IN ({', '.join('?' * len(without))}) " if without else ""
