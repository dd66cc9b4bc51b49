"""A whole headquarters and a kiosk's real line: joined, its line comes up; revoked there, it is refused within the minute."""

from __future__ import annotations

import asyncio
import contextlib
import time
from pathlib import Path

import pytest

from guitai.clock import SystemClock
from guitai.wire.mqtt import Disconnected, Endpoint, MqttLink
from guitai.wire.tls import Identity
from headquarters import fleet, pki
from headquarters import main as hq_main
from headquarters.broker import Broker
from headquarters.console.audit import Audit
from headquarters.engine import where
from headquarters.enrolment.desk import EnrolmentDesk
from headquarters.store import Store
from sync import main as sync_main
from tests.fixtures.hq.enrolment import Machine, Place
from tests.fixtures.hq.world import eventually, short_folder

pytestmark = pytest.mark.broker


async def cut_off(machine: Machine) -> Disconnected:
    """Try to connect as the kiosk; return how that was refused."""
    config = machine.config
    endpoint = Endpoint("127.0.0.1", config.mqtt.port, 20, config.kiosk.id, Identity.of(machine.keys, "kiosk"))
    async with MqttLink(endpoint, []) as link, asyncio.timeout(20):
        found = await link.next()
        assert isinstance(found, Disconnected)
        return found


async def test_joined_it_is_online_and_revoked_it_is_refused(tmp_path: Path) -> None:
    with short_folder() as folder:
        place = Place(folder / "hq")
        machine = Machine(folder / "k")
        machine.folder.mkdir()
        place.store.close()
        stop, stop_kiosk = asyncio.Event(), asyncio.Event()
        async with Broker(folder / "broker", place.config):
            (place.config.paths.state / "broker").symlink_to(folder / "broker")  # where headquarters looks for it
            headquarters = asyncio.create_task(hq_main.serve(place.config, stop))
            with contextlib.closing(Store(where(place.config))) as store:
                engine, clock = store.connection, SystemClock()
                desk = EnrolmentDesk(place.config, engine, Audit(engine, clock), None, clock)  # as `guitai enrolment`
                made = desk.new("kiosk-007", "heping", {}, 1, "tester")

                async def joined() -> bool:
                    with contextlib.suppress(Exception):  # headquarters is coming up
                        await machine.join(made.claim)
                    return (machine.keys / "kiosk.crt").exists()

                await eventually(joined)
                line = asyncio.create_task(sync_main.serve(machine.config, stop_kiosk))

                await eventually(
                    lambda: [(one.kiosk, one.online) for one in fleet.kiosks(engine)] == [("kiosk-007", True)]
                )
                assert pki.common_name(machine.certificate()) == "kiosk-007"
                began = time.monotonic()
                desk.revoke("kiosk-007", "stolen", None)
                await eventually(lambda: not desk.store.not_shut(), 60)
                assert time.monotonic() - began < 60
                last = (await cut_off(machine)).reason
                assert last
            stop_kiosk.set()
            stop.set()
            await asyncio.gather(line, headquarters)
