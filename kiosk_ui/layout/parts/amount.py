"""AmountPart: the amount, very large, with its unit and the amount in capitals; QueuePart: the people in the line."""

from __future__ import annotations

from guitai.messages.view import AmountPart, QueuePart
from kiosk_ui.layout.context import ASCENT, BASE, NATURAL, Block, Context, Pen, fitted, line_height
from kiosk_ui.scene import Box, Drawing, Fill, Icon
from kiosk_ui.theme import colour

BETWEEN = (148.0, 116.0)
"""For long amounts: between the clock's size and the lead's (116 is the landscape amount)."""

DIGIT_LINE = 1.02
"""Digits have no descenders: their line may be as tall as the type."""


PERSON = 128.0
"""Height of a person of the queue, the word below included; width of her place."""


def blocks(context: Context, part: AmountPart, line: QueuePart | None = None) -> list[Block]:
    """Return one block: label, digits with unit, words, a hairline; the line of people beside it, if there is room."""
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
    people = _people(context, line, width - end - 24) if line else None

    def draw(out: Drawing, box: Box) -> None:
        pen = Pen(context, out)
        if part.label:
            pen.line((box.x, box.y), part.label, label, ink=colour("ink_soft"))
        y = box.y + head
        figure = pen.line((box.x - size * 0.02, y), digits, size, bold=True, height=body)
        # The unit stands on the digits' base line.
        base = y + body / 2 + size * BASE
        where = (figure.right + _space(size), base - unit * ASCENT)
        unit_box = pen.line(where, part.unit, unit, bold=True, height=unit * NATURAL)
        if part.words and beside:
            where = (unit_box.right + 24, base - words * ASCENT)
            pen.line(where, part.words, words, ink=colour("ink_soft"), height=words * NATURAL)
        elif part.words:
            pen.paragraph((box.x, y + body + drop), below.lines, below.size)
        if part.words:
            out.add(Fill(Box(box.x, box.bottom - 2, box.w, 2), colour("hairline")))
        if people:
            _stand(context, people, out, box)

    return [Block(head + body + foot + context.px(24), draw), *(queue(context, line) if line and not people else [])]


def queue(context: Context, part: QueuePart) -> list[Block]:
    """Return one block: everybody in the line, the customer last."""
    people = _people(context, part, context.column.w) or part.people[-1:]
    tall = context.px(PERSON) + line_height(context.size("minimum"))
    return [Block(tall, lambda out, box: _stand(context, people, out, box), weight=3)]


def _people(context: Context, part: QueuePart, room: float) -> tuple[str, ...] | None:
    """Return the last of the line, as many as stand side by side in `room`; None if not even three do."""
    most = int(room // _place(context, part.people))
    return part.people[-most:] if most >= min(3, len(part.people)) else None


def _place(context: Context, people: tuple[str, ...]) -> float:
    """Return how wide the place of one person is."""
    widest = max(context.measure(word, context.size("minimum"), True) for word in people)
    return max(context.px(PERSON * 1.1), widest + context.px(24))


def _stand(context: Context, people: tuple[str, ...], out: Drawing, box: Box) -> None:
    pitch = _place(context, people)
    size = context.size("minimum")
    pen = Pen(context, out)
    for n, word in enumerate(people):
        own = n == len(people) - 1
        middle = box.right - pitch * (len(people) - n - 0.5)
        tall = context.px(PERSON)
        figure = Box(middle - tall / 2, box.bottom - context.px(12) - line_height(size) - tall, tall, tall)
        out.add(Icon(figure, "person", colour("pine" if own else "celadon_deep")))
        pen.line((middle, figure.bottom), word, size, bold=own, align="middle")


def _digits(context: Context, part: AmountPart) -> str:
    """Large print drops decimals that are zero."""
    return part.digits.removesuffix(".00") if context.style.large else part.digits


def _wide(context: Context, digits: str, unit: str, size: float, unit_size: float) -> float:
    return context.measure(digits, size, True) + _space(size) + context.measure(unit, min(unit_size, size), True)


def _space(size: float) -> float:
    """Return the air between digits and unit."""
    return max(size * 0.1, 12)
