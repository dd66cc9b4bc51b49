"""The journal: one transaction per step, on disk before any effect is carried out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypeVar

from guitai.errors import GuitaiError
from guitai.journal import recording
from guitai.journal.ballast import Ballast
from guitai.journal.checkpoints import Checkpoints, Signing
from guitai.journal.database import Connection, translated
from guitai.journal.debug_log import DebugLog
from guitai.journal.folding import kept_folded, lay_out
from guitai.journal.history import History, Unfinished
from guitai.journal.keyring import Keyring, day_name
from guitai.journal.ledger import Keys, Ledger, derive
from guitai.journal.migrations import open_current
from guitai.journal.outbox import Outbox
from guitai.journal.recording import Recorded
from guitai.journal.salvage import Saved, adopt
from guitai.journal.sealing import DAY_MS, Sealer
from guitai.journal.steps import Step, Steps
from guitai.journal.vault import Vault
from guitai.journal.verify import Verified, verify
from guitai.messages.branch import JournalDamaged
from guitai.messages.classes import DataClass
from guitai.messages.session import Occurred
from guitai.messages.sync import OutboxRow
from guitai.tables import KEYS_DESTROYED, LOGS, Lane, branch_record

T = TypeVar("T")

LOGS_ROWS, LOGS_WAITING = 200, 20
"""Log rows in one row of the outbox; rows of that lane that may wait: what is beyond stays droppable."""


class Journal:
    """The open file. Not to be shared between threads; every write is durable when the method returns."""

    def __init__(
        self,
        path: Path,
        connection: Connection,
        key: bytes,
        kiosk_id: str,
        debug_rows: int,
        signing: Signing | None = None,
        keyring: Path | None = None,
    ) -> None:
        self._path, self._connection, self._key, self._kiosk_id = path, connection, key, kiosk_id
        self._ballast = Ballast(path)
        self._ledger = Ledger(connection, Keys.of(key))
        self._outbox = Outbox(connection)
        self._record = branch_record(kiosk_id)
        self._keyring = self._load_keyring(keyring or path.with_name(path.name + "-keyring"), derive(key, "keyring"))
        sealer = Sealer(self._keyring)
        self._steps = Steps(connection, self._outbox, sealer, self._record)
        self._ledger.forgetting += [self._outbox.forget, self._steps.forget]
        self._history = History(connection, sealer)
        self._checkpoints = Checkpoints(connection, self._ledger, self._outbox, kiosk_id, signing)
        self._last_ms = self._steps.newest_ms()
        """Time of the newest event: what else is written has none of its own."""

        self._vault = Vault(connection, self._ledger)
        self._debug = DebugLog(connection, self._ledger, debug_rows)

    @classmethod
    def open(
        cls,
        path: Path,
        key: bytes,
        kiosk_id: str,
        debug_rows: int = 10_000,
        signing: Signing | None = None,
        keyring: Path | None = None,
    ) -> Journal:
        """Open or make the journal at `path` with the 32-byte `key`.

        Without `signing` there are no checkpoints. The keys of personal fields stand in `keyring`, without it beside the
        journal. Raises GuitaiError ``journal.wrong_key``, ``journal.corrupt``, ``journal.other_kiosk``,
        ``journal.keyring_lost``, ``journal.newer_version``, ``journal.disk_full``.
        """
        ballast = Ballast(path)
        try:
            connection = open_current(path, key, kiosk_id)
        except GuitaiError as error:
            if error.code != "journal.disk_full" or not ballast.give_up():
                raise
            connection = open_current(path, key, kiosk_id)
        else:
            ballast.lay()
        try:
            return cls(path, connection, key, kiosk_id, debug_rows, signing, keyring)
        except BaseException:
            connection.close()
            raise

    def _load_keyring(self, path: Path, wrapping: bytes) -> Keyring:
        rows = self._read("SELECT value FROM meta WHERE key = 'keyring'")
        keyring = Keyring.load(path, wrapping, rows[0][0] if rows else None)
        if not rows:
            with translated(self._path), self._ledger.writing() as changes:
                self._connection.execute("INSERT INTO meta(key, value) VALUES('keyring', ?)", (keyring.id,))
                changes.append(["meta", "keyring", keyring.id])
        return keyring

    def close(self) -> None:
        """Sign what was written since the last checkpoint, fold the write-ahead log into the file and close it."""
        try:
            self._write(self._sign_off)
        except GuitaiError as error:
            if error.code != "journal.disk_full":
                raise
        finally:
            self._connection.close()

    def _sign_off(self) -> None:
        with self._ledger.writing() as changes:
            self._checkpoints.keep(self._last_ms, changes, now=True)
        self._checkpoints.kept()

    def append(self, session_id: str, occurred: Occurred, effects: Sequence[object]) -> tuple[OutboxRow, ...]:
        """Write one step: the event, the effects it led to, and what headquarters shall know, in one transaction.

        Returns the new outbox rows. Raises GuitaiError ``journal.out_of_order`` if `occurred` is not the session's next
        event, ``journal.disk_full`` (nothing was written; do not carry the effects out).
        """
        return self._write(lambda: self._append((Step(session_id, occurred, effects),)))

    def append_all(self, steps: Sequence[Step]) -> tuple[OutboxRow, ...]:
        """Write several steps, in order, in one transaction: all of them are on disk afterwards, or none.

        Returns and raises what `append` does.
        """
        return self._write(lambda: self._append(steps))

    def unfinished(self, session_id: str) -> tuple[Unfinished, ...]:
        """Return the committed effects without an outcome, oldest first."""
        with translated(self._path):
            return self._history.unfinished(session_id)

    def loose_ends(self) -> tuple[tuple[str, Unfinished], ...]:
        """Return (session, effect) for every committed effect without an outcome in a session that is closed."""
        with translated(self._path):
            return self._history.loose_ends()

    def next_seq(self, session_id: str) -> int:
        """Return the number the session's next event gets."""
        return self._steps.head(session_id)[0] + 1

    def open_session(self) -> str | None:
        """Return the last session that was not closed, if any."""
        rows = self._read(
            "SELECT session_id FROM session WHERE closed = 0 AND session_id != ? ORDER BY number DESC LIMIT 1",
            self._record,
        )
        return rows[0][0] if rows else None

    def sessions(self) -> tuple[str, ...]:
        """Return every session's id, oldest first."""
        return tuple(row[0] for row in self._read("SELECT session_id FROM session ORDER BY number"))

    def events(self, session_id: str) -> list[Occurred]:
        """Return the session's events in order."""
        return [line.occurred for line in self.recorded(session_id)]

    def effects(self, session_id: str) -> list[object]:
        """Return the session's effects in order."""
        return [effect for line in self.recorded(session_id) for effect in line.effects]

    def recorded(self, session_id: str) -> tuple[Recorded, ...]:
        """Return every step with its effects and its place in the chain. Raises GuitaiError ``journal.key_destroyed``."""
        with translated(self._path):
            return self._history.recorded(session_id)

    def destroy_keys(self, class_: DataClass, before_ms: int, at_ms: int) -> tuple[OutboxRow, ...]:
        """Make the fields of a class unreadable for all days that ended before `before_ms`; headquarters is told which.

        Days stay whose sessions are open or have effects without an outcome. The ledger says it first: a break in between
        and the next call does it again. Returns the row queued.
        """
        needed = self._history.needed_days(self._record)
        days = tuple(day for day in self._keyring.days(class_) if (day + 1) * DAY_MS <= before_ms and day not in needed)
        if not days:
            return ()

        def work() -> tuple[OutboxRow, ...]:
            with self._ledger.writing() as changes:
                changes.append(["destroyed", class_, list(days)])
                body = {"data_class": class_, "days": [day_name(day) for day in days]}
                id_ = f"{self._kiosk_id}.destroyed.{self._ledger.head()[0] + 1}"
                return self._outbox.add([(id_, self._record, at_ms, KEYS_DESTROYED, body)], changes)

        rows = self._write(work)
        self._keyring.destroy(days, class_)
        return rows

    def outbox(self, limit: int) -> tuple[OutboxRow, ...]:
        """Return what headquarters has not acknowledged, most urgent lane first, in sequence."""
        with translated(self._path):
            return self._outbox.rows(limit)

    def outbox_after(self, lane: Lane, sequence: int, limit: int) -> tuple[OutboxRow, ...]:
        """Return at most `limit` rows of a lane that headquarters has not acknowledged, beyond `sequence`, in sequence."""
        with translated(self._path):
            return self._outbox.after(lane, sequence, limit)

    def outbox_size(self) -> int:
        """Return how many rows wait."""
        size: int = self._read("SELECT count(*) FROM outbox")[0][0]
        return size

    def lane_lengths(self) -> dict[Lane, int]:
        """Return how many rows each lane has carried since the kiosk began."""
        with translated(self._path):
            return {lane: sequence for lane, (sequence, _) in self._outbox.heads().items()}

    def acknowledge(self, watermarks: Mapping[Lane, int]) -> None:
        """Forget the rows up to each lane's sequence. Raises GuitaiError ``journal.not_acknowledgeable``."""
        self._write(lambda: self._acknowledge(watermarks))

    def vault_put(self, session_id: str, key: str, value: str) -> None:
        """Keep a value too sensitive to be an event."""
        self._write(lambda: self._vault.put(session_id, key, value))

    def vault_get(self, session_id: str, key: str) -> str | None:
        """Return a kept value, or None."""
        with translated(self._path):
            return self._vault.get(session_id, key)

    def vault_wipe(self, session_id: str) -> None:
        """Forget a session's kept values."""
        self._write(lambda: self._vault.wipe(session_id))

    def vault_leftovers(self) -> tuple[str, ...]:
        """Return the closed sessions of which something is still kept: the disk was full when they ended."""
        rows = self._read("SELECT DISTINCT session_id FROM vault JOIN session USING(session_id) WHERE closed = 1")
        return tuple(row[0] for row in rows)

    def debug(self, rows: Sequence[tuple[int, dict[str, Any]]], missed: int = 0) -> None:
        """Keep droppable log rows of (time, body) in one transaction, and count those that were `missed` elsewhere.

        Never raises for want of room: the rows are counted as dropped.
        """
        self._debug.missed(missed)
        try:
            with translated(self._path):
                self._debug.add(rows)
        except GuitaiError as error:
            if error.code != "journal.disk_full":
                raise
            self._debug.missed(len(rows))

    def lay_out_log(self) -> None:
        """Give the write-ahead log its full length on disk (16 MB), so that no step makes it grow; before the first step."""
        lay_out(self._path, self._key)

    def kept_folded(self) -> AbstractContextManager[None]:
        """Move what the write-ahead log holds into the file, from a thread, while the block runs: not in a step's time."""
        return kept_folded(self._path, self._key)

    def debug_rows(self, limit: int) -> tuple[tuple[int, int, dict[str, Any]], ...]:
        """Return (number, at_ms, body) of the oldest kept log rows."""
        with translated(self._path):
            return self._debug.rows(limit)

    def debug_dropped(self) -> int:
        """Return how many log rows were ever dropped, exactly."""
        with translated(self._path):
            return self._debug.dropped()

    def take_over(self, saved: Saved, folder: str, at_ms: int) -> None:
        """Begin an empty journal with what was saved of a damaged one, and record in the branch's own record that it was."""

        def work() -> None:
            with self._ledger.writing() as changes:
                adopt(self._connection, saved, changes)
                self._outbox.forget()
                seq, hash_ = self._steps.head(self._record)
                if not seq:
                    # How far the record had come is not known: later than it ever was, so that no id is used twice.
                    self._connection.execute(
                        "INSERT INTO session(session_id, base_seq, base_hash, closed) VALUES(?, ?, ?, 0)",
                        (self._record, at_ms // 1000, hash_),
                    )
                    changes.append(["session", self._record, at_ms // 1000, hash_, 0])
                alarm = JournalDamaged(folder, len(saved.outbox), saved.unfinished, saved.complete)
                occurred = Occurred(self._steps.head(self._record)[0] + 1, at_ms, alarm)
                self._steps.add((Step(self._record, occurred, ()),), changes)

        self._write(work)

    def holds(self, n: int, chain: str) -> bool:
        """Tell whether the ledger's entry `n` has this hash."""
        return self._read("SELECT chain FROM entry WHERE n = ?", n) == [(chain,)]

    def verify(self) -> Verified:
        """Check every row of every table against the ledger."""
        with translated(self._path):
            return verify(self._connection, self._ledger.keys)

    def queue_logs(self, at_ms: int) -> tuple[OutboxRow, ...]:
        """Queue the oldest kept log rows for headquarters, if it has taken those before; return the row queued."""

        def work() -> tuple[OutboxRow, ...]:
            with self._ledger.writing() as changes:
                rows = self._debug.rows(LOGS_ROWS) if self._outbox.size("logs") < LOGS_WAITING else ()
                if not rows:
                    return ()
                body = {
                    "rows": [{"at_ms": at_ms, "body": body} for _, at_ms, body in rows],
                    "dropped": self._debug.dropped(),
                }
                self._debug.delivered(rows[-1][0])
                id_ = f"{self._kiosk_id}.logs.{rows[-1][0]}"
                return self._outbox.add([(id_, self._record, at_ms, LOGS, body)], changes)

        return self._write(work)

    def export(self, session_id: str, path: Path) -> None:
        """Write the session as a hash-chained ``*.jsonl`` that `guitai replay` reads (mode 0600).

        Raises GuitaiError ``journal.no_session``.
        """
        lines = self.recorded(session_id)
        if not lines:
            raise GuitaiError("journal.no_session", session=session_id)
        recording.write(path, session_id, self._kiosk_id, lines)

    def _append(self, steps: Sequence[Step]) -> tuple[OutboxRow, ...]:
        at_ms = steps[-1].occurred.at_ms if steps else self._last_ms
        with self._ledger.writing() as changes:
            rows = self._checkpoints.keep(at_ms, changes) + self._steps.add(steps, changes)
        self._last_ms = at_ms
        self._checkpoints.kept()
        return rows

    def _acknowledge(self, watermarks: Mapping[Lane, int]) -> None:
        with self._ledger.writing() as changes:
            self._outbox.acknowledge(watermarks, changes)

    def _read(self, query: str, *values: object) -> list[Any]:
        with translated(self._path):
            rows: list[Any] = self._connection.execute(query, values).fetchall()
        return rows

    def _write(self, work: Callable[[], T]) -> T:
        """Do `work`; when the disk is full give up the ballast, then the debug logs, before giving up."""
        for make_room in (self._ballast.give_up, self._debug.shed):
            try:
                with translated(self._path):
                    return work()
            except GuitaiError as error:
                if error.code != "journal.disk_full":
                    raise
                with translated(self._path):
                    make_room()
        with translated(self._path):
            return work()
