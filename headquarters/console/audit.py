"""The audit: every deed at the console in one chain, before it is done. The database refuses changes; the chain shows them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from guitai.clock import Clock
from guitai.messages.masking import mask_text
from guitai.messages.sync import GENESIS, chain_hash
from headquarters.console.people import Person
from headquarters.console.tables import AUDIT
from headquarters.engine import Engine

MOST_CHARS = 500
"""Of one word in an entry's detail."""

MOST_BYTES = 4_000
"""Of an entry's detail as JSON; of one that is longer, long lists are only counted. What fits no route's body is refused later, and shall not fill the audit before."""

LONG_LIST_BYTES = 200
"""A list longer than this as JSON is what is left out first: a rollout names every kiosk of the bank."""

HIDDEN = frozenset({"sdp", "code", "text", "note", "page"})
"""Fields of a body that no entry keeps: long, secret, or words to and about a customer, which must be erasable. What was said to the
customer stands among the session's events."""

NOBODY = "-"
"""Who stands there when nobody is logged in."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line."""

    n: int
    at_ms: int
    who: str
    roles: list[str]
    deed: str
    subject: str
    detail: dict[str, Any]
    previous_hash: str
    hash: str

    def joins(self, previous: str) -> bool:
        """Tell whether the line follows the one whose hash is given, and says what it said when it was written."""
        return self.previous_hash == previous and self.hash == _hash(self, previous)


class Audit:
    """The table `console_audit`; any number of processes write to it, one after the other."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        self._intact = (0, GENESIS)

    def write(self, who: Person | None, deed: str, subject: str = "", detail: Mapping[str, Any] | None = None) -> None:
        """Add a line; it is on disk when this returns."""
        with self._engine.transaction():
            self._engine.lock([AUDIT])
            last = self._engine.execute(f"SELECT n, hash FROM {AUDIT} ORDER BY n DESC LIMIT 1").fetchone()  # noqa: S608 - our own name
            n, previous = (last["n"], last["hash"]) if last else (0, GENESIS)
            entry = Entry(
                n + 1, self._clock.unix_ms(), who.id if who else NOBODY, list(who.roles) if who else [], deed, subject[:200],
                _bounded(shown(detail or {})), previous, "",
            )  # fmt: skip
            self._engine.execute(
                f"INSERT INTO {AUDIT} VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    entry.n, entry.at_ms, entry.who, _json(entry.roles), entry.deed, entry.subject, _json(entry.detail), previous,
                    _hash(entry, previous),
                ),
            )  # fmt: skip

    def page(self, before: int | None, limit: int, who: str | None = None) -> list[Entry]:
        """Return entries, newest first."""
        rows = self._engine.execute(
            f"SELECT * FROM {AUDIT} WHERE (CAST(?1 AS INTEGER) IS NULL OR n < ?1) "  # noqa: S608 - our own name
            "AND (CAST(?2 AS TEXT) IS NULL OR who = ?2) ORDER BY n DESC LIMIT ?3",
            (before, who, limit),
        )
        return [_entry(row) for row in rows]

    def total(self) -> int:
        """Return how many lines there are."""
        return int(self._engine.execute(f"SELECT COALESCE(MAX(n), 0) AS n FROM {AUDIT}").fetchone()["n"])  # noqa: S608 - our own name

    def intact_to(self, *, anew: bool = False) -> int:
        """Return the last line up to which every one follows the one before it.

        What was found whole before is not read again, unless `anew`: only that finds what was changed since behind it.
        """
        intact, previous = (0, GENESIS) if anew else self._intact
        for row in self._engine.execute(f"SELECT * FROM {AUDIT} WHERE n > ? ORDER BY n", (intact,)):  # noqa: S608 - our own name
            entry = _entry(row)
            if entry.n != intact + 1 or not entry.joins(previous):
                break
            intact, previous = entry.n, entry.hash
        self._intact = (intact, previous)
        return intact


def shown(detail: Mapping[str, Any]) -> dict[str, Any]:
    """Return a body as an entry keeps it: long numbers masked, long words cut, secrets left out."""
    return {str(key): _shown(value) for key, value in detail.items() if key not in HIDDEN}


def _bounded(detail: dict[str, Any]) -> dict[str, Any]:
    if (count := len(orjson.dumps(detail))) <= MOST_BYTES:
        return detail
    short: dict[str, Any] = _without_lists(detail)
    return short if len(orjson.dumps(short)) <= MOST_BYTES else {"bytes": count}


def _without_lists(value: Any) -> Any:
    """Return a detail with every long list as its count and the SHA-256 of its JSON."""
    match value:
        case dict():
            return {key: _without_lists(one) for key, one in value.items()}
        case list() if len(body := orjson.dumps(value)) > LONG_LIST_BYTES:
            return {"count": len(value), "sha256": hashlib.sha256(body).hexdigest()}
        case _:
            return value


def _shown(value: Any) -> Any:
    match value:
        case str():
            return mask_text(value)[:MOST_CHARS]
        case dict():
            return shown(value)
        case list() | tuple():
            return [_shown(one) for one in value]
        case _:
            return value


def _entry(row: Any) -> Entry:
    return Entry(
        row["n"], row["at_ms"], row["who"], orjson.loads(row["roles"]), row["deed"], row["subject"],
        orjson.loads(row["detail"]), row["previous_hash"], row["hash"],
    )  # fmt: skip


def _hash(entry: Entry, previous: str) -> str:
    body = {"roles": entry.roles, "subject": entry.subject, "detail": entry.detail}
    return chain_hash(previous, "audit", entry.n, str(entry.n), entry.deed, entry.who, entry.at_ms, body)


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
