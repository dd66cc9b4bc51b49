"""The account at the end: what was acknowledged against what kiosk and headquarters hold."""

from __future__ import annotations

import contextlib
import functools
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from guitai.chaos.verdict import Verdict, steps_of
from guitai.chaos.world import World
from guitai.journal import Journal
from guitai.keys import read_key
from guitai.messages.sync import GENESIS, chain_hash
from guitai.tables import KEYRING, Lane
from headquarters.audit import verify
from headquarters.day_keys import DayKeys
from headquarters.engine import where
from headquarters.sealing import Sealing
from headquarters.store import Store


@dataclass
class Account:
    """What was found."""

    lost: int = 0
    """Acknowledged records that headquarters, or the journal, does not have as they were acknowledged."""

    duplicated: int = 0
    """Records that headquarters has, or counted, twice."""

    wrong: list[str] = field(default_factory=list)


def settle(world: World) -> Account:
    """Compare both ends, when all processes have stopped."""
    account = Account()
    paths, lengths = world.config.paths, {}
    key = read_key(paths.keys / "journal.key")
    path, ring = paths.state / "journal.db", paths.keys / KEYRING
    journal = Journal.open(path, key, world.config.kiosk.id, keyring=ring)  # unsigned: it writes no checkpoint
    with contextlib.closing(journal):
        verdict = Verdict()
        steps = steps_of(journal, verdict)
        account.wrong += verdict.wrong
        account.lost += max(0, world.steps - steps)
        if left := journal.outbox_size():
            account.wrong.append(f"{left} rows still wait in the outbox")
        lengths = journal.lane_lengths()
    with (
        contextlib.closing(sqlite3.connect(paths.state / "headquarters.sqlite3")) as store,
        contextlib.closing(DayKeys(where(world.config).keyring)) as keys,
    ):
        opened = functools.partial(Sealing(keys).open, world.config.kiosk.id)
        for lane, acknowledged in world.acknowledged.items():
            _lane(store, opened, lane, acknowledged, account)
        stored = store.execute("SELECT count(*) FROM events").fetchone()[0]
        _projections(store, account)
    with contextlib.closing(Store(where(world.config))) as opened_store:
        if fault := verify(opened_store.connection).fault:
            account.wrong.append(f"headquarters' audit: {fault}")
    for lane, length in lengths.items():
        if length < max(world.acknowledged.get(lane, {0: ""})):
            account.wrong.append(f"{lane}: the kiosk counts {length} rows, more were acknowledged")
    if stored != sum(lengths.values()):
        account.wrong.append(f"headquarters has {stored} rows, the kiosk made {sum(lengths.values())}")
    return account


def _lane(
    store: sqlite3.Connection,
    opened: Callable[[str, str], dict[str, Any]],
    lane: Lane,
    acknowledged: Mapping[int, str],
    account: Account,
) -> None:
    """Every row of a lane in order, each chained to the one before, and the acknowledged ones among them."""
    expected, previous, found = 1, GENESIS, 0
    for sequence, id_, type_, session_id, at_ms, previous_hash, hash_, body in _rows(store, lane):
        digest = chain_hash(previous_hash, lane, sequence, id_, type_, session_id, at_ms, opened(id_, body))
        if (sequence, previous_hash, digest) != (expected, previous, hash_) and len(account.wrong) < 20:
            account.wrong.append(f"{lane} {sequence}: not in order or not chained at headquarters")
        found += acknowledged.get(sequence) == hash_
        expected, previous = sequence + 1, hash_
    account.lost += len(acknowledged) - found
    mark = store.execute("SELECT sequence, hash FROM watermarks WHERE lane = ?", (lane,)).fetchone()
    if mark is None or tuple(mark) != (expected - 1, previous):
        account.wrong.append(f"{lane}: the watermark is {mark}, the last row {expected - 1}")


def _rows(store: sqlite3.Connection, lane: Lane) -> Iterator[tuple[int, str, str, str, int, str, str, str]]:
    yield from store.execute(
        "SELECT sequence, id, type, session_id, at_ms, previous_hash, hash, body FROM events WHERE lane = ? "
        "ORDER BY sequence",
        (lane,),
    )


def _projections(store: sqlite3.Connection, account: Account) -> None:
    twice = store.execute("SELECT count(*) - count(DISTINCT id) FROM events").fetchone()[0]
    account.duplicated += twice
    counts = store.execute(
        "SELECT s.events, count(*) FROM events e JOIN sessions s USING(kiosk, session_id) GROUP BY e.session_id"
    )
    for projected, stored in counts:
        account.duplicated += max(0, projected - stored)
        account.lost += max(0, stored - projected)
    escalations, told = store.execute(
        "SELECT (SELECT count(*) FROM escalations), (SELECT count(*) FROM events WHERE type = 'handover.escalate')"
    ).fetchone()
    if escalations != told:
        account.wrong.append(f"{told} escalations were told, {escalations} are there")


def logs_of(folder: Path) -> str:
    """Return the last lines of every process, for a report of what went wrong."""
    return "\n".join(f"{log.name}: {log.read_text(errors='replace')[-1500:]}" for log in sorted(folder.glob("*.log")))
