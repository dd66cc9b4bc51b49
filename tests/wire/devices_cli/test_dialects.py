"""The technician's commands understand every way services speak."""

from __future__ import annotations

import json
import signal

import pytest

from firmware_bridge.main import services_of
from firmware_bridge.protocol.dialect import FIRST, SCHEMA
from firmware_bridge.services.host import host
from firmware_bridge.simulator.branch import Branch
from firmware_bridge.simulator.keys import provision_keys
from tests.wire.devices_cli.conftest import Bench


@pytest.mark.parametrize("dialect", [SCHEMA, FIRST], ids=lambda dialect: dialect.name)
async def test_list_test_and_status(config, dialect):
    provision_keys(config.paths.keys)
    branch = Branch(config)
    services = services_of(branch)
    async with host(services, "127.0.0.1", 0, dialect) as port:
        bench = Bench(config.model_copy(update={"devices": config.devices.model_copy(update={"port": port})}))
        code, out = await bench.run("list", "--json")
        assert code == 0, out
        rows = json.loads(out)
        assert len(rows) == len(services)
        assert all(row["state"] == "online" and row["model"] for row in rows)
        code, out = await bench.run("test", "--json")
        assert code == 0, out
        assert all(finding["level"] == "ok" for finding in json.loads(out)), out
        code, out = await bench.run("status")
        assert code == 0, out
        assert "200,000" in out
        trace = await bench.start("trace", "--device", "printer", "--lang", "en")
        await trace.until("commands cannot be overheard")
        branch.printer.fault("paper_out")
        await trace.until("by itself Common.StatusChangedEvent")
        await trace.until("printer.paper.upper=out")
        trace.process.send_signal(signal.SIGINT)
        assert await trace.end() == 0
