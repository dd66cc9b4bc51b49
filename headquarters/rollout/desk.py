"""Rollouts in the store: every step and the jobs it makes are one transaction, so a kiosk gets a job once. The shell around `plan`."""

from __future__ import annotations

import asyncio
import re
import secrets
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import msgspec
import structlog

from guitai.clock import Clock
from guitai.errors import GuitaiError
from guitai.wire.releases import (
    DESCRIPTOR,
    DESCRIPTOR_BYTES,
    SIGNATURE,
    Folder,
    Release,
    assemble,
    fetch_chunks,
    fetch_head,
    id_of,
)
from headquarters import fleet
from headquarters.engine import ERRORS, Engine
from headquarters.remote.jobs import Jobs
from headquarters.rollout import plan
from headquarters.rollout.plan import Criteria, Rollout

SCHEMA = """
CREATE TABLE IF NOT EXISTS rollouts(
  id TEXT PRIMARY KEY, body TEXT NOT NULL, made_by TEXT NOT NULL, why TEXT NOT NULL, created_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS rollout_jobs(
  rollout TEXT NOT NULL, kiosk TEXT NOT NULL, job TEXT NOT NULL, PRIMARY KEY(rollout, kiosk)) STRICT, WITHOUT ROWID;
"""
FOLDER = "releases"
"""Published releases, below headquarters' state folder."""

ID = re.compile(r"[0-9a-f]{64}")
NAME = re.compile(r"^(release\.json|release\.p7s|[0-9a-f]{64})$")
EVERY_S = 5.0
JOB_S = 7 * 86_400

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Begun:
    """Who began a rollout, why and when."""

    by: str
    why: str
    at_ms: int


class Releases:
    """What kiosks may fetch: folders named by the release's id."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def publish(self, source: Path) -> tuple[str, Release]:
        """Take a release in, whole or not at all; return its id. Raises GuitaiError ``updates.damaged``, ``updates.source``, OSError."""
        folder = Folder(source)
        release_id = id_of(folder.read(DESCRIPTOR, DESCRIPTOR_BYTES))
        draft = self._folder / f"{release_id}.new"
        release = fetch_head(folder, release_id, draft)
        for _ in fetch_chunks(folder, release, draft):
            pass
        assemble(release, draft, draft / "payload")  # only to compare its hash
        (draft / "payload").unlink()
        if (self._folder / release_id).exists():
            shutil.rmtree(draft)
        else:
            draft.replace(self._folder / release_id)
        return release_id, release

    def file(self, release_id: str, name: str) -> Path:
        """Return one of its files. Raises GuitaiError ``rollout.no_release``."""
        path = self._folder / release_id / name
        if not ID.fullmatch(release_id) or not NAME.match(name) or not path.is_file():
            raise GuitaiError("rollout.no_release", release=release_id[:12])
        return path

    def all(self) -> dict[str, Release]:
        """Return every published release by its id."""
        found = (one.name for one in self._folder.glob("*") if ID.fullmatch(one.name) and (one / SIGNATURE).is_file())
        return {name: _described(self._folder / name / DESCRIPTOR) for name in sorted(found)}

    def find(self, part: str) -> str:
        """Return the whole id. Raises GuitaiError ``rollout.no_release``."""
        whole = [one.name for one in self._folder.glob(f"{part}*") if (one / SIGNATURE).is_file()] if part else []
        found = [name for name in whole if ID.fullmatch(name)]  # not what is only being published
        if len(found) != 1:
            raise GuitaiError("rollout.no_release", release=part)
        return found[0]


class Rollouts:
    """The table."""

    def __init__(self, engine: Engine, jobs: Jobs, clock: Clock) -> None:
        self.engine = self._engine = engine
        self._jobs, self._clock = jobs, clock
        engine.executescript(SCHEMA)
        engine.executescript(fleet.SCHEMA)  # what kiosks say of their updates

    def new(self, release: str, kiosks: Iterable[str], criteria: Criteria, by: str, why: str = "") -> Rollout:
        """Begin a rollout. Raises GuitaiError ``rollout.bad_plan``."""
        try:
            made = plan.drawn(secrets.token_hex(6), release, tuple(kiosks), criteria)
        except ValueError as error:
            raise GuitaiError("rollout.bad_plan", reason=str(error)) from error
        self._engine.execute(
            "INSERT INTO rollouts VALUES(?, ?, ?, ?, ?)", (made.id, _text(made), by, why, self._clock.unix_ms())
        )
        return made

    def get(self, rollout_id: str) -> Rollout:
        """Return a rollout. Raises GuitaiError ``rollout.unknown``."""
        row = self._engine.execute("SELECT body FROM rollouts WHERE id = ?", (rollout_id,)).fetchone()
        if row is None:
            raise GuitaiError("rollout.unknown", rollout=rollout_id)
        return msgspec.json.decode(row["body"], type=Rollout)

    def all(self) -> list[Rollout]:
        """Return every rollout, oldest first."""
        rows = self._engine.execute("SELECT body FROM rollouts ORDER BY created_ms, id").fetchall()
        return [msgspec.json.decode(row["body"], type=Rollout) for row in rows]

    def begun(self) -> dict[str, Begun]:
        """Return who began each rollout, why and when."""
        rows = self._engine.execute("SELECT id, made_by, why, created_ms FROM rollouts").fetchall()
        return {row["id"]: Begun(row["made_by"], row["why"], row["created_ms"]) for row in rows}

    def happen(self, rollout_id: str, event: plan.Event) -> Rollout:
        """Take an event in, with the jobs that follow, in one transaction. Raises GuitaiError ``rollout.unknown``."""
        with self._engine.transaction():
            self._engine.lock([f"rollout {rollout_id}"])
            before = self.get(rollout_id)
            after, effects = plan.step(before, event)
            for effect in effects:
                self._carry_out(after, effect)
            if after != before:
                self._engine.execute("UPDATE rollouts SET body = ? WHERE id = ?", (_text(after), rollout_id))
        if after.phase != before.phase:
            log.info("rollout turned", rollout=rollout_id, phase=after.phase, reason=after.reason)
        return after

    def look(self) -> None:
        """Take in how the jobs stand and how late it is, for every rollout that has not ended or has kiosks under way."""
        now = self._clock.unix_ms()
        for rollout in self.all():
            if rollout.phase in ("done", "aborted") and not rollout.count("sent", "silent"):
                continue
            rows = self._engine.execute(
                "SELECT j.kiosk, j.status, j.reason, j.changed_ms, f.kiosk IS NOT NULL AS waits FROM rollout_jobs r "
                "JOIN jobs j ON j.kiosk = r.kiosk AND j.id = r.job LEFT JOIN fleet_software f ON f.kiosk = r.kiosk "
                "AND f.release = ? AND f.phase = 'waiting' WHERE r.rollout = ?",
                (rollout.release, rollout.id),
            ).fetchall()
            under_way = {one.kiosk for one in rollout.members if one.standing in ("sent", "silent")}
            for row in rows:
                if row["kiosk"] in under_way:
                    at_ms = row["changed_ms"] if row["status"] == "IN_PROGRESS" else now
                    turned = plan.JobTurned(row["kiosk"], row["status"], row["reason"], at_ms, bool(row["waits"]))
                    self.happen(rollout.id, turned)
            self.happen(rollout.id, plan.Tick(now))

    async def run(self) -> None:
        """Look every few seconds; for ever."""
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                self.look()
            except ERRORS:
                log.exception("rollouts not looked at")

    def _carry_out(self, rollout: Rollout, effect: plan.Effect) -> None:
        match effect:
            case plan.Send(kiosk):
                job = self._jobs.create(kiosk, "update", rollout.release, JOB_S)
                self._engine.execute("INSERT INTO rollout_jobs VALUES(?, ?, ?)", (rollout.id, kiosk, job.id))
            case plan.CallBack(kiosk):
                row = self._engine.execute(
                    "SELECT job FROM rollout_jobs WHERE rollout = ? AND kiosk = ?", (rollout.id, kiosk)
                ).fetchone()
                if row is not None:
                    self._jobs.cancel(kiosk, row["job"])


@lru_cache(maxsize=64)
def _described(path: Path) -> Release:
    """Read a descriptor; what a release's id names never changes."""
    return Release.model_validate_json(path.read_bytes())


def _text(rollout: Rollout) -> str:
    return msgspec.json.encode(rollout).decode()
