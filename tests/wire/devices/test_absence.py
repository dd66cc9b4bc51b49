"""Devices that stay away are told of in the log once, however often they are tried, and once when they are back."""

from __future__ import annotations

import asyncio

import structlog

from firmware_bridge import port as port_module
from firmware_bridge.port import DevicePort
from firmware_bridge.simulator.keys import provision_keys
from guitai.config import Devices
from guitai.messages.device import DeviceState
from tests.fixtures.ports import free_port
from tests.wire.devices.conftest import LIMIT_S

ATTEMPTS = 4


async def test_absence_is_logged_once(config, monkeypatch):
    attempts, enough, real = [], asyncio.Event(), port_module.discover

    async def counted(*arguments):
        attempts.append(1)
        if len(attempts) == ATTEMPTS:
            enough.set()
        return await real(*arguments)

    monkeypatch.setattr(port_module, "discover", counted)
    monkeypatch.setattr(port_module, "FIRST_RETRY_S", 0.01)
    here = config.model_copy(update={"devices": Devices(port=free_port())})
    provision_keys(here.paths.keys)
    with structlog.testing.capture_logs() as logs:
        running = asyncio.create_task(DevicePort(here, lambda _: None).run())
        await asyncio.wait_for(enough.wait(), LIMIT_S)
        running.cancel()
        await asyncio.wait({running})
    assert [one["event"] for one in logs if one["log_level"] == "info"] == ["devices not reachable"]


async def test_coming_back_is_logged_once(bench):
    with structlog.testing.capture_logs() as logs:
        await bench.stop_machines()
        await bench.seen(DeviceState, lambda state: state.device == "devices" and not state.usable)
        await bench.start_machines()
        await bench.until_usable()
    said = [one["event"] for one in logs if one["event"].startswith("devices ")]
    assert (said[-1], said.count("devices reachable again")) == ("devices reachable again", 1)
