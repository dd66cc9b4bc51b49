"""Settings, jobs and uploads over a real broker and real HTTPS, with processes killed in the middle."""

from __future__ import annotations

import hashlib
import signal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from firmware_bridge.recorder.chunks import ChunkWriter, film, put_manifest, read_manifest, wrapping_key_of
from firmware_bridge.recorder.chunks import key_id as key_id_of
from guitai.cli.recording import recording
from guitai.cli.support import support
from guitai.cli.uploads import uploads
from guitai.demo.identity import TECHNICIAN, log_in, provider
from guitai.errors import GuitaiError
from guitai.health.finding import finding
from guitai.support.bundle import make
from guitai.tables import RECORDINGS
from guitai.wire.commands import State, load_public, opened
from guitai.wire.films import Manifest
from guitai.wire.mqtt import Connected, MqttLink, Publication
from guitai.wire.uploads import Receipt
from headquarters.pki import issue
from tests.fixtures.hq.desk import signed_in
from tests.fixtures.hq.world import World, end, eventually

pytestmark = [pytest.mark.broker, pytest.mark.timeout(300)]

KIOSK = "/api/kiosks/kiosk-001"


def record(world: World, recording_id: str, size: int) -> str:
    """Lay a finished recording where sync looks for it; return its manifest's hash."""
    folder = world.config.paths.state / RECORDINGS / recording_id
    folder.parent.mkdir(parents=True, exist_ok=True)
    writer = ChunkWriter(folder)
    writer.write(bytes(n % 251 for n in range(size)))
    key = wrapping_key_of(world.config.paths.keys)
    chunks, wrapped, _ = writer.finish(key)
    return put_manifest(
        folder,
        Manifest(
            recording_id=recording_id, kiosk_id="kiosk-001", retention="sale", began_ms=1, duration_ms=1, pictures=1,
            key_id=key_id_of(key), wrapped_key=wrapped, chunks=chunks,
        ),
    )  # fmt: skip


async def test_settings_arrive_between_customers_and_go_when_deleted() -> None:
    async with signed_in(TECHNICIAN) as (_, core, http, _stack):
        core.serving = True
        told = (await http.put(f"{KIOSK}/settings/kiosk.hotline", json={"value": "95599"})).json()
        assert (told["version"], told["agree"]) == (1, False)
        await http.put(f"{KIOSK}/settings/paths.keys", json={"value": "/tmp/mine"})
        await core.until(lambda: core.settings.get("version") == 2)
        assert core.settings["values"] == {"kiosk.hotline": "95599"}
        core.serving = False

        async def agree() -> Any:
            found = (await http.get(f"{KIOSK}/settings")).json()
            return found if found["agree"] else None

        found = await eventually(agree)
        assert found["reported"] == {"kiosk.hotline": "95599"}
        assert found["refused"] == {"paths.keys": "config.not_settable"}
        for key in ("kiosk.hotline", "paths.keys"):
            await http.delete(f"{KIOSK}/settings/{key}")
        assert (await eventually(agree))["reported"] == {}
        assert core.settings["values"] == {}


async def test_a_stop_for_a_damaged_journal_is_ended_from_headquarters() -> None:
    async with signed_in(TECHNICIAN) as (_, core, http, _stack):
        assert (await http.post(f"{KIOSK}/journal/release")).status_code == 204
        ((name, data),) = core.commands
        assert (name, data["released_by"]) == ("branch.journal_released", TECHNICIAN)
        core.refuse = "not_stopped"
        refused = await http.post(f"{KIOSK}/journal/release")
        assert (refused.status_code, refused.json()["code"]) == (502, "hq.rejected")


async def test_a_recording_is_uploaded_once_whole_and_receipted() -> None:
    async with signed_in(TECHNICIAN) as (world, _, http, _stack):
        digest = record(world, "S1-1", 3_000_000)
        made = await http.post(f"{KIOSK}/jobs", json={"action": "recording", "subject": "S1-1"})
        assert made.status_code == 201

        async def done() -> Any:
            (job,) = (await http.get(f"{KIOSK}/jobs")).json()
            return job if job["status"] not in ("QUEUED", "IN_PROGRESS") else None

        assert (await eventually(done))["status"] == "SUCCEEDED"
        (package,) = (await http.get(f"{KIOSK}/uploads")).json()
        assert package["sha256"] == digest
        taken = world.folder / "S1-1"
        for arguments, code in (
            (["list", "kiosk-001"], 0),
            (["take", "kiosk-001", "S1-1", str(taken)], 0),
            (["take", "kiosk-001", "S1-1", str(taken)], 1),  # nothing is written over
            (["take", "kiosk-001", "S9-9", str(world.folder / "S9-9")], 1),
        ):
            result = CliRunner().invoke(uploads, arguments, obj=(), env=world.environment)
            assert result.exit_code == code, result.output
            assert not code or isinstance(result.exception, SystemExit | GuitaiError)
            assert arguments[0] != "list" or result.stdout.startswith("S1-1  recording  ")
        manifest, found = read_manifest(taken)
        assert found == digest
        assert film(taken, manifest, wrapping_key_of(world.config.paths.keys)) == bytes(
            n % 251 for n in range(3_000_000)
        )
        path = world.config.paths.state / "receipts" / "S1-1.json"
        receipt = opened(path.read_bytes(), Receipt, load_public(world.config.paths.keys / "command.pub"))
        assert receipt == Receipt(kiosk="kiosk-001", name="S1-1", sha256=digest, chunks=len(manifest.chunks))
        record(world, "S1-2", 10)
        for name, code in (("S1-2", 1), ("S1-1", 0)):  # deleted is only what the receipt is for
            folder = world.config.paths.state / RECORDINGS / name
            call = ["remove", str(folder), "--receipt", str(path)]
            assert CliRunner().invoke(recording, call, obj=(), env=world.environment).exit_code == code
            assert folder.exists() == bool(code)


async def test_a_bundle_comes_and_what_is_not_there_fails() -> None:
    async with signed_in(TECHNICIAN) as (world, core, http, _stack):
        core.bundle = make(world.config, [finding("disk.full", folder="/", free_mb=9)], [])
        bundle = (await http.post(f"{KIOSK}/jobs", json={"action": "support_bundle"})).json()
        absent = (await http.post(f"{KIOSK}/jobs", json={"action": "recording", "subject": "S9-9"})).json()
        bare = (await http.post(f"{KIOSK}/jobs", json={"action": "recording"})).json()

        async def statuses() -> Any:
            found = {job["id"]: (job["status"], job["reason"]) for job in (await http.get(f"{KIOSK}/jobs")).json()}
            return found if not {status for status, _ in found.values()} & {"QUEUED", "IN_PROGRESS"} else None

        found = await eventually(statuses)
        assert found[bundle["id"]] == ("SUCCEEDED", "")
        assert found[absent["id"]] == ("FAILED", "remote.no_recording")
        assert found[bare["id"]] == ("REJECTED", "bad_subject")
        (package,) = (await http.get(f"{KIOSK}/uploads")).json()
        assert package["kind"] == "support_bundle"
        taken, opened_ = world.folder / "taken", world.folder / "opened"
        name, key = f"support-{bundle['id']}", str(world.config.paths.keys / "support.key")
        assert (
            CliRunner()
            .invoke(uploads, ["take", "kiosk-001", name, str(taken)], obj=(), env=world.environment)
            .exit_code
            == 0
        )
        call = ["open", "--key", key, str(taken / "000000.chunk"), str(opened_)]
        assert CliRunner().invoke(support, call).exit_code == 0
        assert b"disk.full" in (opened_ / "findings.json").read_bytes()
        core.bundle = b""  # a core that cannot make one
        failing = (await http.post(f"{KIOSK}/jobs", json={"action": "support_bundle"})).json()
        assert (await eventually(statuses))[failing["id"]] == ("FAILED", "support.core_away")
        assert (await http.delete(f"{KIOSK}/jobs/{absent['id']}")).status_code == 204
        assert len((await http.get(f"{KIOSK}/jobs")).json()) == 3


async def test_a_kiosk_that_does_not_answer_holds_up_no_other() -> None:
    async with signed_in(TECHNICIAN) as (world, _core, http, stack):
        issue(world.config.paths.keys, "other", "kiosk-002")
        mute = await stack.enter_async_context(
            MqttLink(world.endpoint("other", "kiosk-002"), ["bank/v1/heping/kiosk-002/job/+"])
        )
        birth = State(online=True, nonce="0" * 32).model_dump_json().encode()
        assert await mute.next() == Connected()
        assert mute.publish(Publication("bank/v1/heping/kiosk-002/state", birth, retain=True))
        for kiosk in (*["kiosk-002"] * 5, "kiosk-001"):  # each of the five would be waited for, one after the other
            await http.post(f"/api/kiosks/{kiosk}/jobs", json={"action": "support_bundle"})

        async def done() -> Any:
            (job,) = (await http.get(f"{KIOSK}/jobs")).json()
            return job["status"] == "SUCCEEDED"

        assert await eventually(done)
        assert {job["status"] for job in (await http.get("/api/kiosks/kiosk-002/jobs")).json()} == {"QUEUED"}


async def test_what_is_uploaded_has_to_be_what_it_says_and_from_a_kiosk() -> None:
    async with signed_in(TECHNICIAN) as (world, _, http, _stack):
        body = b"x" * 100
        sha256 = hashlib.sha256(body).hexdigest()
        assert (await http.put(f"/uploads/v1/chunks/{sha256}", content=body)).status_code == 401
        async with world.client() as kiosk:
            assert (await kiosk.put(f"/uploads/v1/chunks/{sha256}", content=body + b"y")).status_code == 422
            assert (await kiosk.put(f"/uploads/v1/chunks/{'0' * 64}", content=bytes(1_000_001))).status_code == 422
            package = {"kind": "support_bundle", "manifest": "{}", "chunks": [sha256]}
            lacking = await kiosk.put("/uploads/v1/packages/P1", json=package)
            assert (lacking.status_code, lacking.json()) == (409, {"chunks": [sha256]})
            assert (await kiosk.put(f"/uploads/v1/chunks/{sha256}", content=body)).status_code == 204
            first = await kiosk.put("/uploads/v1/packages/P1", json=package)
            again = await kiosk.put("/uploads/v1/packages/P1", json=package)
            assert first.content == again.content
            other = await kiosk.put("/uploads/v1/packages/P1", json={**package, "manifest": "{ }"})
            assert (other.status_code, other.json()["code"]) == (409, "remote.other_package")


@pytest.mark.chaos
@pytest.mark.parametrize("victim", ["sync", "hq"])
async def test_an_upload_goes_on_after_a_kill_of_either_end(victim: str, tmp_path: Path) -> None:
    from contextlib import AsyncExitStack

    import httpx

    from guitai.wire.tls import Identity, client_context
    from tests.fixtures.hq.core import fake_core
    from tests.fixtures.hq.world import short_folder

    del tmp_path
    async with AsyncExitStack() as stack:
        console = stack.enter_context(provider())
        world = World(stack.enter_context(short_folder()), console=console)
        world.environment["GUITAI__MQTT__BYTES_PER_S"] = "1500000"  # so that there is a middle
        digest = record(world, "S1-1", 6_000_000)
        core = await stack.enter_async_context(fake_core(world.folder / "core.sock"))
        await stack.enter_async_context(world.broker)
        children = {name: await world.child(name) for name in ("hq", "sync")}
        try:
            await core.until(lambda: core.links and core.links[-1], 60)
            context = client_context(Identity.of(world.config.paths.keys, "kiosk"))
            url = f"https://127.0.0.1:{world.config.headquarters.port}"
            http = await stack.enter_async_context(httpx.AsyncClient(base_url=url, verify=context, timeout=60))
            await log_in(http, TECHNICIAN)
            assert (
                await http.post(f"{KIOSK}/jobs", json={"action": "recording", "subject": "S1-1"})
            ).status_code == 201
            chunks = world.config.paths.state / "uploads"
            await eventually(lambda: len(list(chunks.glob("*/*"))) >= 3, 30)
            await end(children[victim], signal.SIGKILL)
            there = set(chunks.glob("*/*"))
            assert len(there) < 12
            before = {path: path.stat().st_mtime_ns for path in there if path.suffix != ".new"}
            children[victim] = await world.child(victim)

            async def done() -> Any:
                try:
                    found = (await http.get(f"{KIOSK}/uploads")).json()
                    return found if isinstance(found, list) and found else None
                except httpx.HTTPError:
                    return None

            (package,) = await eventually(done, 60)
            assert package["sha256"] == digest
            assert all(path.stat().st_mtime_ns == at for path, at in before.items())  # nothing was sent twice
        finally:
            for child in children.values():
                await end(child)
