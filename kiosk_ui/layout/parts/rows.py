"""ListPart: a form being filled, facts to check, steps with circles, the services of the attract screen."""

from __future__ import annotations

from functools import partial

from guitai.messages.view import CountdownPart, ListPart, PicturePart, Row
from kiosk_ui.layout.context import Block, Context, Pen, fitted, line_height
from kiosk_ui.scene import Box, Drawing, Fill, Icon, Stroke
from kiosk_ui.theme import colour

CIRCLE = 56.0
MAX_ROWS_IN_STRIP = 3
PAIR = 2
FEW = 2
"""So many facts always stand one a line."""

GUTTER = 44.0


def blocks(context: Context, part: ListPart) -> list[Block]:
    """Return one block a row (services: two a row; short steps: one strip)."""
    if not part.rows:
        return []
    if part.style == "services":
        return _services(context, part)
    if part.style == "steps":
        beside_picture = any(isinstance(p, PicturePart | CountdownPart) for p in context.view.parts)
        bare = beside_picture and not any(row.note or row.value for row in part.rows)
        if bare and 1 < len(part.rows) <= MAX_ROWS_IN_STRIP and _strip_fits(context, part):
            return [_strip(context, part)]
        return [Block(_step_height(context, row), partial(_step, context, row), weight=4) for row in part.rows]
    if part.style == "facts" and all(row.icon for row in part.rows):
        if len(part.rows) == PAIR and all(_half(context, row) for row in part.rows):
            return [_beside(context, part.rows)]
        return [Block(_step_height(context, row), partial(_icon_fact, context, row), weight=4) for row in part.rows]
    label = context.size("label")
    beside = [row for row in part.rows if not _too_wide(context, row)]
    aligned = max([context.px(225), *(context.measure(row.label, label) + context.px(28) for row in beside)])
    if part.style == "form":
        return [
            Block(_row_height(context, row), partial(_form_row, context, row), weight=4, joins=True)
            for row in part.rows
        ]
    if context.tight.packed and len(part.rows) > FEW and all(row.label for row in part.rows):
        return _two_a_line(context, part.rows, aligned)
    return [_fact_block(context, row, aligned) if row.label else _said(context, row) for row in part.rows]


def _two_a_line(context: Context, rows: tuple[Row, ...], aligned: float) -> list[Block]:
    """Many facts where room is short: two that fit beside each other share a line."""
    out: list[Block] = []
    waiting = list(rows)
    while waiting:
        row = waiting.pop(0)
        if waiting and _narrow(context, row) and _narrow(context, waiting[0]):
            pair = (row, waiting.pop(0))
            out.append(Block(_row_height(context, row), partial(_facts, context, pair), weight=4, joins=True))
        else:
            out.append(_fact_block(context, row, aligned))
    return out


def _narrow(context: Context, row: Row) -> bool:
    width = _indent(context, row) + context.measure(row.value, context.size("label"), True)
    return not row.note and width <= (context.column.w - context.px(GUTTER)) / 2


def _indent(context: Context, row: Row) -> float:
    return context.measure(row.label, context.size("label")) + context.px(28)


def _facts(context: Context, rows: tuple[Row, ...], out: Drawing, box: Box) -> None:
    wide = (box.w - context.px(GUTTER)) / 2
    indent = max(_indent(context, row) for row in rows)
    for n, row in enumerate(rows):
        most = wide - context.measure(row.value, context.size("label"), True)
        place = Box(box.x + n * (wide + context.px(GUTTER)), box.y, wide, box.h)
        _fact(context, row, min(indent, max(most, _indent(context, row))), out, place)


def _fact_block(context: Context, row: Row, indent: float) -> Block:
    if _too_wide(context, row):
        return _stacked(context, row)
    return Block(_row_height(context, row), partial(_fact, context, row, indent), weight=4, joins=True)


def _too_wide(context: Context, row: Row) -> bool:
    """Whether label and value do not go beside each other: then the value stands below, whole."""
    return _indent(context, row) + context.measure(row.value, context.size("label"), True) > context.column.w


def _stacked(context: Context, row: Row) -> Block:
    width = context.column.w
    head = fitted(context, row.label, width, 2, "label", "button_note")
    value = fitted(context, row.value, width, 2, "value", "label", bold=True)
    heads, tall = line_height(head.size, "button"), line_height(value.size, "button")

    def draw(out: Drawing, box: Box) -> None:
        pen = Pen(context, out)
        top = box.mid_y - (len(head.lines) * heads + len(value.lines) * tall) / 2
        below = pen.paragraph((box.x, top), head.lines, head.size, ink=colour("ink_soft"), height=heads)
        pen.paragraph((box.x, below), value.lines, value.size, bold=True, ink=colour("ink"), height=tall)
        out.add(Fill(Box(box.x, box.bottom - 2, box.w, 2), colour("hairline")))

    least = len(head.lines) * heads + len(value.lines) * tall + context.px(12)
    return Block(max(context.px(context.tight.row), least), draw, weight=4, joins=True)


def _row_height(context: Context, row: Row) -> float:
    value, note = context.size("value"), context.size("button_note")
    least = line_height(value, "lead") + (line_height(note, "button") if row.note else 0) + context.px(8)
    if context.style.large and not row.note:
        return least
    return max(context.px(context.tight.row), least)


def _step_height(context: Context, row: Row) -> float:
    least = line_height(context.size("button")) + (line_height(context.size("label")) if row.note else 0)
    if row.note:
        return max(context.px(context.tight.step), least + context.px(context.tight.gap))
    return max(context.px(context.tight.step * 0.66), least + context.px(12))


def _fact(context: Context, row: Row, indent: float, out: Drawing, box: Box) -> None:
    label, tag = context.size("label"), context.size("button_note")
    pen = Pen(context, out)
    start = box.x + indent
    room = box.right - start
    wide = context.measure(row.value, context.size("value"), True) + context.measure(row.note, tag) + context.px(28)
    below = bool(row.note) and not (context.style.landscape and wide <= room)
    value = fitted(context, row.value, room, 1, "value", "label", bold=True)
    height = line_height(value.size, "button")
    note = fitted(context, row.note, room, 1, "button_note")
    total = height + (line_height(note.size, "button") if below else 0)
    y = box.mid_y - total / 2
    pen.line((box.x, box.mid_y - line_height(label) / 2), row.label, label, ink=colour("ink_soft"))
    for line in value.lines:
        pen.spans((start, y), line, value.size, bold=True, height=height)
    if below:
        tall = line_height(note.size, "button")
        pen.paragraph((start, y + height), note.lines, note.size, ink=colour("ink_soft"), height=tall)
    elif row.note:
        where = (box.right, box.mid_y - line_height(tag) / 2)
        pen.line(where, row.note, tag, ink=colour("ink_soft"), align="right")
    out.add(Fill(Box(box.x, box.bottom - 2, box.w, 2), colour("hairline")))


def _said(context: Context, row: Row) -> Block:
    """A row without a label is something somebody said: the words in full, the speaker above them."""
    text = fitted(context, row.value, context.column.w, 4, "teller_more", "label", bold=bool(row.note))
    name = context.size("minimum")
    head = line_height(name) if row.note else 0
    pad = context.px(context.tight.gap) / 2

    def draw(out: Drawing, box: Box) -> None:
        pen = Pen(context, out)
        if row.note:
            pen.line((box.x, box.y + pad), row.note, name, ink=colour("ink_soft"))
        where = (box.x, box.y + pad + head)
        pen.paragraph(where, text.lines, text.size, bold=bool(row.note), ink=colour("ink"))
        out.add(Fill(Box(box.x, box.bottom - 2, box.w, 2), colour("hairline")))

    return Block(2 * pad + head + len(text.lines) * line_height(text.size), draw, weight=4)


def _form_row(context: Context, row: Row, out: Drawing, box: Box) -> None:
    pen = Pen(context, out)
    current = row.state == "current"
    label, tag = context.size("label"), context.size("minimum")
    if current:
        frame = Box(box.x - context.px(24), box.y + 4, box.w + context.px(48), box.h - 8)
        out.framed(frame, colour("white"), colour("pine"), 5, context.style.radius)
    size = context.px(CIRCLE)
    circle = Box(box.x, box.mid_y - size / 2, size, size)
    _circle(out, circle, row.state)
    x = circle.right + context.px(24)
    ink = colour("ink") if current else colour("ink_soft")
    pen.line((x, box.mid_y - line_height(label) / 2), row.label, label, bold=current, ink=ink)
    start = box.x + max(context.px(304), circle.w + context.px(52) + context.measure(row.label, label, True))
    room = box.right - start
    tag_width = context.measure(row.note, tag)
    value_width = context.measure(row.value, context.size("value"), True)
    beside = bool(row.note) and tag_width + value_width + context.px(28) <= room
    bold = row.state != "later" and row.state != "empty"
    value = fitted(context, row.value, room - (tag_width + 28 if beside else 0), 1, "value", "label", bold=bold)
    height = line_height(value.size, "button")
    below = bool(row.note) and not beside
    note = fitted(context, row.note, room, 1, "button_note")
    total = height + (line_height(note.size, "button") if below else 0)
    y = box.mid_y - total / 2
    shade = colour("ink") if bold else colour("ink_soft")
    pen.paragraph((start, y), value.lines, value.size, bold=bold, ink=shade, height=height)
    if below:
        pen.paragraph((start, y + height), note.lines, note.size, ink=colour("ink_soft"))
    elif row.note:
        where = (box.right, box.mid_y - line_height(tag) / 2)
        pen.line(where, row.note, tag, ink=colour("ink_soft"), align="right")
    if not current:
        out.add(Fill(Box(box.x, box.bottom - 2, box.w, 2), colour("hairline")))


def _circle(out: Drawing, box: Box, state: str, number: str = "") -> None:
    if state == "done":
        out.add(Fill(box, colour("pine"), round=True), Icon(box.inset(box.w * 0.18), "check", colour("white")))
    elif state == "current":
        out.ring(box, colour("osmanthus"), colour("pine"), 4)
        if not number:
            out.add(Fill(box.inset(box.w * 0.32), colour("pine"), round=True))
    else:
        out.ring(box, colour("paper"), colour("line"), 4)


def _step(context: Context, row: Row, out: Drawing, box: Box) -> None:
    size = context.px(CIRCLE)
    text = fitted(context, row.label, box.w - context.px(86), 1, "button", "label", bold=True)
    height = line_height(text.size)
    _circle(out, Box(box.x, box.y + (height - size) / 2, size, size), row.state)
    _two_lines(context, row, out, (box.x + context.px(86), box.y), box.right, bold=row.state in {"done", "current"})


def _icon_fact(context: Context, row: Row, out: Drawing, box: Box) -> None:
    size = context.px(60)
    out.add(Icon(Box(box.x, box.y + context.px(24), size, size), row.icon, colour("pine")))
    _two_lines(context, row, out, (box.x + context.px(97), box.y), box.right, bold=True)


def _half(context: Context, row: Row) -> bool:
    """Whether a fact with an icon fits half the column in full size."""
    room = context.column.w / PAIR - context.px(97 + 24)
    label, note = (
        context.measure(row.label, context.size("button"), True),
        context.measure(row.note, context.size("label")),
    )
    return not row.value and max(label, note) <= room


def _beside(context: Context, rows: tuple[Row, ...]) -> Block:
    def draw(out: Drawing, box: Box) -> None:
        for n, row in enumerate(rows):
            _icon_fact(context, row, out, Box(box.x + n * box.w / PAIR, box.y, box.w / PAIR - context.px(24), box.h))

    return Block(max(_step_height(context, row) for row in rows), draw, weight=4)


def _two_lines(context: Context, row: Row, out: Drawing, at: tuple[float, float], right: float, *, bold: bool) -> None:
    pen = Pen(context, out)
    width = right - at[0]
    value_width = context.measure(row.value, context.size("label")) + context.px(28) if row.value else 0
    text = fitted(context, row.label, width - value_width, 1, "button", "label", bold=bold)
    height = line_height(text.size)
    pen.paragraph(at, text.lines, text.size, bold=bold, ink=colour("ink"), height=height)
    if row.value:
        where = (right, at[1] + (height - line_height(context.size("label"))) / 2)
        pen.line(where, row.value, context.size("label"), ink=colour("ink_soft"), align="right")
    if row.note:
        note = fitted(context, row.note, width, 1, "label", "button_note")
        pen.paragraph((at[0], at[1] + height), note.lines, note.size, ink=colour("ink_soft"))


def _strip_fits(context: Context, part: ListPart) -> bool:
    size = context.size("label")
    words = sum(context.measure(row.label, size, True) for row in part.rows)
    return words + len(part.rows) * context.px(CIRCLE + 20) + context.px(120) <= context.column.w


def _strip(context: Context, part: ListPart) -> Block:
    """Short steps beside each other with a line between: 先取卡 —— 再取钱."""
    size, circle = context.size("label"), context.px(CIRCLE)
    widths = [circle + context.px(20) + context.measure(row.label, size, True) for row in part.rows]

    def draw(out: Drawing, box: Box) -> None:
        pen = Pen(context, out)
        joint = (box.w - sum(widths)) / (len(widths) - 1)
        x = box.x
        for n, row in enumerate(part.rows):
            place = Box(x, box.mid_y - circle / 2, circle, circle)
            number = str(n + 1)
            _circle(out, place, row.state, number)
            if row.state != "done":
                tall = line_height(size * 0.9)
                pen.line((place.mid_x, place.mid_y - tall / 2), number, size * 0.9, bold=True, align="middle")
            current = row.state == "current"
            where = (place.right + context.px(20), box.mid_y - line_height(size) / 2)
            pen.line(where, row.label, size, bold=current, ink=colour("ink" if current else "ink_soft"))
            if n < len(widths) - 1:
                y, start, end = box.mid_y, x + widths[n] + 24, x + widths[n] + joint - 24
                ink = colour("pine" if row.state == "done" else "celadon_deep")
                if end > start:
                    out.add(Stroke((start, y, end, y), 4, ink))
            x += widths[n] + joint

    return Block(max(circle, line_height(size)), draw, weight=3)


def _services(context: Context, part: ListPart) -> list[Block]:
    explained = any(row.value for row in part.rows)
    least = line_height(context.size("teller_more")) + (line_height(context.size("minimum")) if explained else 0)
    height = max(context.px(min(context.tight.row, 110)), least + context.px(24))
    columns = 2
    gap = context.px(48)

    def row_of(rows: tuple[Row, ...]) -> Block:
        def draw(out: Drawing, box: Box) -> None:
            width = (box.w - gap * (columns - 1)) / columns
            for n, row in enumerate(rows):
                _service(context, row, out, Box(box.x + n * (width + gap), box.y, width, box.h))

        return Block(height, draw, weight=1)

    return [row_of(part.rows[n : n + columns]) for n in range(0, len(part.rows), columns)]


def _service(context: Context, row: Row, out: Drawing, box: Box) -> None:
    icon = context.px(56)
    indent = icon + context.px(26) if row.icon else 0
    if row.icon:
        out.add(Icon(Box(box.x, box.mid_y - icon / 2, icon, icon), row.icon, colour("pine")))
    text = fitted(context, row.label, box.w - indent, 1, "teller_more", "label")
    note = fitted(context, row.value, box.w - indent, 1, "minimum")
    total = line_height(text.size) + (line_height(note.size) if row.value else 0)
    pen = Pen(context, out)
    y = pen.paragraph((box.x + indent, box.mid_y - total / 2), text.lines, text.size)
    if row.value:
        pen.paragraph((box.x + indent, y), note.lines, note.size, ink=colour("ink_soft"))
    out.add(Fill(Box(box.x, box.bottom - 2, box.w, 2), colour("hairline")))
