"""Carries jobs out, one at a time, each written down before it begins and when it ends. The shell around `sync.jobs`."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from guitai.clock import Clock
from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.wire.backoff import Backoff
from guitai.wire.kept import keep, read_kept
from guitai.wire.mqtt import Publication
from guitai.wire.remote import JOB_CANCEL, NO_JOB, Execution, JobCancel, JobsReported, JobStart
from guitai.wire.whole import write_whole
from sync.codec import Topics
from sync.jobs import Jobs
from sync.releases import carry_out_update
from sync.upload import Parcel, Uploader, bytes_parcel, recording_parcel

FILE, RECEIPTS = "jobs.json", "receipts"
DISK_S = 5.0
"""How long to wait for a disk that cannot be written to."""

log = structlog.get_logger()


class Worker:
    """The jobs of one kiosk. `bundle` has core make a sealed support bundle."""

    def __init__(
        self,
        config: Config,
        clock: Clock,
        key: Ed25519PublicKey,
        publish: Callable[[Publication], None],
        spend: Callable[[int], Awaitable[None]],
        bundle: Callable[[], Awaitable[bytes]],
    ) -> None:
        self._config, self._clock, self._publish, self._made = config, clock, publish, bundle
        self._topic = Topics(config.kiosk.branch, config.kiosk.id).jobs
        self._path = config.paths.state / FILE
        self._jobs = Jobs(read_kept(self._path, JobsReported) or JobsReported(executions=[]))
        self._uploader = Uploader(config, key, spend)
        self._news = asyncio.Event()
        self._doing: tuple[str, asyncio.Task[None]] | None = None

    def report(self) -> None:
        """Tell headquarters how the jobs stand."""
        if self._jobs.kept.executions:
            self._publish(Publication(self._topic, self._jobs.kept.model_dump_json().encode(), retain=True))

    def order(self, name: str, data: dict[str, object]) -> str:
        """Take a job or its cancellation; return why it is rejected, or an empty string once it is on the disk."""
        try:
            if name == JOB_CANCEL:
                return self._cancel(JobCancel.model_validate(data).job_id)
            taken = self._jobs.start(JobStart.model_validate(data), self._clock.unix_ms())
            if isinstance(taken, str):
                return taken
            self._keep(taken)
        except GuitaiError as error:
            return error.code
        return ""

    async def run(self) -> None:
        """Carry jobs out; for ever. What cannot be written down is not begun."""
        while True:
            try:
                self._keep(self._jobs.after_restart())
                break
            except GuitaiError:
                await asyncio.sleep(DISK_S)
        while True:
            if (job := self._jobs.next()) is None:
                self._news.clear()
                await self._news.wait()
                continue
            try:
                self._keep(self._jobs.turned(job.job_id, "IN_PROGRESS"))
                await self._one(job)
            except GuitaiError as error:
                log.warning("job not carried on", job=job.job_id, code=error.code)
                await asyncio.sleep(DISK_S)

    def tick(self) -> None:
        """Once a second: give up what has not ended in its time."""
        with contextlib.suppress(GuitaiError):
            self._keep(self._jobs.late(self._clock.unix_ms()))
        self._stop()

    async def _one(self, job: Execution) -> None:
        task = asyncio.create_task(self._carry_out(job))
        self._doing = (job.job_id, task)
        try:
            await asyncio.wait({task})
        finally:
            task.cancel()
            self._doing = None
        if not task.cancelled() and (error := task.exception()) is not None:
            raise error

    def _cancel(self, job_id: str) -> str:
        if not any(one.job_id == job_id for one in self._jobs.kept.executions):
            return NO_JOB
        self._keep(self._jobs.turned(job_id, "CANCELED"))
        self._stop()
        return ""

    def _stop(self) -> None:
        """End what is being done if it is not IN_PROGRESS any more."""
        if self._doing is not None:
            job_id, task = self._doing
            if not any(one.job_id == job_id and one.status == "IN_PROGRESS" for one in self._jobs.kept.executions):
                task.cancel()

    async def _carry_out(self, job: Execution) -> None:
        log.info("job begins", job=job.job_id, action=job.action)
        if job.action == "update":
            status, reason = await carry_out_update(self._config, job)
            self._keep(self._jobs.turned(job.job_id, status, reason))
            log.info("job ended", job=job.job_id)
            return
        try:
            parcel = (
                await self._bundle(job)
                if job.action == "support_bundle"
                else recording_parcel(self._config, job.subject)
            )
            await self._send(parcel)
        except GuitaiError as error:
            ended = self._jobs.turned(job.job_id, "FAILED", error.code)
        else:
            ended = self._jobs.turned(job.job_id, "SUCCEEDED")
        self._keep(ended)
        log.info("job ended", job=job.job_id)

    async def _send(self, parcel: Parcel) -> None:
        """Upload until it is there, and keep the receipt."""
        backoff = Backoff(random.random)
        while (receipt := await self._try(parcel, backoff)) is None:
            pass
        folder = self._config.paths.state / RECEIPTS
        try:
            folder.mkdir(exist_ok=True)
            write_whole(folder / f"{parcel.name}.json", receipt)
        except OSError as error:
            raise GuitaiError("remote.disk", path=folder, reason=error.strerror) from error

    async def _try(self, parcel: Parcel, backoff: Backoff) -> bytes | None:
        """Return the receipt; None, after a while, if another attempt may give one."""
        try:
            return await self._uploader.send(parcel)
        except GuitaiError as error:
            if error.code != "remote.upload":
                raise
            log.info("upload goes on later", name=parcel.name, reason=error.params.get("reason"))
            await asyncio.sleep(backoff.wait_s())
            return None

    async def _bundle(self, job: Execution) -> Parcel:
        """What helps to see why a kiosk is not well, sealed by core: no session, no person, no secret (guitai/support)."""
        manifest = '{"media": "application/vnd.guitai.support"}'
        return bytes_parcel(f"support-{job.job_id}", "support_bundle", manifest, await self._made())

    def _keep(self, kept: JobsReported | None) -> None:
        if kept is None or kept == self._jobs.kept:
            return
        keep(self._path, kept)
        self._jobs.kept = kept
        self._news.set()
        with contextlib.suppress(GuitaiError):
            self.report()
