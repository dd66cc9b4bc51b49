"""Renewing, moving, being shut out and leaving, over real TLS; between customers, and cut off anywhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import orjson
import pytest

from guitai.config import load
from guitai.errors import GuitaiError
from guitai.provisioning import between, own_keys
from guitai.provisioning import decommission as leaving
from guitai.provisioning import renew as renewing
from guitai.provisioning import stage as staging
from guitai.wire.tls import Identity, client_context
from guitai.wire.whole import write_whole
from headquarters.enrolment.leaving import check_proof
from tests.fixtures.hq.core_socket import Core, listening
from tests.fixtures.hq.enrolment import Machine, Place


class Killed(BaseException):
    pass


@pytest.fixture
async def hq(tmp_path: Path) -> AsyncIterator[Place]:
    place = Place(tmp_path / "hq")
    async with place.serving():
        yield place


@pytest.fixture
async def kiosk(hq: Place, short_dir: Path) -> Machine:
    machine = Machine(short_dir)
    await machine.join(hq.code())
    return machine


def killing(monkeypatch: pytest.MonkeyPatch, *modules: object) -> list[int]:
    """Kill at the n-th write from now on: [n]."""
    left = [0]

    def write(path: Path, content: bytes, mode: int = 0o600, group: int | None = None) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise Killed
        write_whole(path, content, mode, group)

    for module in modules:
        monkeypatch.setattr(module, "write_whole", write)
    return left


async def test_it_renews_when_two_thirds_are_over(hq: Place, kiosk: Machine) -> None:
    before = kiosk.certificate()
    assert await kiosk.renew(now=False) == "not_due"
    life = before.not_valid_after_utc - before.not_valid_before_utc
    assert not renewing.is_due(before, before.not_valid_before_utc + life * 0.66)
    assert renewing.is_due(before, before.not_valid_before_utc + life * 0.67)
    core = Core()
    async with listening(kiosk.folder, core):
        assert await kiosk.renew() == "renewed"
    assert core.held == 1
    assert kiosk.certificate().public_key() != before.public_key()
    assert hq.desk.store.of_kiosk("kiosk-007").serial == kiosk.serial
    assert hq.states() == ["live", "superseded"]
    assert not (kiosk.keys / "renewing").exists()


async def test_it_does_not_renew_while_somebody_is_served(hq: Place, kiosk: Machine) -> None:
    before = kiosk.serial
    async with listening(kiosk.folder, Core(serving=True)):
        with pytest.raises(GuitaiError, match=r"enrolment\.serving"):
            await kiosk.renew()
    assert kiosk.serial == before
    assert hq.desk.store.of_kiosk("kiosk-007").serial == before
    assert await kiosk.renew() == "renewed"  # goes on with the certificate it has
    assert hq.states() == ["live", "superseded"]


async def test_killed_while_it_renews_it_goes_on(hq: Place, kiosk: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    from guitai.provisioning import join as joining

    left = killing(monkeypatch, staging, joining)
    for killed_at in range(1, 40):
        left[0] = killed_at
        try:
            await kiosk.renew()
        except Killed:
            assert hq.states().count("live") == 1
            continue
        break
    assert killed_at > 8
    assert hq.desk.store.of_kiosk("kiosk-007").serial == kiosk.serial
    assert hq.states().count("live") == 1


async def test_it_moves_once_its_events_are_through(hq: Place, kiosk: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    hq.desk.kiosks.move("kiosk-007", "pingan")
    monkeypatch.setattr("guitai.provisioning.between.LOOK_S", 0.01)
    monkeypatch.setattr(between.drained, "__kwdefaults__", {"within_s": 0.1})
    async with listening(kiosk.folder, Core(3, drains=False)):
        with pytest.raises(GuitaiError, match="3 events"):
            await kiosk.renew(now=False)
    assert load([], {}, kiosk.etc).kiosk.branch == "heping"
    core = Core(3)
    async with listening(kiosk.folder, core):
        assert await kiosk.renew(now=False) == "moved"
    assert core.waiting == 0
    assert load([], {}, kiosk.etc).kiosk.branch == "pingan"
    assert "pingan" in kiosk.certificate().subject.rfc4514_string()
    assert hq.desk.kiosks.of("kiosk-007")[0] == "pingan"
    assert await kiosk.renew(now=False) == "not_due"


async def test_nobody_knows_what_waits_where_core_does_not_run(hq: Place, kiosk: Machine) -> None:
    hq.desk.kiosks.move("kiosk-007", "pingan")
    with pytest.raises(GuitaiError, match=r"enrolment\.serving"):
        await kiosk.renew()
    assert await kiosk.renew(abandon=True) == "moved"


async def test_a_revoked_certificate_is_refused_by_every_room_over_https(hq: Place, kiosk: Machine) -> None:
    from cryptography import x509

    context = client_context(Identity.of(kiosk.keys, "kiosk"))
    async with httpx.AsyncClient(base_url=f"https://{hq.address}", verify=context, timeout=60) as http:
        assert (await http.get("/bank/v1/health")).status_code == 200
        assert hq.desk.revoke("kiosk-007", "stolen", None) == 1
        for one in hq.desk.store.not_shut():
            hq.desk.authority.revoke(x509.load_pem_x509_certificate(one.pem.encode()))
        # The connection was there before: it is refused all the same.
        for path in ("/bank/v1/health", "/enrolment/v1/given"):
            answer = await http.get(path)
            assert (answer.status_code, answer.json()["code"]) == (401, "enrolment.not_live")
    with pytest.raises(GuitaiError, match=r"enrolment\.not_live"):
        await kiosk.renew()
    await kiosk.join(hq.code())  # a new code lets it in again
    assert hq.states() == ["live", "revoked"]


async def test_it_leaves_and_the_proof_holds(hq: Place, kiosk: Machine) -> None:
    with pytest.raises(GuitaiError, match=r"enrolment\.not_wanted"):
        await kiosk.leave()
    hq.desk.kiosks.decommission("kiosk-007")
    certificate = kiosk.certificate()
    secrets = {path.name: path.read_bytes() for path in kiosk.keys.glob("*.key")}
    async with listening(kiosk.folder, Core(2)):
        proof = await kiosk.leave()
    kept = hq.desk.kiosks.document("kiosk-007", "decommission")
    assert check_proof(kept, certificate, "kiosk-007") == proof
    assert proof.undelivered == 0
    gone = {one.name: one.sha256 for one in proof.destroyed}

    for name in ("journal.key", "recording.key", "card_token.key"):
        assert gone[name] == hashlib.sha256(secrets[name]).hexdigest()
    assert not list(kiosk.keys.glob("*.key"))
    assert not (kiosk.etc / "50-enrolled.toml").exists()
    assert hq.states() == ["revoked"]
    assert [one.state for one in hq.desk.kiosks.listed()] == ["decommissioned"]


async def test_killed_while_it_leaves_it_goes_on(hq: Place, kiosk: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    hq.desk.kiosks.decommission("kiosk-007")
    left = killing(monkeypatch, leaving)
    real, shreds = own_keys.shred, [0]

    def shred(path: Path) -> None:
        shreds[0] += 1
        if shreds[0] % 2:
            raise Killed
        real(path)

    monkeypatch.setattr(leaving, "shred", shred)
    for killed_at in range(1, 60):
        left[0] = killed_at if killed_at < 4 else 0
        try:
            proof = await kiosk.leave(abandon=True)
        except Killed:
            continue
        break
    assert killed_at > 6
    assert not list(kiosk.keys.glob("*.key"))
    assert {"journal.key", "recording.key"} <= {one.name for one in proof.destroyed}
    assert len(hq.audited("enrolment.revoked")) == 1


async def test_a_proof_that_says_too_little_or_was_changed_is_refused(hq: Place, kiosk: Machine) -> None:
    hq.desk.kiosks.decommission("kiosk-007")
    certificate = kiosk.certificate()
    await kiosk.leave(abandon=True)
    kept = hq.desk.kiosks.document("kiosk-007", "decommission")
    for change in (
        {"kiosk": "kiosk-008"},
        {"destroyed": kept["destroyed"][1:]},
        {"at_ms": 1},
        {"undelivered": 9},
        {"last": []},
    ):
        with pytest.raises(GuitaiError, match="did not sign"):
            check_proof({**kept, **change}, certificate, "kiosk-007")
    with pytest.raises(GuitaiError, match="another kiosk"):
        check_proof(kept, certificate, "kiosk-008")
    for signature in ("", base64.b64encode(b"x").decode(), "!"):
        with pytest.raises(GuitaiError, match=r"enrolment\.bad_proof"):
            check_proof({**kept, "signature": signature}, certificate, "kiosk-007")


async def test_a_stranger_leaves_nothing_here(hq: Place, kiosk: Machine) -> None:
    """No certificate, or somebody else's: no document, no configuration."""
    from headquarters import pki

    pki.issue(hq.keys, "other", "kiosk-009")  # of our authority, but never enrolled
    for name, keys in (("other", hq.keys), (None, hq.keys)):
        context = client_context(Identity.of(keys, name)) if name else client_context(Identity.of(keys, "hq"))
        async with httpx.AsyncClient(base_url=f"https://{hq.address}", verify=context, timeout=60) as http:
            answers = [
                await http.get("/enrolment/v1/given"),
                await http.put("/enrolment/v1/documents/acceptance", content=orjson.dumps({})),
                await http.post("/enrolment/v1/confirm"),
                await http.post("/enrolment/v1/decommission", content=b"{}"),
            ]
        assert {one.json()["code"] for one in answers} == {"enrolment.not_live"}


async def test_what_only_headquarters_writes_a_kiosk_does_not(hq: Place, kiosk: Machine) -> None:
    context = client_context(Identity.of(kiosk.keys, "kiosk"))
    async with httpx.AsyncClient(base_url=f"https://{hq.address}", verify=context, timeout=60) as http:
        for kind in ("recovered", "decommission"):
            assert (await http.put(f"/enrolment/v1/documents/{kind}", content=b"{}")).status_code == 403
        many = await http.put("/enrolment/v1/documents/acceptance", content=b"[" + b" " * 4_100_000)
        assert many.json()["code"] == "hq.too_large"
