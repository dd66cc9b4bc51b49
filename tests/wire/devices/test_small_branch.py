"""A branch with only the four devices it needs, and one whose other devices come and go."""

from __future__ import annotations

import contextlib

import pytest

from firmware_bridge.main import services_of
from firmware_bridge.port import OPTIONAL
from firmware_bridge.services.host import host
from firmware_bridge.simulator.branch import Branch
from guitai.errors import GuitaiError
from guitai.messages.device import DeviceState, PrintDone

NEEDED = {"CardReader", "PinPad", "CashDispenser", "Printer"}


@contextlib.asynccontextmanager
async def only_needed(bench):
    """Serve a kiosk whose vendor offers four services in place of the bench's own."""
    await bench.stop_machines()
    branch = Branch(bench.config)
    services = [service for service in services_of(branch) if service.name in NEEDED]
    assert len(services) == len(NEEDED)
    async with host(services, "127.0.0.1", bench.config.devices.port, bench.dialect):
        yield branch
    await bench.start_machines()


async def test_a_kiosk_with_four_services_serves(any_bench):
    await any_bench.stop_core()
    any_bench.events.clear()
    async with only_needed(any_bench):
        await any_bench.start_core()
        assert await any_bench.port.print_receipt("p1", "回单", ("a",)) == PrintDone("p1")
        port = any_bench.port
        for missing in (
            port.read_id_card("i1"),
            port.read_code("c1"),
            port.photograph_document("d1"),
            port.print_statement("p2", "流水", ("a",)),
            port.acknowledge_mode("OperatorPanel", enter=True),
        ):
            with pytest.raises(GuitaiError) as caught:
                await missing
            assert (caught.value.code, caught.value.retryable) == ("device.not_connected", True)
        await port.cancel_id_card()
        port.light("pinPad", "flash")
        assert (port.near, port.handset_lifted) == (None, None)
        told = {event.device for event in any_bench.events if isinstance(event, DeviceState)}
        assert "lights" not in told


async def test_a_device_the_branch_can_do_without_takes_nothing_else_down(bench):
    lights = bench.port._links.of("Lights")
    for role in sorted(OPTIONAL):
        assert bench.port._links.offers(role), role
    others = [bench.port._links.of(role) for role in sorted(NEEDED)]
    bench.events.clear()
    bench.port._went_down(lights)
    assert bench.port._all_up.is_set()
    assert bench.events == [DeviceState("lights", False, "device.not_connected")]
    assert [bench.port._links.of(role) for role in sorted(NEEDED)] == others
    bench.port._came_up(lights)
    assert bench.events[-1] == DeviceState("lights", True)
