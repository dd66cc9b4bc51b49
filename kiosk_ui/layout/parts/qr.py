"""QrPart: a code to be scanned with a phone, dark on white with its quiet zone, and a caption."""

from __future__ import annotations

from functools import cache

from guitai.messages.view import QrPart
from kiosk_ui.layout.context import Block, Context, Pen, fitted, line_height
from kiosk_ui.scene import Box, Drawing, Fill
from kiosk_ui.theme import colour

QUIET = 4
"""Modules of white around the code (ISO/IEC 18004, 9.1)."""

SIDE = 560.0
DARK, LIGHT = "#101010", "#FDFDFD"
"""Not the tokens': scanners want a dark code on light ground in every look."""


@cache
def modules(text: str) -> tuple[tuple[bool, ...], ...]:
    """Return the code's dark modules, row by row."""
    from qrcode.constants import ERROR_CORRECT_M  # brings Pillow, which a window that starts can do without
    from qrcode.main import QRCode

    code = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())


def blocks(context: Context, part: QrPart) -> list[Block]:
    """Return the code, then its caption."""
    rows = modules(part.text)
    count = len(rows) + 2 * QUIET
    room = context.px(min(SIDE, context.tight.picture))
    pitch = max(room // count, 1)
    side = pitch * count

    def code(out: Drawing, box: Box) -> None:
        ground = Box(round(box.mid_x - side / 2), round(box.y), side, side)
        out.framed(ground.inset(-4), LIGHT, colour("line"), 3, context.px(16))
        x, y = ground.x + QUIET * pitch, ground.y + QUIET * pitch
        for n, row in enumerate(rows):
            for start, length in _runs(row):
                out.add(Fill(Box(x + start * pitch, y + n * pitch, length * pitch, pitch), DARK))

    out = [Block(side + 8, code, weight=8)]
    if part.caption:
        text = fitted(context, part.caption, context.column.w, 2, "label")

        def caption(drawing: Drawing, box: Box) -> None:
            pen = Pen(context, drawing)
            for n, line in enumerate(text.lines):
                words = "".join(span.text for span in line)
                where = (box.mid_x, box.y + n * line_height(text.size))
                pen.line(where, words, text.size, ink=colour("ink_soft"), align="middle")

        out.append(Block(line_height(text.size) * len(text.lines), caption, weight=5))
    return out


def _runs(row: tuple[bool, ...]) -> list[tuple[int, int]]:
    """Return start and length of each run of dark modules: one rectangle instead of many."""
    out: list[tuple[int, int]] = []
    start = -1
    for n, dark in enumerate((*row, False)):
        if dark and start < 0:
            start = n
        elif not dark and start >= 0:
            out.append((start, n - start))
            start = -1
    return out
