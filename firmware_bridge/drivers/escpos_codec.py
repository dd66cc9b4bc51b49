"""ESC/POS: a receipt as bytes, and what the status bytes of a printer mean. Sans-I/O.

Only the command table of python-escpos is used: its printer classes block, and load a capabilities file into a new
temporary folder at every start.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from escpos import constants as escpos

from firmware_bridge.drivers.receipts import Paper
from guitai.errors import GuitaiError

SETTLE = bytes(escpos.GS + b"a\x00")
"""Tell nothing unasked (automatic status back off)."""

ASK_DONE = bytes(escpos.GS + b"r\x01")
"""Ask for the paper sensor in turn: the answer means that everything sent before has been printed."""

ASK_NOW = tuple(bytes(escpos.RT_STATUS + bytes([n])) for n in (1, 2, 3, 4))
"""Ask at once, also a printer that is offline: printer, cause of offline, cause of error, paper sensor."""

PIECE = 1024

_CHINESE = bytes(escpos.FS + b"&")
_LARGE = bytes(escpos.TXT_SIZE + b"\x11")
_NORMAL = bytes(escpos.TXT_SIZE + b"\x00")
_FEED = bytes(escpos.ESC + b"d\x06")
"""Six lines: from the head to the cutter."""

_OFFLINE = 0x08
_COVER_OPEN, _STOPPED_BY_PAPER, _ERROR = 0x04, 0x20, 0x40
_CUTTER, _UNRECOVERABLE, _HOT = 0x08, 0x20, 0x40
_NEAR_END, _END = 0x0C, 0x60


@dataclass(frozen=True, slots=True)
class Condition:
    """How a printer is, out of its four answers to ASK_NOW."""

    printer: int
    offline: int
    error: int
    sensor: int

    @property
    def paper(self) -> Paper:
        """The paper."""
        if self.sensor & _END or self.offline & _STOPPED_BY_PAPER:
            return "out"
        return "low" if self.sensor & _NEAR_END else "full"

    @property
    def fault(self) -> GuitaiError | None:
        """What keeps it from printing, the cause that a person should see to first."""
        if self.offline & _COVER_OPEN:
            return GuitaiError("driver.printer_cover_open")
        if self.paper == "out":
            return GuitaiError("driver.printer_paper_out")
        if self.error & _CUTTER:
            return GuitaiError("driver.printer_error", reason="the cutter is stuck")
        if self.error & _UNRECOVERABLE:
            return GuitaiError("driver.printer_error", reason="it needs to be repaired")
        if self.error & _HOT:
            return GuitaiError("driver.printer_error", reason="its head is too hot or its voltage is wrong")
        if self.offline & _ERROR:
            return GuitaiError("driver.printer_error", reason="it gives no cause")
        if self.printer & _OFFLINE:
            return GuitaiError("driver.printer_error", reason="it is offline")
        return None


def is_now(byte: int) -> bool:
    """Whether a byte is an answer to ASK_NOW (its fixed bits: 0xx1xx10)."""
    return byte & 0x93 == 0x12


def is_done(byte: int) -> bool:
    """Whether a byte is an answer to ASK_DONE (its fixed bits: 0xx0xxxx)."""
    return byte & 0x90 == 0


def receipt(title: str, lines: Sequence[str]) -> list[bytes]:
    """Return a receipt: the title large and centred, the lines below, feed and cut, in GB 18030.

    It comes in pieces that end with whole lines. Waiting for ASK_DONE after each keeps a printer whose line has no
    flow control from losing bytes; PIECE bytes fit into the smallest buffers.
    """
    rows = [bytes(escpos.HW_INIT) + _CHINESE]
    if title:
        rows.append(escpos.TXT_STYLE["align"]["center"] + _LARGE + _text(title) + b"\n" + _NORMAL)
    rows.append(escpos.TXT_STYLE["align"]["left"])
    rows += [_text(line) + b"\n" for line in lines]
    rows.append(_FEED + escpos.PAPER_FULL_CUT)
    pieces = [b""]
    for row in rows:
        if len(pieces[-1]) + len(row) > PIECE:
            pieces.append(b"")
        pieces[-1] += row
    return pieces


def _text(words: str) -> bytes:
    """Encode words; what would be a command to the printer, or is no character at all, becomes a space."""
    plain = "".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in words)
    return plain.encode("gb18030")
