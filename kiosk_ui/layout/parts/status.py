"""ListPart for staff: how each device does, as a shape and a word; and short figures beside each other."""

from __future__ import annotations

from functools import partial

from guitai.messages.view import ListPart, Row
from kiosk_ui.layout.context import Block, Context, Pen, fitted, line_height
from kiosk_ui.scene import Box, Drawing, Fill, Icon, Quad, Stroke
from kiosk_ui.theme import colour

ROW = 82.0
SHAPE = 22.0
INKS = {"ok": "pine", "watch": "amber", "fault": "persimmon", "cut": "ink_soft"}


def blocks(context: Context, part: ListPart) -> list[Block]:
    """Return one block a device, or one for all figures."""
    if part.style == "figures":
        return [_figures(context, part.rows)]
    flat = 0.75 if context.style.landscape else 1.0
    height = max(context.px(min(context.tight.row, ROW)) * flat, line_height(context.size("label")) + 8)
    columns = 2 if context.style.landscape else 1
    rows = [part.rows[n : n + columns] for n in range(0, len(part.rows), columns)]
    return [Block(height, partial(_devices, context, row), weight=4, joins=True) for row in rows]


def _devices(context: Context, rows: tuple[Row, ...], out: Drawing, box: Box) -> None:
    gap = context.px(60)
    columns = 2 if context.style.landscape else 1
    width = (box.w - gap * (columns - 1)) / columns
    for n, row in enumerate(rows):
        _device(context, row, out, Box(box.x + n * (width + gap), box.y, width, box.h))


def _device(context: Context, row: Row, out: Drawing, box: Box) -> None:
    pen = Pen(context, out)
    size = context.size("label")
    top = box.mid_y - line_height(size) / 2
    icon = context.px(44)
    out.add(Icon(Box(box.x, box.mid_y - icon / 2, icon, icon), row.icon, colour("pine")))
    word = context.words[f"status_{row.state}"]
    ink = colour(INKS[row.state])
    end = pen.line((box.right, top), word, size, bold=True, ink=ink, align="right").x
    side = context.px(SHAPE)
    shape = Box(end - context.px(16) - side, box.mid_y - side / 2, side, side)
    sign(out, shape, row.state)
    start = box.x + icon + context.px(28)
    share = 0.33 if context.style.landscape else 0.385
    middle = max(box.x + box.w * share, start + context.measure(row.label, size, True) + context.px(20))
    pen.line((start, top), row.label, size, bold=True)
    value = fitted(context, row.value, shape.x - context.px(16) - middle, 1, "label", "button_note")
    pen.paragraph((middle, box.mid_y - line_height(value.size) / 2), value.lines, value.size, ink=colour("ink_soft"))
    out.add(Fill(Box(box.x, box.bottom - 2, box.w, 2), colour("hairline")))


def sign(out: Drawing, box: Box, state: str) -> None:
    """Draw the shape of a state: circle, triangle, square, or ring."""
    if state == "ok":
        out.add(Fill(box, colour("pine"), round=True))
    elif state == "watch":
        points = (box.mid_x, box.y, box.mid_x, box.y, box.right, box.bottom, box.x, box.bottom)
        out.add(Quad(points, colour("amber_shape")))
    elif state == "fault":
        out.add(Fill(box, colour("persimmon")))
    else:
        out.ring(box, colour("paper"), colour("line"), 4)


def _figures(context: Context, rows: tuple[Row, ...]) -> Block:
    small, size = context.size("minimum"), context.size("label")
    head, tall = line_height(small), line_height(size)
    pad = context.px(10)

    def draw(out: Drawing, box: Box) -> None:
        pen = Pen(context, out)
        width = box.w / len(rows)
        out.add(Stroke((box.x, box.y, box.right, box.y), 1, colour("hairline")))
        for n, row in enumerate(rows):
            x = box.x + n * width
            pen.line((x, box.y + pad), row.label, small, ink=colour("ink_soft"))
            text = fitted(context, row.value, width - context.px(16), 1, "label", bold=True)
            pen.paragraph((x, box.y + pad + head), text.lines, text.size, bold=True)

    return Block(head + tall + 2 * pad, draw, weight=3)
