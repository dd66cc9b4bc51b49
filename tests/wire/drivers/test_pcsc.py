"""Chip cards through a real pcscd and its virtual reader: real APDUs, a pulled card, a reader and a daemon that go."""

from __future__ import annotations

import asyncio

import pytest

from firmware_bridge.drivers.pcsc import PcscChip
from guitai.errors import GuitaiError
from tests.fixtures.wires import virtual_card as card
from tests.fixtures.wires.pcsc import READER, Box
from tests.wire.drivers.conftest import running, shows

pytestmark = pytest.mark.pcscd


async def holding(chip: PcscChip, box: Box, card: str = "insert") -> None:
    await shows(chip, lambda: not chip.fault)
    await box.order(card)
    await shows(chip, lambda: chip.present)


async def test_a_card_is_reset_selected_and_read(box: Box):
    await box.order("daemon")
    chip = PcscChip("virtual", retry_s=0.02)
    async with running(chip):
        await holding(chip, box)
        assert await chip.reset() == card.ATR
        assert await chip.transmit(card.READ_RECORD) == b"\x69\x85"
        assert await chip.transmit(card.SELECT) == b"\x6f\x0a\x84\x08" + card.AID + b"\x90\x00"
        record = await chip.transmit(card.READ_RECORD)
        assert record == card.RECORD + b"\x90\x00"
        assert await chip.transmit(bytes.fromhex("80CA9F7F00")) == b"\x6d\x00"


async def test_a_reset_forgets_what_was_selected(box: Box):
    await box.order("daemon")
    chip = PcscChip(READER, retry_s=0.02)
    async with running(chip):
        await holding(chip, box)
        for warm in (False, True):
            assert await chip.reset(warm=warm) == card.ATR
            assert await chip.transmit(card.READ_RECORD) == b"\x69\x85"
            assert (await chip.transmit(card.SELECT))[-2:] == b"\x90\x00"
        await chip.power_off()
        with pytest.raises(GuitaiError) as off:
            await chip.transmit(card.READ_RECORD)
        assert off.value.code == "driver.chip_mute"
        await chip.power_off()
        assert await chip.reset() == card.ATR


async def test_an_empty_reader_and_a_pulled_card_are_named(box: Box):
    await box.order("daemon")
    chip = PcscChip(READER, retry_s=0.02)
    async with running(chip):
        await shows(chip, lambda: not chip.fault)
        with pytest.raises(GuitaiError) as empty:
            await chip.reset()
        assert empty.value.code == "driver.chip_absent"
        await holding(chip, box)
        await chip.reset()
        await box.order("remove")
        await shows(chip, lambda: not chip.present)
        with pytest.raises(GuitaiError) as pulled:
            await chip.transmit(card.SELECT)
        assert pulled.value.code == "driver.chip_absent"
        await holding(chip, box)
        assert await chip.reset() == card.ATR


async def test_without_pcscd_it_says_so_and_waits_for_it(box: Box):
    chip = PcscChip(READER, retry_s=0.02)
    async with running(chip):
        await shows(chip, lambda: chip.fault == "driver.no_pcscd")
        with pytest.raises(GuitaiError) as none:
            await chip.reset()
        assert none.value.code == "driver.no_pcscd"
        await box.order("daemon")
        await holding(chip, box)
        assert await chip.reset() == card.ATR


async def test_a_daemon_started_anew_is_found_again(box: Box):
    await box.order("daemon")
    chip = PcscChip(READER, retry_s=0.02)
    async with running(chip):
        await holding(chip, box)
        await chip.reset()
        await box.order("kill")
        await shows(chip, lambda: chip.fault == "driver.no_pcscd")
        assert not chip.present
        await box.order("daemon")
        await holding(chip, box)
        assert await chip.reset() == card.ATR


async def test_a_reader_that_is_not_there_is_named_with_those_that_are(box: Box):
    await box.order("daemon")
    chip = PcscChip("Omnikey", retry_s=0.02)
    async with running(chip):
        await shows(chip, lambda: chip.fault == "driver.no_card_reader")
        assert chip.error is not None
        assert READER in chip.error.english()


async def test_a_reader_plugged_in_later_is_found(box: Box):
    await box.order("bare_daemon")
    chip = PcscChip("", retry_s=0.02)
    async with running(chip):
        await shows(chip, lambda: chip.fault == "driver.no_card_reader")
        await box.order("kill")
        await box.order("daemon")
        await holding(chip, box)


async def test_a_card_somebody_else_holds_is_busy(box: Box):
    await box.order("daemon")
    first, second = PcscChip(READER, retry_s=0.02), PcscChip(READER, retry_s=0.02)
    async with running(first), running(second):
        await holding(first, box)
        await shows(second, lambda: second.present)
        await first.reset()
        with pytest.raises(GuitaiError) as busy:
            await second.reset()
        assert busy.value.code == "driver.card_reader_busy"


async def test_a_card_that_stops_answering_holds_up_nobody(box: Box):
    await box.order("daemon")
    chip = PcscChip(READER, retry_s=0.02)
    async with running(chip):
        await holding(chip, box, "insert_mute")
        await chip.reset()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(chip.transmit(card.SELECT), 0.1)
        await box.order("remove")
        await shows(chip, lambda: not chip.present)
        await holding(chip, box)
        assert await chip.reset() == card.ATR
        assert (await chip.transmit(card.SELECT))[-2:] == b"\x90\x00"
