"""Jobs for kiosks: kept here until the kiosk has taken them, and how they stand as the kiosk reports it."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import structlog

from guitai.clock import Clock
from guitai.errors import GuitaiError
from guitai.wire.remote import FINISHED, JOB_CANCEL, JOB_START, NO_JOB, Action, JobsReported, JobStart, Status
from headquarters.commander import Commander
from headquarters.engine import ERRORS, Engine

SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs(
  kiosk TEXT NOT NULL, id TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL, timeout_s INTEGER NOT NULL,
  status TEXT NOT NULL, reason TEXT NOT NULL, sent INTEGER NOT NULL, cancel INTEGER NOT NULL,
  created_ms INTEGER NOT NULL, changed_ms INTEGER NOT NULL, PRIMARY KEY(kiosk, id)) STRICT, WITHOUT ROWID;
"""
TRIED, TAKEN = 1, 2
"""Values of `sent`: the kiosk may have it; the kiosk has said that it has it, so a start is not due any more."""

DUE = """
SELECT * FROM jobs
WHERE status IN ('QUEUED', 'IN_PROGRESS') AND (sent < 2 OR cancel = 1) AND kiosk = ? AND (created_ms, id) > (?, ?)
ORDER BY created_ms, id LIMIT 1
"""
DUE_AT = "SELECT DISTINCT kiosk FROM jobs WHERE status IN ('QUEUED', 'IN_PROGRESS') AND (sent < 2 OR cancel = 1)"
EVERY_S = 1.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Job:
    """One job at one kiosk."""

    kiosk: str
    id: str
    action: str
    subject: str
    timeout_s: int
    status: Status
    reason: str
    created_ms: int
    changed_ms: int


class Jobs:
    """The table, and the deed of sending what is due to kiosks that are online."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        self._sending: set[str] = set()
        """Kiosks that are being sent something."""

        engine.executescript(SCHEMA)

    def create(self, kiosk: str, action: Action, subject: str, timeout_s: int) -> Job:
        """Queue a job; its time runs from when the kiosk takes it."""
        id_, now = secrets.token_hex(12), self._clock.unix_ms()
        self._engine.execute(
            "INSERT INTO jobs VALUES(?, ?, ?, ?, ?, 'QUEUED', '', 0, 0, ?, ?)",
            (kiosk, id_, action, subject, timeout_s, now, now),
        )
        return self.get(kiosk, id_)

    def get(self, kiosk: str, job_id: str) -> Job:
        """Return a job. Raises GuitaiError ``remote.no_job``."""
        found = [job for job in self.of(kiosk) if job.id == job_id]
        if not found:
            raise GuitaiError("remote.no_job", job=job_id, kiosk=kiosk)
        return found[0]

    def of(self, kiosk: str) -> list[Job]:
        """Return a kiosk's jobs, oldest first, but for those removed."""
        rows = self._engine.execute(
            "SELECT kiosk, id, action, subject, timeout_s, status, reason, created_ms, changed_ms FROM jobs "
            "WHERE kiosk = ? AND status <> 'REMOVED' ORDER BY created_ms, id",
            (kiosk,),
        )
        return [Job(**dict(row)) for row in rows]

    def cancel(self, kiosk: str, job_id: str) -> Job:
        """Cancel a job: at once if the kiosk cannot have it, else when the kiosk says so."""
        self.get(kiosk, job_id)
        self._engine.execute(
            "UPDATE jobs SET cancel = 1, status = CASE WHEN sent = 0 THEN 'CANCELED' ELSE status END, changed_ms = ? "
            "WHERE kiosk = ? AND id = ? AND status IN ('QUEUED', 'IN_PROGRESS')",
            (self._clock.unix_ms(), kiosk, job_id),
        )
        return self.get(kiosk, job_id)

    def remove(self, kiosk: str, job_id: str) -> None:
        """Show a finished job no more. Raises GuitaiError ``hq.wrong_state`` while it is not finished."""
        if (job := self.get(kiosk, job_id)).status not in FINISHED:
            raise GuitaiError("hq.wrong_state", state=job.status)
        self._engine.execute("UPDATE jobs SET status = 'REMOVED' WHERE kiosk = ? AND id = ?", (kiosk, job_id))

    def heard(self, kiosk: str, reported: JobsReported) -> None:
        """Take in how the kiosk's jobs stand; what is finished here stays so."""
        for one in reported.executions:
            self._turn(kiosk, one.job_id, one.status, one.reason)

    async def run(self, commander: Commander) -> None:
        """Send starts and cancellations to kiosks that are online; for ever. No kiosk waits for another's answer."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                await asyncio.sleep(EVERY_S)
                with _logged():
                    for row in self._engine.execute(DUE_AT).fetchall():
                        if row["kiosk"] not in self._sending and commander.online(row["kiosk"]):
                            self._sending.add(row["kiosk"])
                            tasks.create_task(self._send(commander, row["kiosk"]))

    async def _send(self, commander: Commander, kiosk: str) -> None:
        """Send one kiosk what is due, oldest first, and not what is canceled meanwhile. No answer: again the next time."""
        created_ms, id_ = 0, ""
        try:
            with _logged():
                while row := self._engine.execute(DUE, (kiosk, created_ms, id_)).fetchone():
                    created_ms, id_ = row["created_ms"], row["id"]
                    await (self._cancel if row["cancel"] else self._start)(commander, row)
        except GuitaiError as error:
            log.info("job not sent", kiosk=kiosk, job=id_, reason=str(error.params.get("reason", "")))
        finally:
            self._sending.discard(kiosk)

    async def _start(self, commander: Commander, row: dict[str, Any]) -> None:
        # Noted before it is sent: from now on the kiosk may have it, whether or not its answer comes.
        self._sent(row, TRIED)
        order = JobStart(job_id=row["id"], action=row["action"], subject=row["subject"], timeout_s=row["timeout_s"])
        reply = await commander.command(row["kiosk"], JOB_START, order.model_dump())
        if reply.status == "rejected":
            self._turn(row["kiosk"], row["id"], "REJECTED", reply.reason)
        else:
            self._sent(row, TAKEN)

    async def _cancel(self, commander: Commander, row: dict[str, Any]) -> None:
        reply = await commander.command(row["kiosk"], JOB_CANCEL, {"job_id": row["id"]})
        if reply.reason == NO_JOB:
            self._turn(row["kiosk"], row["id"], "CANCELED", "")

    def _sent(self, row: dict[str, Any], sent: int) -> None:
        self._engine.execute("UPDATE jobs SET sent = ? WHERE kiosk = ? AND id = ?", (sent, row["kiosk"], row["id"]))

    def _turn(self, kiosk: str, job_id: str, status: Status, reason: str) -> None:
        self._engine.execute(
            "UPDATE jobs SET status = ?, reason = ?, changed_ms = ?, sent = ? "
            "WHERE kiosk = ? AND id = ? AND status IN ('QUEUED', 'IN_PROGRESS') "
            "AND (status <> ? OR reason <> ? OR sent <> ?)",
            (status, reason, self._clock.unix_ms(), TAKEN, kiosk, job_id, status, reason, TAKEN),
        )


@contextlib.contextmanager
def _logged() -> Iterator[None]:
    """A database that is away delays jobs and ends nothing."""
    try:
        yield
    except ERRORS:
        log.exception("jobs not looked for")
