"""A rollout over a real broker and real HTTPS: from the API over sync to the slots, and back to the rollout's end."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from guitai.cli.rollout import rollout
from guitai.cli.update import show
from guitai.demo.identity import SUPERVISOR, TECHNICIAN, log_in
from guitai.updates import acts
from guitai.wire.kept import keep, read_kept
from guitai.wire.releases import Ended, Folder, Wanted
from tests.fixtures.hq.desk import console_context, signed_in
from tests.fixtures.hq.world import World, eventually
from tests.fixtures.updates import Bench, release, shared_keys

pytestmark = [pytest.mark.broker, pytest.mark.timeout(300)]


class Updating:
    """The updater of the kiosk, run as its service does."""

    def __init__(self, world: World, folder: Path) -> None:
        self.folder, self.incoming = world.config.updates.folder, world.config.paths.state / "updates"
        self.bench = Bench(folder, shared_keys(), state=self.folder)
        self.bench.begin()

    async def once(self) -> None:
        """Await what sync wants, and do it."""
        wanted = await eventually(lambda: _soon(read_kept(self.incoming / "wanted.json", Wanted)))
        self.bench.source = self.incoming / wanted.release
        updater = self.bench.updater()
        updater.start()
        updater.happen(acts.Offered(wanted.release, wanted.job))
        last = self.bench.told[-1]
        (self.folder / "outcomes").mkdir(exist_ok=True)
        keep(
            self.folder / "outcomes" / f"{last.job}.json",
            Ended(release=last.release, status=last.status, reason=last.reason),
        )


async def _soon(value: Any) -> Any:
    return value


@pytest.mark.parametrize("broken", [False, True])
async def test_a_release_is_rolled_out_and_its_end_is_heard(broken: bool, tmp_path: Path) -> None:
    async with signed_in(TECHNICIAN) as (world, _core, http, stack):
        stick = tmp_path / "made"
        release_id = release(stick, shared_keys(), broken=broken)
        published = CliRunner().invoke(rollout, ["publish", str(stick)], obj=(), env=world.environment)
        assert published.output.startswith(release_id), published.output
        updating = Updating(world, tmp_path)
        begun = await http.post(
            "/api/rollouts", json={"release": release_id[:12], "kiosks": ["kiosk-001"], "soak_s": 0}
        )
        assert begun.status_code == 201, begun.text
        await asyncio.wait_for(updating.once(), 40)

        async def ended() -> Any:
            told = (await http.get(f"/api/rollouts/{begun.json()['id']}")).json()
            return told if told["phase"] in ("done", "aborted") else None

        told = await eventually(ended, 30)
        assert (told["phase"], told["members"][0]["standing"]) == (
            ("aborted", "failed") if broken else ("done", "succeeded")
        )
        assert told["members"][0]["reason"] == ("updates.unhealthy" if broken else "")
        assert updating.bench.running().name == ("guitai-0.1.0-1" if broken else "guitai-0.1.0-2")
        shown = CliRunner().invoke(show, ["--json"], obj=(), env=world.environment)
        assert shown.exit_code == 0, shown.output
        listed = CliRunner().invoke(rollout, ["list"], obj=(), env=world.environment)
        assert told["phase"] in listed.output

        supervisor = await stack.enter_async_context(
            httpx.AsyncClient(base_url=http.base_url, verify=console_context(world), timeout=60)
        )
        await log_in(supervisor, SUPERVISOR)
        assert (await supervisor.get("/api/rollouts")).status_code == 200
        refused = await supervisor.post("/api/rollouts", json={"release": release_id, "kiosks": ["kiosk-001"]})
        assert refused.status_code == 403
        deeds = [row["deed"] for row in _audit(world)]
        assert "rollout.new" in deeds


async def test_only_kiosks_fetch_and_only_what_is_published(tmp_path: Path) -> None:
    async with signed_in(TECHNICIAN) as (world, _core, http, _stack):
        stick = tmp_path / "made"
        release_id = release(stick, shared_keys())
        CliRunner().invoke(rollout, ["publish", str(stick)], obj=(), env=world.environment)
        path = f"/releases/v1/{release_id}/release.json"
        assert (await http.get(path)).status_code == 401
        async with world.client() as kiosk:
            assert (await kiosk.get(path)).content == Folder(stick).read("release.json", 10**6)
            assert (await kiosk.get(f"/releases/v1/{release_id}/..%2f..%2fcommand.key")).status_code == 404
            assert (await kiosk.get(f"/releases/v1/{'0' * 64}/release.json")).status_code == 404


def _audit(world: World) -> list[Any]:
    store = world.store()
    try:
        return store.connection.execute("SELECT * FROM console_audit").fetchall()
    finally:
        store.close()
