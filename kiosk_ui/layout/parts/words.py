"""TextPart: paragraphs, questions, labels, notes on a quiet ground, a case number to keep."""

from __future__ import annotations

from guitai.messages.view import TextPart
from kiosk_ui import text as typeset
from kiosk_ui.layout.context import Block, Context, Pen, fitted, line_height
from kiosk_ui.scene import Box, Drawing, Fill, Icon
from kiosk_ui.theme import colour

MAX_LINES = {"body": 8, "question": 3, "label": 4}


def blocks(context: Context, part: TextPart) -> list[Block]:
    """Return one block."""
    if part.style in ("note", "alert"):
        return [_note(context, part)]
    if part.style == "case":
        return [_case(context, part)]
    return [_paragraph(context, part)]


def pair(context: Context, left: TextPart, right: TextPart) -> Block | None:
    """Return two remarks with icons beside each other, if both are short enough for half a column."""
    gap = context.px(24)
    half = (context.column.w - gap) / 2
    indent, size = context.px(66), context.size("label")
    height = line_height(size)
    texts = [
        typeset.fit(typeset.spans(part.text, "**"), half - indent, 2, (size,), context.measure)
        for part in (left, right)
    ]
    if any(text.cut for text in texts):
        return None

    def draw(out: Drawing, box: Box) -> None:
        for n, (part, text) in enumerate(zip((left, right), texts, strict=True)):
            x = box.x + n * (half + gap)
            icon = context.px(44)
            out.add(Icon(Box(x, box.y + (height - icon) / 2, icon, icon), part.icon, colour("pine")))
            pen = Pen(context, out)
            pen.paragraph((x + indent, box.y), text.lines, size, height=height, ink=colour("ink_soft"))

    return Block(height * max(len(text.lines) for text in texts), draw, weight=2, sinks=True)


def _paragraph(context: Context, part: TextPart) -> Block:
    heading = part.style == "question"
    steps = {"body": ("teller_more", "label"), "question": ("question", "teller_more"), "label": ("label",)}[part.style]
    indent = context.px(66) if part.icon else 0
    width = context.column.w - indent
    text = fitted(context, part.text, width, MAX_LINES[part.style], *steps, bold=heading)
    height = line_height(text.size, "lead" if heading else "body")
    soft = part.style == "label"

    def draw(out: Drawing, box: Box) -> None:
        if part.icon:
            size = context.px(44)
            where = Box(box.x, box.y + (height - size) / 2, size, size)
            out.add(Icon(where, part.icon, colour("pine")))
        ink = colour("ink_soft") if soft else colour("ink")
        where_text = (box.x + indent, box.y)
        Pen(context, out).paragraph(where_text, text.lines, text.size, height=height, bold=heading, ink=ink)

    follows = soft and not part.icon
    tail = context.px(16) if heading else 0
    return Block(height * len(text.lines) + tail, draw, sticks=follows or heading, weight=2 if soft else 6, sinks=True)


def _note(context: Context, part: TextPart) -> Block:
    pad = context.px(36)
    indent = context.px(80) if part.icon or part.style == "alert" else 0
    width = context.column.w - 2 * pad - indent
    first, _, rest = part.text.partition("\n")
    flat = part.style == "alert" and context.style.landscape
    head = fitted(context, first, width, 3, *(("label",) if flat else ("value", "label")), bold=bool(rest))
    body = fitted(context, rest, width, 5, "minimum" if flat else "label") if rest else None
    tall = len(head.lines) * line_height(head.size)
    total = tall + (len(body.lines) * line_height(body.size) if body else 0)
    vertical = min(pad, context.px(context.tight.pad))

    def draw(out: Drawing, box: Box) -> None:
        fault = part.style == "alert"
        out.add(Fill(box, colour("persimmon_tint" if fault else "celadon"), context.style.radius))
        pen = Pen(context, out)
        if fault:
            side = context.px(36)
            out.add(Fill(Box(box.x + pad, box.mid_y - side / 2, side, side), colour("persimmon")))
        elif part.icon:
            size = context.px(56)
            circle = Box(box.x + pad, box.mid_y - size / 2, size, size)
            out.add(Fill(circle, colour("pine"), round=True))
            out.add(Icon(circle.inset(size * 0.2), part.icon, colour("white")))
        x = box.x + pad + indent
        y = pen.paragraph((x, box.y + vertical), head.lines, head.size, bold=bool(rest), ink=colour("ink"))
        if body:
            pen.paragraph((x, y), body.lines, body.size, ink=colour("ink"))

    return Block(total + 2 * vertical, draw, weight=5, sinks=True)


def _case(context: Context, part: TextPart) -> Block:
    """A number to keep: large, boxed, easy to copy; a line before it is its label."""
    label, _, number = part.text.rpartition("\n")
    pad = context.px(28)
    size = context.size("question")
    width = context.column.w - 2 * pad
    figure = typeset.fit(typeset.plain(number), width, 1, (size, *context.steps("value")), context.measure, bold=True)
    small = context.size("label")
    head = line_height(small) if label else 0

    def draw(out: Drawing, box: Box) -> None:
        out.framed(box, colour("white"), colour("line"), context.style.stroke, context.style.radius)
        pen = Pen(context, out)
        y = box.y + pad
        if label:
            pen.line((box.x + pad, y), label, small, ink=colour("ink_soft"))
            y += head
        pen.paragraph((box.x + pad, y), figure.lines, figure.size, bold=True)

    return Block(head + line_height(figure.size) + 2 * pad, draw, weight=7, sinks=True)
