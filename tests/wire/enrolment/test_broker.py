"""A certificate that ended is cut at a real broker within seconds, and a new one of the same name is let in."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from guitai.wire.mqtt import Connected, Disconnected, Endpoint, MqttLink
from guitai.wire.tls import Identity
from headquarters.broker import Broker
from headquarters.enrolment.shutter import Shutter
from tests.fixtures.hq.enrolment import Machine, Place
from tests.fixtures.hq.line import next_of
from tests.fixtures.hq.world import short_folder

pytestmark = pytest.mark.broker


@pytest.fixture
async def hq() -> AsyncIterator[Place]:
    with short_folder() as folder:
        place = Place(folder)
        async with Broker(folder / "broker", place.config), place.serving():
            yield place


def line_of(machine: Machine) -> MqttLink:
    config = machine.config
    identity = Identity.of(machine.keys, "kiosk")
    endpoint = Endpoint(config.mqtt.host, config.mqtt.port, 20, config.kiosk.id, identity)
    return MqttLink(endpoint, [f"bank/v1/{config.kiosk.branch}/{config.kiosk.id}/cmd/+"])


def shutter_of(hq: Place) -> Shutter:
    config = hq.config
    endpoint = Endpoint("127.0.0.1", config.headquarters.broker_port, 20, "hq-shutter", Identity.of(hq.keys, "hq"))
    return Shutter(hq.desk, lambda: endpoint, hq.folder / "broker")


async def test_revoked_it_is_cut_and_a_new_code_lets_it_in_again(hq: Place, tmp_path: Path) -> None:
    machine = Machine(tmp_path / "k")
    await machine.join(hq.code())
    async with line_of(machine) as line:
        assert await next_of(line, Connected)
        began = time.monotonic()
        hq.desk.revoke("kiosk-007", "stolen", None)
        assert await shutter_of(hq).once()
        assert await next_of(line, Disconnected)
        assert time.monotonic() - began < 60
        assert isinstance(await next_of(line, Connected | Disconnected), Disconnected), "it came back"
    assert hq.desk.store.not_shut() == []
    await machine.join(hq.code())
    async with line_of(machine) as line:
        assert await next_of(line, Connected)


async def test_a_replaced_machine_is_cut_and_its_successor_stays(hq: Place, tmp_path: Path) -> None:
    old, new = Machine(tmp_path / "old"), Machine(tmp_path / "new")
    await old.join(hq.code())
    async with line_of(old) as line:
        assert await next_of(line, Connected)
        await new.join(hq.code())
        assert await shutter_of(hq).once()
        assert await next_of(line, Disconnected)
        assert isinstance(await next_of(line, Connected | Disconnected), Disconnected), "it came back"
    async with line_of(new) as line:
        assert await next_of(line, Connected)


async def test_a_broker_that_is_away_is_tried_again(hq: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headquarters.revocation.CUT_TIMEOUT_S", 0.2)
    await Machine(tmp_path / "k").join(hq.code())
    hq.desk.revoke("kiosk-007", "stolen", None)
    nowhere = Endpoint("127.0.0.1", 1, 20, "hq-shutter", Identity.of(hq.keys, "hq"))
    assert not await Shutter(hq.desk, lambda: nowhere, hq.folder / "nobody").once()
    assert len(hq.desk.store.not_shut()) == 1
    monkeypatch.undo()
    assert await shutter_of(hq).once()
    assert hq.desk.store.not_shut() == []
