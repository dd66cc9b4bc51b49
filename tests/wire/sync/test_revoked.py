"""A revoked kiosk: its live connection is cut, its certificate refused, and a connection under another name is deaf and mute."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from cryptography import x509

from guitai.config import load
from guitai.errors import GuitaiError
from guitai.wire.mqtt import Connected, Disconnected, Endpoint, Message, MqttLink, Publication
from guitai.wire.tls import Identity
from headquarters import pki
from headquarters.revocation import shut
from tests.fixtures.hq.world import World, short_folder

pytestmark = pytest.mark.broker


async def next_of(link: MqttLink, kind: Any) -> Any:
    async with asyncio.timeout(20):
        while not isinstance(found := await link.next(), kind):
            pass
        return found


async def test_a_revoked_kiosk_is_cut_and_stays_out() -> None:
    with short_folder() as folder:
        world = World(folder)
        keys, port = world.config.paths.keys, world.config.mqtt.port
        pki.issue(keys, "other", "kiosk-002")

        def link(name: str, client_id: str, *topics: str) -> MqttLink:
            return MqttLink(Endpoint("127.0.0.1", port, 20, client_id, Identity.of(keys, name)), topics)

        async with (
            world.broker,
            link("hq", "watcher", "bank/v1/+/+/evt/+") as watcher,
            link("kiosk", "kiosk-001", "bank/v1/heping/kiosk-001/cmd/+") as revoked,
            link("kiosk", "in-disguise", "bank/v1/heping/kiosk-001/cmd/+") as disguised,
            link("other", "kiosk-002", "bank/v1/heping/kiosk-002/cmd/+") as honest,
        ):
            for line in (watcher, revoked, disguised, honest):
                assert await next_of(line, Connected)
            began = time.monotonic()
            assert await shut(world.config, keys / "kiosk.crt", folder / "broker") == "kiosk-001"
            assert await next_of(revoked, Disconnected)
            assert time.monotonic() - began < 60
            again = await next_of(revoked, Connected | Disconnected)
            assert isinstance(again, Disconnected), "it came back"

            disguised.publish(Publication("bank/v1/heping/kiosk-001/evt/money", b"forged"))
            watcher.publish(Publication("bank/v1/heping/kiosk-001/cmd/teller.said", b"secret"))
            watcher.publish(Publication("bank/v1/heping/kiosk-002/cmd/teller.said", b"for 2"))
            assert (await next_of(honest, Message)).payload == b"for 2"
            honest.publish(Publication("bank/v1/heping/kiosk-002/evt/money", b"own"))
            assert (await next_of(watcher, Message)).payload == b"own"
            assert not isinstance(disguised.ready(), Message)


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
