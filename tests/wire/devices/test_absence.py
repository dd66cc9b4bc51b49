"""Devices that stay away are told of in the log once, however often they are tried, and once when they are back."""

from __future__ import annotations

import asyncio

import structlog

from firmware_bridge import port as port_module
from firmware_bridge.client.discovery import discover
from firmware_bridge.port import DevicePort
from firmware_bridge.simulator.keys import provision_keys
from guitai.config import Devices
from tests.fixtures.ports import free_port
from tests.wire.devices.conftest import LIMIT_S

ATTEMPTS = 4


async def test_absence_is_logged_once(config, monkeypatch):
    attempts, enough, real = [], asyncio.Event(), discover

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
    lights = bench.port._links.of("Lights")
    bench.port._went_down(lights)
    bench.port._lost = "nobody answered"
    with structlog.testing.capture_logs() as logs:
        for _ in range(2):
            bench.port._came_up(lights)
    assert [one["event"] for one in logs if one["log_level"] == "info"] == ["devices reachable again"]
