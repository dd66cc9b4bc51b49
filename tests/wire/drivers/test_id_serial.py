"""The ID-card reader's driver over a real pseudo-terminal, against a reader written from the protocol alone."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from firmware_bridge.drivers.id_serial import IdSerial
from guitai.errors import GuitaiError
from tests.fixtures.wires.id_reader import Card, Reader, answer, padded, resident
from tests.fixtures.wires.terminal import Terminal
from tests.wire.drivers.conftest import running, shows

pytestmark = pytest.mark.usefixtures("quick")
PATIENT_S = 10.0
"""For answers that come: a busy machine may take its time."""

SHORT_S = 0.5
"""For answers that do not come."""


@contextlib.asynccontextmanager
async def wired(folder: Path, answer_s: float = PATIENT_S) -> AsyncIterator[tuple[IdSerial, Reader, Terminal]]:
    reader = Reader()
    terminal = Terminal(folder / "ttyID", reader)
    terminal.plug()
    driver = IdSerial(terminal.address, answer_s=answer_s, retry_s=0.02)
    try:
        async with running(driver):
            await shows(driver, lambda: not driver.fault)
            yield driver, reader, terminal
    finally:
        terminal.pull()


async def test_a_resident_card_is_read_whole(tmp_path: Path):
    async with wired(tmp_path) as (driver, reader, _):
        reader.card = Card()
        card = await driver.read(5)
    assert (card.kind, card.name, card.sex, card.nation) == ("resident", "李桂英", "female", "汉")
    assert (card.number, card.birth) == ("11010519491231002X", date(1949, 12, 31))
    assert (card.address, card.issuer) == ("北京市朝阳区和平路18号院3号楼402室", "北京市公安局朝阳分局")
    assert (card.valid_from, card.valid_to) == (date(2010, 1, 4), None)
    assert card.photo == bytes(range(256)) * 4
    assert card.new_address == ""
    assert reader.heard == ["find", "select", "read", "appended"]
    assert "李" not in repr(card)


async def test_an_address_appended_later_is_told_too(tmp_path: Path):
    async with wired(tmp_path) as (driver, reader, _):
        reader.card = Card(appended=padded("上海市黄浦区新路5号", 70))
        assert (await driver.read(5)).new_address == "上海市黄浦区新路5号"


async def test_a_reader_that_does_not_know_appended_addresses_reads_all_the_same(tmp_path: Path):
    async with wired(tmp_path, SHORT_S) as (driver, reader, _):
        reader.card = Card()
        reader.faults["appended"] = [b""]
        assert (await driver.read(5)).new_address == ""
        assert (await driver.read(5)).name == "李桂英"
    assert reader.heard.count("appended") == 1


async def test_it_waits_for_a_card_to_come(tmp_path: Path):
    async with wired(tmp_path) as (driver, reader, _):
        reading = asyncio.create_task(driver.read(60))
        await reader.asked.wait()
        reader.card = Card()
        assert (await reading).name == "李桂英"


async def test_no_card_in_time_is_said(tmp_path: Path):
    async with wired(tmp_path) as (driver, _, _terminal):
        with pytest.raises(GuitaiError) as none:
            await driver.read(0.1)
        assert none.value.code == "driver.id_card_none"
        assert not driver.fault


@pytest.mark.parametrize("command", ["find", "select"])
@pytest.mark.parametrize("garbled", [b"", answer(0x9F)[:-1] + b"\x00", 0x10])
async def test_a_lost_or_garbled_answer_is_asked_for_again(tmp_path: Path, command: str, garbled: bytes | int):
    async with wired(tmp_path, SHORT_S) as (driver, reader, _):
        reader.card = Card()
        reader.faults[command] = [garbled, garbled]
        assert (await driver.read(30)).name == "李桂英"
        assert reader.heard.count(command) == 3


async def test_a_card_moved_while_being_read_is_not_read_again_by_itself(tmp_path: Path):
    async with wired(tmp_path) as (driver, reader, _):
        reader.card = Card()
        reader.faults["read"] = [0x41]
        with pytest.raises(GuitaiError) as moved:
            await driver.read(5)
        assert moved.value.code == "driver.id_card_unreadable"
        assert reader.heard.count("read") == 1
        assert (await driver.read(5)).name == "李桂英"


async def test_a_damaged_read_is_never_taken_for_a_card(tmp_path: Path):
    async with wired(tmp_path) as (driver, reader, _):
        reader.card = Card()
        whole = answer(0x90, b"\x01\x00\x04\x00" + resident() + bytes(1024))
        reader.faults["read"] = [whole[:40] + b"\xff" + whole[41:]]
        with pytest.raises(GuitaiError) as damaged:
            await driver.read(5)
        assert damaged.value.code == "driver.id_card_unreadable"


@pytest.mark.parametrize("status", [0x31, 0x32, 0x33, 0x40])
async def test_a_card_the_reader_does_not_accept_is_refused(tmp_path: Path, status: int):
    async with wired(tmp_path) as (driver, reader, _):
        reader.card = Card()
        reader.faults["select"] = [status]
        with pytest.raises(GuitaiError) as refused:
            await driver.read(5)
        assert refused.value.code == "driver.id_card_rejected"
        assert not driver.fault


@pytest.mark.parametrize("status", [0x60, 0x66])
async def test_a_broken_reader_is_a_fault_until_it_works_again(tmp_path: Path, status: int):
    async with wired(tmp_path) as (driver, reader, _):
        reader.card = Card()
        reader.faults["find"] = [status]
        with pytest.raises(GuitaiError):
            await driver.read(5)
        assert driver.fault == "driver.id_reader_broken"
        await driver.read(5)
        assert not driver.fault


async def test_a_silent_reader_is_named(tmp_path: Path):
    async with wired(tmp_path, SHORT_S) as (driver, reader, _):
        reader.faults["find"] = [b""] * 3
        with pytest.raises(GuitaiError) as silent:
            await driver.read(30)
        assert silent.value.code == driver.fault == "driver.no_answer"


async def test_a_reader_that_was_silent_is_well_again_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("firmware_bridge.drivers.id_serial.LOOK_S", 0.05)
    async with wired(tmp_path, SHORT_S) as (driver, reader, _):
        reader.faults["find"] = [b""] * 3
        with pytest.raises(GuitaiError):
            await driver.read(30)
        assert driver.fault == "driver.no_answer"
        async with asyncio.timeout(PATIENT_S):
            await shows(driver, lambda: not driver.fault)
    assert set(reader.heard) == {"find"}


async def test_noise_around_the_frames_does_no_harm(tmp_path: Path):
    async with wired(tmp_path) as (driver, reader, _):
        reader.card = Card()
        reader.chatter = b"\x00\xaa\xaa\x96\x69\xaa\xaa"
        assert (await driver.read(5)).name == "李桂英"


async def test_unplugged_while_waiting_and_plugged_in_again(tmp_path: Path):
    async with wired(tmp_path) as (driver, reader, terminal):
        reading = asyncio.create_task(driver.read(60))
        await reader.asked.wait()
        terminal.pull()
        with pytest.raises(GuitaiError) as lost:
            await reading
        assert lost.value.code == "driver.port_lost"
        await shows(driver, lambda: driver.fault == "driver.port_missing")
        with pytest.raises(GuitaiError) as missing:
            await driver.read(1)
        assert missing.value.code == "driver.port_missing"
        terminal.plug()
        await shows(driver, lambda: not driver.fault)
        reader.card = Card()
        assert (await driver.read(5)).name == "李桂英"


async def test_a_port_somebody_else_has_is_busy(tmp_path: Path):
    async with wired(tmp_path) as (_, _reader, terminal):
        second = IdSerial(terminal.address, retry_s=0.02)
        async with running(second):
            await shows(second, lambda: second.fault == "driver.port_busy")
