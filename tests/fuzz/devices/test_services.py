"""No command that the catalogue allows makes a service fall over, whatever its payload and whatever came before."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_bridge.main import services_of
from firmware_bridge.protocol import catalog
from firmware_bridge.protocol.dialect import KAL
from firmware_bridge.protocol.host import Completion, Job
from firmware_bridge.services.service import Service
from firmware_bridge.simulator.branch import Branch
from firmware_bridge.simulator.keys import provision_keys
from guitai.config import Config, Paths
from tests.fuzz.devices.test_payloads import fitting

PATIENCE_S = 0.01
"""For commands that wait for a person; nobody comes."""


@pytest.fixture(scope="module")
def branch() -> Iterator[tuple[asyncio.Runner, list[Service]]]:
    """The services of a simulated branch, and the one loop that they live in."""
    with tempfile.TemporaryDirectory() as name, asyncio.Runner() as runner:
        folder = Path(name)
        config = Config(paths=Paths(run=folder, state=folder / "state", keys=folder / "keys"))
        provision_keys(config.paths.keys)
        made = services_of(Branch(config))
        for service in made:
            service.bind(KAL, check_event("unsolicited"))
        yield runner, made


def check_event(kind: str) -> Any:
    def check(name: str, payload: Any) -> None:
        entry = catalog.definition(name, kind)
        assert entry is not None, f"{kind} {name}"
        assert catalog.fault(entry, payload) is None, name

    return check


async def answered(service: Service, name: str, payload: Any) -> Completion | None:
    """Run one command as the runner does; None when it waited for a person."""
    running = asyncio.create_task(service.execute(Job(1, 1, name, payload), check_event("event")))
    waits = name in service.waits_for_people
    done, _ = await asyncio.wait({running}, timeout=PATIENCE_S if waits else 10)
    if not done:
        assert waits, f"{name} hangs"
        running.cancel()
        await asyncio.wait({running})
        return None
    return running.result()


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_every_payload_is_answered_as_the_catalogue_says(branch, data):
    runner, services = branch
    service = data.draw(st.sampled_from(services))
    name = data.draw(st.sampled_from(sorted(service.handlers)))
    command, completion = catalog.definition(name, "command"), catalog.definition(name, "completion")
    assert command is not None
    assert completion is not None
    payload = data.draw(fitting(catalog.schemas()[command.payload])) if command.payload else {}
    outcome = runner.run(answered(service, name, payload))
    if outcome is not None:
        assert catalog.fault(completion, outcome.payload) is None, (name, outcome.code)
