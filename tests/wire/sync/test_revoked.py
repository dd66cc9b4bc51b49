"""A revoked kiosk: its live connection is cut, whatever it calls itself, and its certificate refused."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import pytest
from cryptography import x509

from guitai.config import load
from guitai.errors import GuitaiError
from guitai.wire.mqtt import Connected, Disconnected, Message, MqttLink, Publication
from headquarters import pki
from headquarters.revocation import shut
from tests.fixtures.hq.line import next_of
from tests.fixtures.hq.world import World, short_folder

pytestmark = pytest.mark.broker


@pytest.fixture
async def world() -> AsyncIterator[World]:
    with short_folder() as folder:
        world = World(folder)
        pki.issue(world.config.paths.keys, "other", "kiosk-002")
        async with world.broker:
            yield world


@pytest.mark.parametrize("calls_itself", ["kiosk-001", "in-disguise"])
async def test_a_revoked_kiosk_is_cut_and_stays_out(world: World, calls_itself: str) -> None:
    keys = world.config.paths.keys
    async with (
        MqttLink(world.endpoint("hq", "watcher"), ["bank/v1/+/+/evt/+"]) as watcher,
        MqttLink(world.endpoint("kiosk", calls_itself), ["bank/v1/heping/kiosk-001/cmd/+"]) as revoked,
        MqttLink(world.endpoint("other", "kiosk-002"), ["bank/v1/heping/kiosk-002/cmd/+"]) as honest,
    ):
        for line in (watcher, revoked, honest):
            assert await next_of(line, Connected)
        began = time.monotonic()
        assert await shut(world.config, keys / "kiosk.crt", world.folder / "broker") == "kiosk-001"
        assert await next_of(revoked, Disconnected)
        assert time.monotonic() - began < 60
        again = await next_of(revoked, Connected | Disconnected)
        assert isinstance(again, Disconnected), "it came back"
        honest.publish(Publication("bank/v1/heping/kiosk-002/evt/money", b"own"))
        assert (await next_of(watcher, Message)).payload == b"own"


async def test_who_calls_itself_like_another_takes_nothing_over(world: World) -> None:
    async with (
        MqttLink(world.endpoint("hq", "hq-front"), ["bank/v1/+/+/evt/+"]) as front,
        MqttLink(world.endpoint("other", "kiosk-002"), ["bank/v1/heping/kiosk-002/cmd/+"]) as other,
    ):
        assert await next_of(front, Connected)
        assert await next_of(other, Connected)
        for name in ("hq-front", "kiosk-002"):
            async with MqttLink(world.endpoint("kiosk", name), ["bank/v1/heping/kiosk-002/cmd/+"]) as liar:
                assert await next_of(liar, Connected)
                front.publish(Publication("bank/v1/heping/kiosk-002/cmd/teller.said", b"for 2"))
                assert (await next_of(other, Connected | Disconnected | Message)).payload == b"for 2"
                other.publish(Publication("bank/v1/heping/kiosk-002/evt/money", b"own"))
                assert (await next_of(front, Connected | Disconnected | Message)).payload == b"own"
                assert liar.ready() is None


async def test_only_certificates_of_our_authority_can_be_revoked(tmp_path) -> None:
    pki.provision(tmp_path / "ours", "kiosk-001")
    pki.provision(tmp_path / "theirs", "kiosk-001")
    foreign = x509.load_pem_x509_certificate((tmp_path / "theirs" / "kiosk.crt").read_bytes())
    with pytest.raises(Exception, match="not issued by this authority"):
        pki.revoke(tmp_path / "ours", foreign)


async def test_where_the_authority_is_the_banks_its_own_list_has_to_name_the_certificate(tmp_path) -> None:
    config = load([], {"GUITAI__PATHS__KEYS": str(tmp_path)}, tmp_path)
    pki.provision(tmp_path, "kiosk-001")
    pki.issue(tmp_path, "other", "kiosk-002")
    pki.revoke(tmp_path, x509.load_pem_x509_certificate((tmp_path / "kiosk.crt").read_bytes()))
    (tmp_path / "ca.key").unlink()
    with pytest.raises(GuitaiError, match=r"mqtt\.keys"):
        await shut(config, tmp_path / "other.crt", tmp_path / "broker")
    assert not (tmp_path / "broker").exists()
    with pytest.raises(GuitaiError, match=r"hq\.not_cut"):  # it got as far as the broker, and none runs here
        await shut(config, tmp_path / "kiosk.crt", tmp_path / "broker")
    assert "user kiosk-001\ntopic deny #" in (tmp_path / "broker" / "acl").read_text()
