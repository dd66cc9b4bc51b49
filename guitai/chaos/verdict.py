"""Judges a file after a crash: what was acknowledged is there, once, in order, chained; nothing half done."""

from __future__ import annotations

import contextlib
import itertools
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from guitai.chaos.recorded import JOURNAL, KEY, STORE
from guitai.chaos.story import KIOSK, STEPS, session_of, step_of
from guitai.errors import GuitaiError
from guitai.journal import Journal
from guitai.journal.chain import GENESIS, link
from guitai.messages.codec import to_data
from guitai.messages.sync import OutboxRow, chain_hash
from headquarters.store import Store


@dataclass
class Told:
    """What had been acknowledged at a place of the log."""

    steps: int = 0
    """Steps 0 … steps - 1."""

    rows: dict[tuple[str, int], str] = field(default_factory=dict)
    """Outbox rows of those steps, or rows the store acknowledged: (lane, sequence) to hash."""

    forgotten: dict[str, int] = field(default_factory=dict)
    """The highest mark per lane that the outbox was asked to forget."""

    def take(self, marks: Iterable[str]) -> None:
        """Read further marks."""
        for line in marks:
            mark: dict[str, Any] = orjson.loads(line)
            self.steps = max(self.steps, mark.get("step", -1) + 1)
            self.rows |= {(lane, sequence): hash_ for lane, sequence, hash_ in mark.get("rows", mark.get("stored", ()))}
            for lane, sequence in mark.get("forgetting", {}).items():
                self.forgotten[lane] = max(sequence, self.forgotten.get(lane, 0))


@dataclass
class Verdict:
    """What was found."""

    lost: int = 0
    """Acknowledged and not there."""

    wrong: list[str] = field(default_factory=list)
    """What must not be whatever the disk did: a half step, a broken chain, something that was never written."""

    refused: str = ""
    """Why the file was not opened: damage that was seen."""


def judge_journal(folder: Path, told: Told) -> Verdict:
    """Open the journal in `folder` and compare; also go on writing into it."""
    verdict = Verdict()
    folder.joinpath(JOURNAL + "-ballast").touch()
    try:
        journal = Journal.open(folder / JOURNAL, KEY, KIOSK)
    except GuitaiError as error:
        verdict.refused = error.code
        return verdict
    try:
        steps = steps_of(journal, verdict)
        verdict.lost = max(0, told.steps - steps)
        if steps > told.steps + 1:
            verdict.wrong.append(f"{steps} steps are there, {told.steps} had been acknowledged")
        _outbox(journal, told, verdict)
        session_id, (occurred, effects) = step_of(steps)
        journal.append(session_id, occurred, effects)
    except GuitaiError as error:
        if error.code == "journal.corrupt":
            verdict.refused = "journal.corrupt, when it was read"
        else:
            verdict.wrong.append(f"it opens and cannot be used: {error}")
    except (ValueError, TypeError, IndexError) as error:
        verdict.wrong.append(f"it opens and cannot be used: {type(error).__name__}: {error}")
    finally:
        try:
            journal.close()
        except GuitaiError as error:
            verdict.refused = verdict.refused or f"{error.code}, when it was closed"
    return verdict


def steps_of(journal: Journal, verdict: Verdict) -> int:
    """Return how many steps are there; each has to be the story's, whole, and chained."""
    count = 0
    for place, session_id in enumerate(journal.sessions()):
        if session_id != session_of(place * STEPS)[0]:
            verdict.wrong.append(f"session {session_id} at place {place}")
            break
        previous = GENESIS
        for step in journal.recorded(session_id):
            _, (occurred, effects) = step_of(count)
            fits = (step.occurred, step.effects, step.previous_hash) == (occurred, effects, previous)
            previous = link(
                previous, occurred.seq, occurred.at_ms, to_data(occurred.event), [to_data(effect) for effect in effects]
            )
            if not fits or step.hash != previous:
                verdict.wrong.append(f"step {count} is not what was written")
                return count
            count += 1
    return count


def _outbox(journal: Journal, told: Told, verdict: Verdict) -> None:
    lanes: dict[str, list[OutboxRow]] = {}
    for row in journal.outbox(1_000_000):
        lanes.setdefault(row.lane, []).append(row)
    verdict.wrong += [fault for lane in lanes.values() if (fault := chain_fault(lane))]
    here = {(row.lane, row.sequence): row.hash for rows in lanes.values() for row in rows}
    missing = {place for place in told.rows if place not in here and place[1] > told.forgotten.get(place[0], 0)}
    if missing and not verdict.lost:
        verdict.wrong.append(f"{len(missing)} rows are missing from the outbox, e.g. {min(missing)}")
    if any(here[place] != hash_ for place, hash_ in told.rows.items() if place in here):
        verdict.wrong.append("a row of the outbox is not what append returned")


def chain_fault(rows: Sequence[OutboxRow]) -> str:
    """Return what is wrong with a lane's rows, or an empty string."""
    for row in rows:
        digest = chain_hash(
            row.previous_hash, row.lane, row.sequence, row.id, row.type, row.session_id, row.at_ms, row.body
        )
        if digest != row.hash:
            return f"{row.lane} {row.sequence}: the hash is not the row's"
    for before, row in itertools.pairwise(rows):
        if (row.sequence, row.previous_hash) != (before.sequence + 1, before.hash):
            return f"{row.lane} {row.sequence} does not follow {before.sequence}"
    return ""


def judge_store(folder: Path, told: Told) -> Verdict:
    """Open headquarters' file in `folder` and compare, by SQL."""
    verdict = Verdict()
    try:
        Store(folder / STORE).close()
    except GuitaiError as error:
        verdict.refused = error.code
        return verdict
    try:
        with contextlib.closing(sqlite3.connect(folder / STORE)) as connection:
            _stored(connection, told, verdict)
    except sqlite3.DatabaseError as error:
        verdict.refused = str(error)
    return verdict


def _stored(connection: sqlite3.Connection, told: Told, verdict: Verdict) -> None:
    if (damage := connection.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
        verdict.refused = str(damage)[:200]
        return
    here = {
        (lane, n): hash_ for lane, n, hash_ in connection.execute("SELECT lane, sequence, hash FROM events").fetchall()
    }
    verdict.lost = sum(here.get(place) != hash_ for place, hash_ in told.rows.items())
    counted = connection.execute("SELECT COALESCE(sum(events), 0) FROM sessions").fetchone()[0]
    if counted != len(here):
        verdict.wrong.append(f"{counted} events were projected, {len(here)} are stored")
    for lane, sequence in connection.execute("SELECT lane, sequence FROM watermarks").fetchall():
        if any((lane, n) not in here for n in range(1, sequence + 1)):
            verdict.wrong.append(f"the watermark {lane} {sequence} covers a gap")
