"""The programs whose disk is recorded: the real journal, or the real store, doing what they do all day.

``python -m guitai.chaos.recorded journal|store FOLDER SEED COUNT MUTANT``. What was acknowledged goes to the file ``marks``
in FOLDER, one JSON line each, after the call returned. A mutant is a harness's way to prove itself: ``synchronous_off``
takes the sync from every commit, ``early`` acknowledges before it writes; ``early_hq`` is headquarters' (`late_commits`).
"""

from __future__ import annotations

import functools
import os
import random
import sqlite3
import sys
import tempfile
from pathlib import Path
from typing import Any, Literal, get_args

import orjson
from sqlcipher3 import dbapi2 as sqlcipher

from guitai.chaos.story import BRANCH, KIOSK, step_of
from guitai.errors import GuitaiError
from guitai.journal import Journal
from guitai.messages.sync import OutboxRow
from guitai.tables import Lane
from headquarters.store import Arrival, Store

Mutant = Literal["", "synchronous_off", "early", "early_hq"]
MUTANTS: tuple[Mutant, ...] = get_args(Mutant)

KEY = bytes(range(32))
JOURNAL, STORE = "journal.db", "headquarters.sqlite3"
PAGES_A_CHECKPOINT = 60
"""Many small checkpoints: the dangerous places are at them."""

TRIES = 12
"""How often a refused step is tried again before the program gives up, as a kiosk out of service would."""


class Marks:
    """Writes acknowledgements where the log sees them between the writes."""

    def __init__(self, folder: Path) -> None:
        self._file = os.open(folder / "marks", os.O_CREAT | os.O_WRONLY, 0o600)

    def put(self, **mark: object) -> None:
        """Write one."""
        os.write(self._file, orjson.dumps(mark) + b"\n")


class JournalRun:
    """Appends, forgets what headquarters has, closes and opens again."""

    def __init__(self, folder: Path, seed: int, mutant: Mutant) -> None:
        self._path, self._mutant = folder / JOURNAL, mutant
        self._path.with_name(JOURNAL + "-ballast").touch()  # the disk model keeps no room
        self._chance, self._marks = random.Random(seed), Marks(folder)  # noqa: S311 - a plan, not a secret
        self._journal: Journal | None = None
        self._heads: dict[Lane, int] = {}

    def run(self, count: int) -> None:
        """Live through `count` steps."""
        for number in range(count):
            if not self._insist(lambda number=number: self._append(number)):
                return
            if self._chance.random() < 0.15:
                self._insist(self._acknowledge)
            if self._chance.random() < 0.02:
                self._insist(self._close)

    def _insist(self, work: Any) -> bool:
        for _ in range(TRIES):
            try:
                work()
            except GuitaiError as error:
                self._marks.put(failed=error.code)
            else:
                return True
        return False

    def _open(self) -> Journal:
        if self._journal is None:
            self._journal = Journal.open(self._path, KEY, KIOSK)
        return self._journal

    def _append(self, number: int) -> None:
        journal = self._open()
        session_id, (occurred, effects) = step_of(number)
        if self._mutant == "early":
            self._marks.put(step=number, rows=[])
        rows = journal.append(session_id, occurred, effects)
        self._marks.put(step=number, rows=[(row.lane, row.sequence, row.hash) for row in rows])
        self._heads |= {row.lane: row.sequence for row in rows}

    def _acknowledge(self) -> None:
        marks = {lane: max(1, head - self._chance.randrange(5)) for lane, head in self._heads.items()}
        self._marks.put(forgetting=marks)
        self._open().acknowledge(marks)

    def _close(self) -> None:
        if self._journal is not None:
            self._journal.close()
            self._journal = None


class StoreRun:
    """Takes batches with repetitions and gaps, acknowledges each after `add`; dies of an error and starts again."""

    def __init__(self, folder: Path, seed: int, mutant: Mutant) -> None:
        self._path, self._mutant = folder / STORE, mutant
        self._chance, self._marks = random.Random(seed), Marks(folder)  # noqa: S311 - a plan, not a secret
        self._store: Store | None = None

    def run(self, count: int) -> None:
        """Take in the rows of `count` steps."""
        rows = rows_of(count)
        at = 0
        while at < len(rows):
            size = self._chance.randrange(1, 9)
            batch = rows[max(0, at - self._chance.randrange(3)) : at + size]
            self._chance.shuffle(batch)
            if not any(self._add(batch) for _ in range(TRIES)):
                return
            at += size

    def _add(self, batch: list[OutboxRow]) -> bool:
        told = [(row.lane, row.sequence, row.hash) for row in batch]
        try:
            if self._store is None:
                self._store = Store(self._path)
            if self._mutant == "early":
                self._marks.put(stored=told)
            self._store.add([Arrival(BRANCH, KIOSK, row) for row in batch], 0)
        except (sqlite3.Error, GuitaiError) as error:
            self._marks.put(failed=str(error))
            self._store = None
            return False
        self._marks.put(stored=told)
        return True


def rows_of(count: int) -> list[OutboxRow]:
    """Return the outbox rows of the first `count` steps, made by a journal elsewhere."""
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal.open(Path(folder) / JOURNAL, KEY, KIOSK)
        found: list[OutboxRow] = []
        for number in range(count):
            session_id, (occurred, effects) = step_of(number)
            found += journal.append(session_id, occurred, effects)
        journal.close()
    return found


def weaken(module: Any, mutant: Mutant) -> None:
    """Make every connection of a database module check point often, and, of a mutant, sync nothing."""

    class Weakened(module.Connection):  # type: ignore[misc]  # which of two modules is known when it runs
        def execute(self, statement: str, *values: Any) -> Any:
            off = mutant == "synchronous_off" and statement.startswith("PRAGMA synchronous")
            return super().execute("PRAGMA synchronous = OFF" if off else statement, *values)

    def connect(*arguments: Any, **named: Any) -> Any:
        connection = plain(*arguments, **{**named, "factory": Weakened})
        connection.execute(f"PRAGMA wal_autocheckpoint = {PAGES_A_CHECKPOINT}")
        return connection

    plain, module.connect = module.connect, connect


def late_commits() -> None:
    """Let every connection of sqlite3 commit seldom, and say that it did: acknowledgement before commit."""

    class Late(sqlite3.Connection):
        commits = 0

        def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
            if statement.startswith("BEGIN") and self.in_transaction:
                statement = "SELECT 1"
            elif statement == "COMMIT":
                self.commits += 1
                statement = "SELECT 1" if self.commits % 200 else statement
            return super().execute(statement, *values)

    late: Any = functools.partial(sqlite3.connect, factory=Late)
    sqlite3.connect = late


def main(kind: str, folder: str, seed: str, count: str, mutant: Mutant) -> None:
    """Run one."""
    weaken(sqlcipher if kind == "journal" else sqlite3, mutant)
    run = (JournalRun if kind == "journal" else StoreRun)(Path(folder), int(seed), mutant)
    run.run(int(count))


if __name__ == "__main__":
    assert sys.argv[5] in MUTANTS
    main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4], sys.argv[5])
