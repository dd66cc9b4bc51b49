"""AmountPart: the amount, very large, with its unit and the amount in capitals."""

from __future__ import annotations

from guitai.messages.view import AmountPart
from kiosk_ui.layout.context import ASCENT, BASE, NATURAL, Block, Context, Pen, fitted, line_height
from kiosk_ui.scene import Box, Drawing, Fill
from kiosk_ui.theme import colour

BETWEEN = (148.0, 116.0)
"""For long amounts: between the clock's size and the lead's (116 is the landscape amount)."""

DIGIT_LINE = 1.02
"""Digits have no descenders: their line may be as tall as the type."""


def blocks(context: Context, part: AmountPart) -> list[Block]:
    """Return one block: label, digits with unit, words, a hairline."""
    digits = _digits(context, part)
    label, words = context.size("label"), context.size("teller_more")
    unit = context.size("question" if not context.style.large else "button")
    width = context.column.w
    named = context.steps(context.tight.amount, "clock", "teller_lead", "teller_more")
    sizes = sorted({*named, *BETWEEN}, reverse=True)
    limit = context.size(context.tight.amount)
    size = next((s for s in sizes if s <= limit and _wide(context, digits, part.unit, s, unit) <= width), sizes[-1])
    unit = min(unit, size)
    head = line_height(label) if part.label else 0
    body = round(size * DIGIT_LINE)
    end = _wide(context, digits, part.unit, size, unit)
    beside = context.style.landscape and end + 24 + context.measure(part.words, words) <= width
    below = fitted(context, part.words, width, 1, "teller_more", "label")
    drop = round(size * 0.16)
    foot = 0 if beside or not part.words else drop + line_height(below.size)

    def draw(out: Drawing, box: Box) -> None:
        pen = Pen(context, out)
        if part.label:
            pen.line((box.x, box.y), part.label, label, ink=colour("ink_soft"))
        y = box.y + head
        figure = pen.line((box.x - size * 0.02, y), digits, size, bold=True, height=body)
        # The unit stands on the digits' base line.
        base = y + body / 2 + size * BASE
        where = (figure.right + size * 0.1, base - unit * ASCENT)
        unit_box = pen.line(where, part.unit, unit, bold=True, height=unit * NATURAL)
        if part.words and beside:
            where = (unit_box.right + 24, base - words * ASCENT)
            pen.line(where, part.words, words, ink=colour("ink_soft"), height=words * NATURAL)
        elif part.words:
            pen.paragraph((box.x, y + body + drop), below.lines, below.size)
        if part.words:
            out.add(Fill(Box(box.x, box.bottom - 2, box.w, 2), colour("hairline")))

    return [Block(head + body + foot + context.px(24), draw)]


def _digits(context: Context, part: AmountPart) -> str:
    """Large print drops decimals that are zero."""
    return part.digits.removesuffix(".00") if context.style.large else part.digits


def _wide(context: Context, digits: str, unit: str, size: float, unit_size: float) -> float:
    return context.measure(digits, size, True) + size * 0.1 + context.measure(unit, min(unit_size, size), True)
