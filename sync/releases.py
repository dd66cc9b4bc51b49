"""Fetches a release for the updater and waits for how it ended. Sync has the network and no rights, the updater root's and no network.

What is fetched lies in ``updates/`` below sync's state folder: ``RELEASE/`` and ``wanted.json``. How it ended stands in the updater's
folder, ``outcomes/JOB.json``.
"""

from __future__ import annotations

import asyncio
import random
import re
import shutil
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import httpx
import structlog

from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.wire.backoff import Backoff
from guitai.wire.kept import keep, read_kept
from guitai.wire.releases import Ended, Wanted, fetch_chunks, fetch_head
from guitai.wire.remote import Execution, Status
from guitai.wire.tls import Identity, client_context

FOLDER, WANTED, OUTCOMES = "updates", "wanted.json", "outcomes"
LOOK_S = 2.0
RELEASE_ID = re.compile(r"^[0-9a-f]{64}$")

log = structlog.get_logger()


class Headquarters:
    """A release's files over HTTPS, with the kiosk's certificate."""

    def __init__(self, http: httpx.Client, release_id: str) -> None:
        self._http, self._release = http, release_id

    def read(self, name: str, most: int) -> bytes:
        """Return a file. Raises GuitaiError ``updates.source`` (try again), ``updates.damaged``, ``rollout.no_release``."""
        try:
            with self._http.stream("GET", f"{self._release}/{name}") as answer:
                if answer.status_code == HTTPStatus.NOT_FOUND:
                    raise GuitaiError("rollout.no_release", release=self._release[:12])
                answer.raise_for_status()
                data = bytearray()
                for part in answer.iter_bytes():
                    data += part
                    if len(data) > most:
                        raise GuitaiError("updates.damaged", name=name)
                return bytes(data)
        except httpx.HTTPError as error:
            raise GuitaiError("updates.source", reason=f"{name}: {type(error).__name__}") from error


async def carry_out_update(config: Config, job: Execution) -> tuple[Status, str]:
    """Fetch, hand over and await the end; canceled, the updater is told that nobody wants it any more. Raises GuitaiError ``remote.disk``."""
    folder = config.paths.state / FOLDER
    if not RELEASE_ID.match(job.subject):
        return "REJECTED", "bad_subject"
    outcome = config.updates.folder / OUTCOMES / f"{job.job_id}.json"
    try:
        if (ended := read_kept(outcome, Ended)) is not None:  # it ended while sync was away
            return ended.status, ended.reason
        await _fetch(config, job.subject, folder / job.subject)
        folder.mkdir(exist_ok=True)
        keep(folder / WANTED, Wanted(job=job.job_id, release=job.subject))
        while (ended := read_kept(outcome, Ended)) is None:  # noqa: ASYNC110 - another process writes the file
            await asyncio.sleep(LOOK_S)
    except GuitaiError as error:
        if error.code == "remote.disk":
            raise
        return "FAILED", error.code
    except OSError as error:
        raise GuitaiError("remote.disk", path=folder, reason=error.strerror or str(error)) from error
    else:
        return ended.status, ended.reason
    finally:
        (folder / WANTED).unlink(missing_ok=True)
        if outcome.exists():
            shutil.rmtree(folder / job.subject, ignore_errors=True)


async def _fetch(config: Config, release_id: str, into: Path) -> None:
    """Fetch what is missing, chunk by chunk, until everything is there."""
    backoff = Backoff(random.random)
    context = client_context(Identity.of(config.paths.keys, "kiosk"))
    with httpx.Client(base_url=config.updates.url, verify=context, timeout=config.uploads.timeout_s) as http:
        source = Headquarters(http, release_id)
        while True:
            try:
                release = await asyncio.to_thread(fetch_head, source, release_id, into)
                chunks = fetch_chunks(source, release, into)
                while await asyncio.to_thread(_next, chunks):
                    pass
            except GuitaiError as error:
                if not error.retryable:
                    raise
                log.info("release is fetched on later", release=release_id, reason=str(error.params.get("reason", "")))
                await asyncio.sleep(backoff.wait_s())
            else:
                return


def _next(chunks: Iterator[int]) -> int:
    return next(chunks, 0)
