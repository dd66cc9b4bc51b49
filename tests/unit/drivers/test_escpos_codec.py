"""Status bytes of ESC/POS printers in words."""

from __future__ import annotations

import pytest

from firmware_bridge.drivers.escpos_codec import PIECE, Condition, is_done, is_now, receipt

FINE = Condition(0x12, 0x12, 0x12, 0x12)


def test_a_printer_that_is_fine():
    assert FINE.fault is None
    assert FINE.paper == "full"


@pytest.mark.parametrize(
    ("condition", "code", "paper"),
    [
        (Condition(0x1A, 0x16, 0x12, 0x12), "driver.printer_cover_open", "full"),
        (Condition(0x1A, 0x36, 0x12, 0x7E), "driver.printer_cover_open", "out"),
        (Condition(0x1A, 0x32, 0x12, 0x12), "driver.printer_paper_out", "out"),
        (Condition(0x1A, 0x12, 0x12, 0x72), "driver.printer_paper_out", "out"),
        (Condition(0x1A, 0x52, 0x1A, 0x12), "driver.printer_error", "full"),
        (Condition(0x1A, 0x52, 0x32, 0x12), "driver.printer_error", "full"),
        (Condition(0x1A, 0x52, 0x52, 0x1E), "driver.printer_error", "low"),
        (Condition(0x1A, 0x52, 0x12, 0x12), "driver.printer_error", "full"),
        (Condition(0x1A, 0x12, 0x12, 0x12), "driver.printer_error", "full"),
    ],
)
def test_what_keeps_a_printer_from_printing(condition: Condition, code: str, paper: str):
    assert condition.fault is not None
    assert condition.fault.code == code
    assert condition.paper == paper


def test_no_byte_is_taken_for_both_kinds_of_answer():
    assert not [byte for byte in range(256) if is_now(byte) and is_done(byte)]
    assert not any(is_now(byte) or is_done(byte) for byte in (0x11, 0x13))  # XON, XOFF


def test_pieces_end_with_whole_lines_and_fit_a_small_buffer():
    pieces = receipt("标题", ["交" * 20] * 100)
    assert all(len(piece) <= PIECE for piece in pieces)
    assert all(piece.endswith(b"\n") for piece in pieces[:-1])
