"""Why a port could not be opened, in words; and how addresses are written."""

from __future__ import annotations

import errno
import grp
import os
import pty
import termios
from pathlib import Path

import pytest
from pydantic import ValidationError

from firmware_bridge.drivers.lines import open_line, port_error
from guitai.config import Devices
from guitai.errors import GuitaiError


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOENT, "driver.port_missing"),
        (errno.ENODEV, "driver.port_missing"),
        (errno.EACCES, "driver.port_denied"),
        (errno.EBUSY, "driver.port_busy"),
        (errno.EAGAIN, "driver.port_busy"),
        (errno.EIO, "driver.port_lost"),
    ],
)
def test_each_cause_has_its_sentence(number: int, code: str):
    assert port_error("/dev/ttyUSB0", OSError(number, os.strerror(number))).code == code


def test_a_denied_port_names_its_group(tmp_path: Path):
    port = tmp_path / "ttyUSB0"
    port.touch()
    error = port_error(str(port), PermissionError(errno.EACCES, "Permission denied"))
    assert f"adduser guitai-devices {grp.getgrgid(port.stat().st_gid).gr_name}" in error.english()


@pytest.mark.parametrize("address", ["", "serial:ttyUSB0", "usb:1", "tcp:printer", "serial:/dev/tty USB0"])
async def test_an_address_that_is_none_is_refused(address: str):
    with pytest.raises(GuitaiError) as wrong:
        await open_line(address, 9600)
    assert wrong.value.code == "driver.bad_address"


async def test_what_is_no_serial_port_is_told(tmp_path: Path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(GuitaiError) as wrong:
        await open_line(f"serial:{tmp_path}/file", 9600)
    assert wrong.value.code == "driver.port_lost"


async def test_a_port_pulled_out_while_it_is_opened_is_lost(monkeypatch: pytest.MonkeyPatch):
    def gone(_fd: int, _queue: int) -> None:
        raise termios.error(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(termios, "tcflush", gone)
    master, slave = pty.openpty()
    try:
        with pytest.raises(GuitaiError) as lost:
            await open_line(f"serial:{os.ttyname(slave)}", 9600)
    finally:
        os.close(master)
        os.close(slave)
    assert lost.value.code == "driver.port_lost"
    assert os.strerror(errno.EIO) in lost.value.english()


@pytest.mark.parametrize(
    "key",
    [
        {"card_chip": "Omnikey"},
        {"id_reader": "/dev/ttyUSB0"},
        {"receipt_printer": "escpos:usb"},
        {"receipt_printer": "serial:/dev/ttyUSB0"},
    ],
)
def test_the_configuration_refuses_what_no_driver_takes(key: dict[str, str]):
    with pytest.raises(ValidationError):
        Devices(**key)
