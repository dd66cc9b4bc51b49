"""EntryPart: cells that fill with digits and the keypad below them, or a count of what the PIN pad received."""

from __future__ import annotations

from guitai.messages.view import EntryPart, Option
from kiosk_ui.layout.context import Block, Context, Pen, line_height
from kiosk_ui.layout.parts.choice import button
from kiosk_ui.scene import Box, Drawing, Fill, Icon, Stroke, Target
from kiosk_ui.theme import colour

KEY_RADIUS = 24.0
KEY_GAP = 22.0
KEYS = (("1", "2", "3"), ("4", "5", "6"), ("7", "8", "9"), ("clear", "0", "back"))
MAX_CELLS = 8
GROUP = 4
"""Long numbers are written in groups of four, as on a card."""


def blocks(context: Context, part: EntryPart) -> list[Block]:
    """Return label and field, then (keypad) the keys and, for a field of free length, 完成."""
    count = part.typed if part.source == "pin_pad" else len(context.typed)
    out = [_label(context, part, count), _field(context, part, count)]
    if part.source == "keypad":
        out.append(_keys(context))
        if part.length == 0:
            out.append(_done(context))
    return out


def _label(context: Context, part: EntryPart, count: int) -> Block:
    size = context.size("label")
    words = part.label
    if part.source == "pin_pad":
        template = context.words["typed" if part.length else "typed_free"]
        words = template.format(typed=count, length=part.length)

    def draw(out: Drawing, box: Box) -> None:
        pen = Pen(context, out)
        if part.source == "pin_pad":
            pen.line((box.mid_x, box.y), words, size, ink=colour("ink_soft"), align="middle")
        else:
            pen.line((box.x, box.y), words, size, ink=colour("ink_soft"))

    return Block(line_height(size), draw, sticks=True)


def _field(context: Context, part: EntryPart, count: int) -> Block:
    tall = max(context.px(min(context.tight.key, 146)), context.px(80))
    if part.source == "pin_pad":
        tall *= 0.93
    keypad = part.source == "keypad"
    if 0 < part.length <= MAX_CELLS:
        return Block(tall, lambda out, box: _cells(context, part, count, out, box), sticks=keypad)
    return Block(tall, lambda out, box: _line_field(context, part, count, out, box), sticks=keypad)


def _cells(context: Context, part: EntryPart, count: int, out: Drawing, box: Box) -> None:
    gap = context.px(19 if part.source == "keypad" else 24)
    width = min((box.w - gap * (part.length - 1)) / part.length, box.h)
    left = box.mid_x - (width * part.length + gap * (part.length - 1)) / 2
    size = min(context.size("question"), width * 0.7)
    pen = Pen(context, out)
    for n in range(part.length):
        cell = Box(left + n * (width + gap), box.y, width, box.h)
        here = n == count
        edge, stroke = (colour("pine"), context.px(6)) if here else (colour("line"), context.style.stroke)
        out.framed(cell, colour("white"), edge, stroke, KEY_RADIUS)
        if n < count and part.source == "pin_pad":
            _asterisk(out, cell)
        elif n < count:
            where = (cell.mid_x, cell.mid_y - line_height(size) / 2)
            pen.line(where, context.typed[n], size, bold=True, align="middle")
        elif here and part.source == "keypad":
            half = cell.h * 0.25
            caret = (cell.mid_x, cell.mid_y - half, cell.mid_x, cell.mid_y + half)
            out.add(Stroke(caret, context.px(6), colour("pine")))


def _asterisk(out: Drawing, cell: Box) -> None:
    """One digit is in: a star, never the digit."""
    r = cell.w * 0.17
    x, y = cell.mid_x, cell.mid_y
    for dx, dy in ((0.0, r), (0.87 * r, 0.5 * r), (0.87 * r, -0.5 * r)):
        out.add(Stroke((x - dx, y - dy, x + dx, y + dy), 8, colour("ink")))


def _line_field(context: Context, part: EntryPart, count: int, out: Drawing, box: Box) -> None:
    out.framed(box, colour("white"), colour("pine"), 6, context.style.radius)
    pad = context.px(36)
    if part.source == "pin_pad":
        r = context.px(12)
        for n in range(min(count, 24)):
            out.add(Fill(Box(box.x + pad + n * r * 3, box.mid_y - r, 2 * r, 2 * r), colour("ink"), round=True))
        return
    text = " ".join(context.typed[n : n + GROUP] for n in range(0, len(context.typed), GROUP))
    sizes = context.steps("question", "value", "label")
    room = box.w - 2 * pad
    size = next((s for s in sizes if context.measure(text, s, True) <= room), sizes[-1])
    pen = Pen(context, out)
    end = pen.line((box.x + pad, box.mid_y - line_height(size) / 2), text, size, bold=True).right
    half = box.h * 0.24
    out.add(Stroke((end + 12, box.mid_y - half, end + 12, box.mid_y + half), 6, colour("pine")))


def _keys(context: Context) -> Block:
    tall = max(context.px(context.tight.key), context.style.floor)
    gap = context.px(min(KEY_GAP, context.tight.gap))

    def draw(out: Drawing, box: Box) -> None:
        width = (box.w - 2 * gap) / 3
        for r, row in enumerate(KEYS):
            for c, name in enumerate(row):
                _key(context, out, name, Box(box.x + c * (width + gap), box.y + r * (tall + gap), width, tall))

    return Block(4 * tall + 3 * gap, draw, gap=context.px(12))


def _key(context: Context, out: Drawing, name: str, box: Box) -> None:
    out.framed(box, colour("white"), colour("line"), context.style.stroke, KEY_RADIUS)
    pen = Pen(context, out)
    if name == "back":
        size = context.px(60)
        out.add(Icon(Box(box.mid_x - size / 2, box.mid_y - size / 2, size, size), "backsp", colour("ink")))
    else:
        digit = name.isdigit()
        words = name if digit else context.words["clear"]
        size = context.size("question") if digit else context.size("button")
        where = (box.mid_x, box.mid_y - line_height(size) / 2)
        pen.line(where, words, size, bold=True, align="middle")
    out.targets.append(Target(f"key:{name}", box, colour("pine_deep"), KEY_RADIUS))


def _done(context: Context) -> Block:
    tall = max(context.px(min(context.tight.primary, 150)), context.style.floor)
    option = Option("key:done", context.words["done"], icon="check", style="primary")
    return Block(tall, lambda out, box: button(context, out, option, box, pair=True))
