"""The receipt printer's driver over a pseudo-terminal and over TCP, against a printer that decodes by itself."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from firmware_bridge.drivers.escpos_printer import EscposPrinter
from guitai.errors import GuitaiError
from tests.fixtures.wires.receipt_printer import Printer
from tests.fixtures.wires.terminal import Terminal
from tests.wire.drivers.conftest import running, shows

LINES = ("卡号 6225****1234", "金额 ¥1,000.00", "余额 ¥12,345.67", "", "㐂𠮷 Thank you")


@contextlib.asynccontextmanager
async def wired(folder: Path, answer_s: float = 1.0) -> AsyncIterator[tuple[EscposPrinter, Printer, Terminal]]:
    printer = Printer()
    terminal = Terminal(folder / "ttyPOS", printer)
    terminal.plug()
    driver = EscposPrinter(terminal.address, answer_s=answer_s, look_s=0.02, retry_s=0.02)
    try:
        async with running(driver):
            await shows(driver, lambda: not driver.fault and driver.paper == "full")
            yield driver, printer, terminal
    finally:
        terminal.pull()


async def test_a_receipt_comes_out_cut_and_in_chinese(tmp_path: Path):
    async with wired(tmp_path) as (driver, printer, _):
        await driver.print("取款凭条", LINES)
        await driver.print("", ["第二张"])
    first, second = printer.slips
    assert first.lines[0] == ("取款凭条", 1, 0x11)
    assert first.lines[1:] == [(line, 0, 0) for line in LINES]
    assert second.lines == [("第二张", 0, 0)]


async def test_what_would_be_a_command_is_printed_as_a_space(tmp_path: Path):
    async with wired(tmp_path) as (driver, printer, _):
        await driver.print("凭\x1b@条", ["a\x1dV\x00b\x10\x04\x01c\n\ud800d"])
    assert len(printer.slips) == 1
    assert printer.slips[0].text == ["凭 @条", "a V b   c  d"]


async def test_a_long_receipt_never_floods_the_printer(tmp_path: Path):
    lines = [f"第{n}行 交易明细" for n in range(300)]
    async with wired(tmp_path) as (driver, printer, _):
        await driver.print("对账单", lines)
    assert printer.slips[0].text == ["对账单", *lines]
    assert printer.most_in_flight <= 1024 + 3


async def test_paper_low_is_told_and_prints_all_the_same(tmp_path: Path):
    async with wired(tmp_path) as (driver, printer, _):
        printer.near_end = True
        await shows(driver, lambda: driver.paper == "low")
        await driver.print("凭条", LINES)
        assert not driver.fault
    assert len(printer.slips) == 1


async def test_without_paper_nothing_is_sent(tmp_path: Path):
    async with wired(tmp_path) as (driver, printer, _):
        printer.rows_left = 0
        await shows(driver, lambda: driver.paper == "out")
        with pytest.raises(GuitaiError) as out:
            await driver.print("凭条", LINES)
        assert out.value.code == driver.fault == "driver.printer_paper_out"
        printer.load_paper()
        await shows(driver, lambda: not driver.fault)
        await driver.print("凭条", LINES)
    assert [slip.text for slip in printer.slips] == [["凭条", *LINES]]


async def test_paper_that_ends_in_the_middle_is_told(tmp_path: Path):
    async with wired(tmp_path) as (driver, printer, _):
        printer.rows_left = 3
        with pytest.raises(GuitaiError) as out:
            await driver.print("凭条", LINES)
        assert out.value.code == "driver.printer_paper_out"
    assert printer.slips == []


@pytest.mark.parametrize(
    ("trouble", "code"), [("cover_open", "driver.printer_cover_open"), ("cutter_stuck", "driver.printer_error")]
)
async def test_cover_and_cutter_are_faults_until_somebody_sees_to_them(tmp_path: Path, trouble: str, code: str):
    async with wired(tmp_path) as (driver, printer, _):
        setattr(printer, trouble, True)
        await shows(driver, lambda: driver.fault == code)
        with pytest.raises(GuitaiError) as refused:
            await driver.print("凭条", LINES)
        assert refused.value.code == code
        setattr(printer, trouble, False)
        await shows(driver, lambda: not driver.fault)


async def test_a_printer_without_power_is_named(tmp_path: Path):
    async with wired(tmp_path, 0.3) as (driver, printer, _):
        printer.deaf = True
        await shows(driver, lambda: driver.fault == "driver.no_answer")
        assert driver.paper == "unknown"
        printer.deaf = False
        await shows(driver, lambda: not driver.fault)


async def test_unplugged_while_printing_and_plugged_in_again(tmp_path: Path):
    async with wired(tmp_path) as (driver, printer, terminal):
        printer.rows_left = 3
        printing = asyncio.create_task(driver.print("凭条", LINES))
        await asyncio.sleep(0)
        terminal.pull()
        with pytest.raises(GuitaiError):
            await printing
        await shows(driver, lambda: driver.fault == "driver.port_missing")
        printer.load_paper()
        terminal.plug()
        await shows(driver, lambda: not driver.fault)


async def test_over_the_network():
    printer = Printer()
    closed = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(4096):
            writer.write(printer.hear(data))
        writer.close()
        closed.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    driver = EscposPrinter(f"tcp:127.0.0.1:{port}", look_s=0.02, retry_s=0.02)
    async with server:
        async with running(driver):
            await shows(driver, lambda: not driver.fault)
            await driver.print("取款凭条", LINES)
        await closed.wait()
    assert printer.slips[0].text == ["取款凭条", *LINES]


async def test_a_network_printer_that_is_not_there_is_told():
    async with await asyncio.start_server(lambda *_: None, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
    driver = EscposPrinter(f"tcp:127.0.0.1:{port}", retry_s=0.02)
    async with running(driver):
        await shows(driver, lambda: driver.fault == "driver.not_reached")
