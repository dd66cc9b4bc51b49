"""Machines that are put together otherwise: one that only pays out, and cash in and out as two services."""

from __future__ import annotations

import asyncio

import pytest

from firmware_bridge.protocol.dialect import KAL
from firmware_bridge.services.card_reader import CardReaderService
from firmware_bridge.services.cash import CashService
from firmware_bridge.services.cash_in import RecyclerService
from firmware_bridge.services.pin_pad import PinPadService
from firmware_bridge.services.printer import TrayPrinterService
from guitai.errors import GuitaiError
from guitai.messages.cash import NotesRetracted, NotesTaken
from guitai.messages.cash_in import NotesReturned, NotesTakenBack, ReturnedRetracted
from guitai.messages.device import DeviceState
from guitai.money import yuan
from tests.wire.devices.conftest import running


class AcceptorService(RecyclerService):
    """The half of a recycler that takes in."""

    name = "CashAcceptor"
    interfaces = ("CashAcceptor", "CashManagement", "Storage")


def _pays_out_only(branch):
    return [
        CardReaderService(branch.card_reader),
        PinPadService(branch.pin_pad),
        TrayPrinterService(branch.printer),
        CashService(branch.dispenser, branch.end_to_end_key),
    ]


def _two_services(branch):
    acceptor = AcceptorService(branch.dispenser, branch.end_to_end_key)
    return [acceptor, *_pays_out_only(branch)]


async def test_a_branch_without_an_acceptor_serves_withdrawals(config):
    async with running(config, KAL, _pays_out_only) as bench:
        await bench.pay_out(yuan(100))
        await bench.hands.take_notes()
        await bench.seen(NotesTaken)
        with pytest.raises(GuitaiError) as caught:
            await bench.port.start_cash_in("c1", "p1")
        assert caught.value.code == "device.not_connected"
        assert not [e for e in bench.events if isinstance(e, DeviceState) and e.device == "acceptor" and e.usable]


async def test_cash_in_and_out_as_two_services(config):
    async with running(config, KAL, _two_services) as bench:
        await bench.pay_out(yuan(100))
        assert await bench.port.retract("t1") == NotesRetracted("t1", yuan(100))
        await bench.port.start_cash_in("c1", "p1")
        await asyncio.gather(bench.port.accept_notes("c2"), bench.hands.insert_notes({100_00: 2}))
        assert await bench.port.roll_back("c3") == NotesReturned("c3", yuan(200))
        assert await bench.port.retract_returned("c4") == ReturnedRetracted("c4", yuan(200))
        await bench.port.start_cash_in("c5", "p2")
        await asyncio.gather(bench.port.accept_notes("c6"), bench.hands.insert_notes({100_00: 2}))
        await bench.port.roll_back("c7")
        await bench.hands.take_returned_notes()
        await bench.seen(NotesTakenBack)
        assert not [event for event in bench.events if isinstance(event, NotesTaken)]


async def test_one_exit_for_both_ways(config, monkeypatch):
    monkeypatch.setattr("firmware_bridge.services.cash_in.TRAY_POSITION", "outDefault")
    async with running(config, KAL) as bench:
        await bench.pay_out(yuan(100))
        await bench.stop_core()
        await bench.start_core()
        await bench.hands.take_notes()
        await bench.seen(NotesTaken)
        await bench.port.start_cash_in("c1", "p1")
        await asyncio.gather(bench.port.accept_notes("c2"), bench.hands.insert_notes({100_00: 2}))
        await bench.port.roll_back("c3")
        await bench.hands.take_returned_notes()
        await bench.seen(NotesTakenBack)
        assert not [event for event in bench.events if isinstance(event, NotesTaken)]
