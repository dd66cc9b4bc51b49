"""Headquarters on this machine's end of the cable: its process, a broker, an identity provider; and who looks on there."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import orjson
from click.testing import CliRunner

from guitai import config as configuration
from guitai.cli.enrolment import enrolment
from guitai.clock import SystemClock
from guitai.config import ENV_PREFIX, Config
from guitai.demo import identity
from guitai.demo.branch import Branch
from guitai.demo.settings import environment
from guitai.demo.teller import Teller
from guitai.keyseal.box import make_pair
from guitai.support.bundle import open_
from guitai.tables import SUPPORT_PUBLIC
from headquarters.broker import Broker
from headquarters.engine import open_engine, where
from headquarters.uploads.store import FOLDER as UPLOADS
from headquarters.uploads.store import Uploads

KIOSK, BRANCH = "kiosk-007", "heping"
BUNDLE_S = 600.0


@dataclass
class Headquarters:
    """What runs, and a way to ask it."""

    config: Config
    environment: dict[str, str]
    auditor: Teller
    technician: Teller

    def new_code(self, profile: Path) -> str:
        """Return a claim code for the kiosk, with headquarters' address, as somebody there makes it."""
        words = ["new", "--branch", BRANCH, "--kiosk", KIOSK, "--profile", str(profile), "--json"]
        return str(orjson.loads(_cli(words, self.environment))["scanned"])

    def listed(self) -> dict[str, object]:
        """Return what headquarters knows of the kiosk."""
        (found,) = orjson.loads(_cli(["list", "--json"], self.environment))
        return dict(found)

    async def counts(self) -> dict[str, int]:
        """Return how many events of each lane are stored."""
        return dict(await self.auditor.get("/api/events/count"))

    async def events(self, session_id: str) -> list[dict[str, object]]:
        """Return what headquarters stored of a session, in order."""
        return list(await self.auditor.get(f"/api/sessions/{session_id}/events"))

    async def support_bundle(self, folder: Path) -> dict[str, bytes]:
        """Have the kiosk send a support bundle, take it out of the uploads and open it; return its files."""
        job = await self.technician.post(f"/api/kiosks/{KIOSK}/jobs", action="support_bundle", timeout_s=int(BUNDLE_S))
        deadline = time.monotonic() + BUNDLE_S
        while (now := await self._job(job["id"]))["status"] not in ("SUCCEEDED", "FAILED", "REJECTED", "TIMED_OUT"):
            assert time.monotonic() < deadline, now
            await asyncio.sleep(0.5)
        assert now["status"] == "SUCCEEDED", now
        with closing(open_engine(where(self.config))) as engine:
            uploads = Uploads(engine, self.config.paths.state / UPLOADS, SystemClock())
            uploads.take_out(KIOSK, f"support-{job['id']}", folder)
        kiosk, files = open_((folder / "000000.chunk").read_bytes(), self.config.paths.keys / "support.key")
        assert kiosk == KIOSK
        return files

    async def _job(self, job_id: str) -> dict[str, object]:
        (found,) = [one for one in await self.technician.get(f"/api/kiosks/{KIOSK}/jobs") if one["id"] == job_id]
        return dict(found)


@asynccontextmanager
async def headquarters(folder: Path, address: str) -> AsyncIterator[Headquarters]:
    """Run headquarters at `address` while the block runs."""
    async with AsyncExitStack() as stack:
        chosen = environment(folder, **stack.enter_context(identity.provider()))
        port = chosen[f"{ENV_PREFIX}HEADQUARTERS__PORT"]
        for key, value in (
            ("HEADQUARTERS__HOST", address), ("MQTT__HOST", address), ("HEADQUARTERS__BROKER_HOST", "127.0.0.1"),
            ("CONSOLE__URL", f"https://{address}:{port}"), ("BANK__URL", f"https://{address}:{port}/bank/v1"),
        ):  # fmt: skip
            chosen[f"{ENV_PREFIX}{key}"] = value
        _cli(["init", "--address", address], chosen)
        config = configuration.load([], chosen, Path("/nonexistent"))
        make_pair(config.paths.keys / SUPPORT_PUBLIC)
        (folder / "logs").mkdir(exist_ok=True)
        branch = Branch(config, {**os.environ, **chosen}, folder / "logs")
        stack.push_async_callback(branch.stop_all)
        await stack.enter_async_context(Broker(config.paths.state / "broker", config))
        await branch.start("hq")
        auditor, technician = Teller(config, identity.AUDITOR), Teller(config, identity.TECHNICIAN)
        for person in (auditor, technician):
            stack.push_async_callback(person.close)
            await person.sign_in()
        yield Headquarters(config, chosen, auditor, technician)


def _cli(words: list[str], chosen: dict[str, str]) -> str:
    done = CliRunner().invoke(enrolment, words, env=chosen, obj=())
    assert done.exit_code == 0, (done.output, done.exception)
    return done.stdout
