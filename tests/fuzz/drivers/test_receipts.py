"""Whatever is to be printed: one slip comes out, and no text of anybody commands the printer."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.drivers.escpos_codec import Condition, receipt
from tests.fixtures.wires.receipt_printer import Printer

BYTE = st.integers(0, 255)


def plain(words: str) -> str:
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in words)


@given(st.text(max_size=30), st.lists(st.text(max_size=60), max_size=60))
def test_any_text_is_one_slip_and_nothing_but_text(title: str, lines: list[str]):
    printer = Printer()
    for piece in receipt(title, lines):
        assert printer.hear(piece) == b""
    head = [(plain(title), 1, 0x11)] if title else []
    assert [slip.lines for slip in printer.slips] == [[*head, *((plain(line), 0, 0) for line in lines)]]


@given(BYTE, BYTE, BYTE, BYTE)
def test_any_four_bytes_are_a_condition(printer: int, offline: int, error: int, sensor: int):
    condition = Condition(printer, offline, error, sensor)
    assert condition.paper in ("full", "low", "out")
    assert condition.fault is None or condition.fault.code.startswith("driver.")
    assert condition.paper != "out" or condition.fault is not None
