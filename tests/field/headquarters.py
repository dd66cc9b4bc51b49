"""Headquarters on this machine's end of the cable: its process, a broker, an identity provider; and who looks on there."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson
from click.testing import CliRunner

from guitai import config as configuration
from guitai.cli.enrolment import enrolment
from guitai.config import ENV_PREFIX, Config
from guitai.demo import identity
from guitai.demo.branch import Branch
from guitai.demo.settings import environment
from guitai.demo.teller import Teller
from headquarters.broker import Broker

KIOSK, BRANCH = "kiosk-007", "heping"


@dataclass
class Headquarters:
    """What runs, and a way to ask it."""

    config: Config
    environment: dict[str, str]
    auditor: Teller

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
        (folder / "logs").mkdir(exist_ok=True)
        branch = Branch(config, {**os.environ, **chosen}, folder / "logs")
        stack.push_async_callback(branch.stop_all)
        await stack.enter_async_context(Broker(config.paths.state / "broker", config))
        await branch.start("hq")
        auditor = Teller(config, identity.AUDITOR)
        stack.push_async_callback(auditor.close)
        await auditor.sign_in()
        yield Headquarters(config, chosen, auditor)


def _cli(words: list[str], chosen: dict[str, str]) -> str:
    done = CliRunner().invoke(enrolment, words, env=chosen, obj=())
    assert done.exit_code == 0, (done.output, done.exception)
    return done.stdout
