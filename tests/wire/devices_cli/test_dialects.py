"""The technician's commands understand every way services speak."""

from __future__ import annotations

import json

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
    async with host(services_of(branch), "127.0.0.1", 0, dialect) as port:
        bench = Bench(config.model_copy(update={"devices": config.devices.model_copy(update={"port": port})}))
        code, out = await bench.run("list", "--json")
        assert code == 0, out
        rows = json.loads(out)
        assert len(rows) == len(services_of(branch))
        assert all(row["state"] == "online" and row["model"] for row in rows)
        code, out = await bench.run("test", "--json")
        assert code == 0, out
        assert all(finding["level"] == "ok" for finding in json.loads(out)), out
        code, out = await bench.run("status")
        assert code == 0, out
        assert "200,000" in out
