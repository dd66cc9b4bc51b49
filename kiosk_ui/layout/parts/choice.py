"""ChoicePart: buttons, one a row, two a row, or the confirm pair."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from guitai.messages.view import ChoicePart, Option
from kiosk_ui import text as typeset
from kiosk_ui.layout.context import AIRY, Block, Context, Pen, line_height
from kiosk_ui.scene import Box, Drawing, Fill, Icon, Target
from kiosk_ui.text import LATIN, Fitted
from kiosk_ui.theme import colour

PAIR_LABEL = 56.0
"""The two confirm buttons carry larger words (as mocked)."""

FACES = frozenset({"smile", "neutral"})
ICON = 52.0
FACE_GAP = 24.0
NOTE_GAP = 6.0
WIDE = 1000.0
"""Of the staff's landscape column: short buttons stand in one row."""

MOST_WIDE = 4
"""More buttons than these stand two a row, whatever the view wishes: the first would be too high to reach."""

THREES = (3, 6)
"""Numbers of short buttons that stand three a row."""


def blocks(context: Context, part: ChoicePart) -> list[Block]:
    """Return one block a row of buttons."""
    options = part.options
    if part.layout == "pair" and len(options) == 2 and not (context.style.large and context.style.landscape is False):
        height = _pair_height(context, options)
        grows = max(_pair_height(replace(context, tight=AIRY), options) - height, 0)
        return [replace(_row(context, _alike(context, options), height, pair=True), grows=grows)]
    if part.layout == "pair":
        # Large print stacks the pair, the green one first; a line has room for what was broken to stand beside another.
        options = tuple(sorted(map(_unbroken, options), key=lambda option: option.style != "primary"))
    rows = _rows(context, options, part.layout)
    most = partial(_common_size, context, [row for row in rows if len(row) > 1])
    return [replace(_row(context, row, _height(context, row), common=most), grows=_grows(context, row)) for row in rows]


def _common_size(context: Context, rows: Sequence[Sequence[Option]]) -> float:
    """Return the size all words of a grid can have."""
    return min(
        _label_size(context, option, place)
        for row in rows
        for option, place in zip(
            row, _places(context, row, Box(0, 0, context.column.w, _height(context, row))), strict=True
        )
    )


def _grows(context: Context, row: Sequence[Option]) -> float:
    """Return what a row of a tight layout lacks of the height it has in an airy one."""
    airy = replace(context, tight=AIRY)
    return max(_height(airy, row) - _height(context, row), 0)


def _alike(context: Context, options: Sequence[Option]) -> tuple[Option, ...]:
    """If one label of the pair needs two lines, break both after their comma: 不对，/改一改 beside 对，/转账."""
    room = context.column.w / 2 - context.px(36 + 60 + ICON + 36)
    size = context.size("button") if context.style.landscape else PAIR_LABEL
    told = any("\n" in option.label for option in options)
    if told or all(context.measure(option.label, size, True) <= room for option in options):
        return tuple(options)
    return tuple(replace(option, label=option.label.replace("，", "，\n", 1)) for option in options)


def _unbroken(option: Option) -> Option:
    joint = " " if option.label.isascii() else ""
    return replace(option, label=option.label.replace("\n", joint))


def _rows(context: Context, options: Sequence[Option], layout: str) -> list[tuple[Option, ...]]:
    crowded = (context.tight.packed and len(options) > 2) or len(options) > MOST_WIDE
    if context.style.large and not crowded:
        return [(option,) for option in options]
    if layout != "grid" and not crowded:
        return [(option,) for option in options]
    if len(options) in THREES and all(_short(context, option, 3) for option in options):
        return _threes(context, options)
    rows: list[tuple[Option, ...]] = []
    rest = list(options)
    if rest and rest[0].style == "primary":
        rows.append((rest.pop(0),))
    while rest:
        rows.append(tuple(rest[:2]))
        rest = rest[2:]
    return rows


def _threes(context: Context, options: Sequence[Option]) -> list[tuple[Option, ...]]:
    if context.column.w > WIDE:
        return [tuple(options)]
    return [tuple(options[n : n + 3]) for n in range(0, len(options), 3)]


def _short(context: Context, option: Option, columns: int) -> bool:
    width = (context.column.w - (columns - 1) * context.px(20)) / columns - context.px(120)
    plain = option.style != "primary" and not option.note
    size = context.size("label" if context.view.screen == "technician" else "button")
    return plain and context.measure(option.label, size, True) <= width


def _pair_height(context: Context, options: Sequence[Option]) -> float:
    tall = any(option.icon in FACES for option in options)
    return max(context.px(context.tight.tall_pair if tall else context.tight.pair), context.style.floor)


def _height(context: Context, row: Sequence[Option]) -> float:
    tight = context.tight
    if all(option.style == "minor" for option in row):
        base = min(tight.button, 120)
    elif any(option.style == "primary" for option in row):
        base = tight.primary if any(option.note for option in row) else (tight.primary + tight.button) / 2
    else:
        base = tight.button
    if context.style.large and tight.button >= 140:
        base = max(base, 180 if row[0].style != "minor" else 140)
    return max(context.px(base), context.style.floor)


def _row(
    context: Context, options: Sequence[Option], height: float, *, pair: bool = False,
    common: Callable[[], float] = lambda: 0,
) -> Block:  # fmt: skip
    """Return a row of buttons. Those that stand beside and below each other carry words of one size (`common`)."""

    def draw(out: Drawing, box: Box) -> None:
        most = common() if len(options) > 1 and not pair else 0
        for option, place in zip(options, _places(context, options, box), strict=True):
            button(context, out, option, place, pair=pair, most=most)

    return Block(height, draw, sinks=True)


def _places(context: Context, options: Sequence[Option], box: Box) -> list[Box]:
    gap = context.px(24 if len(options) < 3 else 20)
    width = (box.w - gap * (len(options) - 1)) / len(options)
    return [Box(box.x + n * (width + gap), box.y, width, box.h) for n in range(len(options))]


def button(context: Context, out: Drawing, option: Option, box: Box, *, pair: bool = False, most: float = 0) -> None:
    """Draw one button and make it a target; its words are no larger than `most`, if given."""
    fill, ink, icon_ink, edge = _colours(option)
    radius = context.style.radius
    if edge:
        out.framed(box, fill, edge, context.style.stroke, radius)
    else:
        out.add(Fill(box, fill, radius))
    if pair and option.icon in FACES and _face_height(context, box) <= box.h - context.px(16):
        _face_button(context, out, option, box)
    else:
        _words(context, out, option, box, ink, icon_ink, pair=pair, most=most)
    out.targets.append(Target(option.target, box, colour("pine_deep"), radius))


def _colours(option: Option) -> tuple[str, str, str, str]:
    if option.style == "primary":
        return colour("pine"), colour("white"), colour("white"), ""
    if option.style == "lamp":
        return colour("lamp"), colour("ink"), colour("ink"), colour("lamp_edge")
    if option.style == "minor":
        return colour("celadon"), colour("ink"), colour("pine"), ""
    return colour("white"), colour("ink"), colour("pine"), colour("line")


def _room(context: Context, option: Option, box: Box) -> tuple[float, float]:
    """Return how wide the words may be, and what stands before them."""
    wide = box.w > context.px(400)
    lead_in = context.px(ICON) + context.px(36 if wide else 18) if option.icon else 0
    return box.w - 2 * context.px(30 if wide else 20) - lead_in, lead_in


def _label_size(context: Context, option: Option, box: Box) -> float:
    width, _ = _room(context, option, box)
    return _fit(context, option, width, box.h - context.px(16), pair=False)[0].size


def _words(
    context: Context, out: Drawing, option: Option, box: Box, ink: str, icon_ink: str, *, pair: bool, most: float
) -> None:
    icon = context.px(ICON)
    width, lead_in = _room(context, option, box)
    label, note = _fit(context, option, width, box.h - context.px(16), pair=pair, most=most)
    wide = max(typeset.line_width(line, label.size, context.measure, True) for line in label.lines)
    whole_row = box.w > context.column.w * 0.8
    centred = pair or not option.icon or box.w < context.column.w * 0.4
    x = box.x + context.px(44 if box.w > context.px(400) else 20)
    if centred:
        x = box.mid_x - (lead_in + wide) / 2
    elif whole_row:
        x = box.x + context.px(44)
    if option.icon:
        out.add(Icon(Box(x, box.mid_y - icon / 2, icon, icon), option.icon, icon_ink))
    pen = Pen(context, out)
    tall = line_height(label.size, "button")
    note_tall = line_height(note.size, "button") if note else 0
    total = tall * len(label.lines) + (note_tall * len(note.lines) + context.px(NOTE_GAP) if note else 0)
    y = box.mid_y - total / 2
    for line in label.lines:
        text = "".join(span.text for span in line)
        left = x + lead_in if option.icon else box.mid_x - context.measure(text, label.size, True) / 2
        pen.line((left, y), text, label.size, bold=True, ink=ink, height=tall)
        y += tall
    if note:
        y += context.px(NOTE_GAP)
        shade = ink if option.style == "primary" else colour("ink_soft")
        for line in note.lines:
            text = "".join(span.text for span in line)
            left = x + lead_in if option.icon else box.mid_x - context.measure(text, note.size) / 2
            pen.line((left, y), text, note.size, ink=shade, height=note_tall)
            y += note_tall


def _fit(
    context: Context, option: Option, width: float, height: float, *, pair: bool, most: float = 0
) -> tuple[Fitted, Fitted | None]:
    measure = context.measure
    steps = list(context.steps("button", "label", "button_note"))
    if pair and not context.style.large and not context.style.landscape:
        steps.insert(0, PAIR_LABEL)
    steps = [size for size in steps if not most or size <= most] or steps[-1:]
    note = _note(context, option, width, height) if option.note else None
    if note:
        height -= line_height(note.size, "button") * len(note.lines) + context.px(NOTE_GAP)
    label = typeset.plain(option.label)
    for size in steps:
        if any(measure(word, size, True) > width for word in LATIN.findall(option.label)) and size != steps[-1]:
            continue  # rather smaller than a word in two pieces
        for lines in (1, 2):
            if line_height(size, "button") * lines <= height:
                words = typeset.fit(label, width, lines, (size,), measure, bold=True)
                if not words.cut:
                    return words, note
    lines = 2 if line_height(steps[-1], "button") * 2 <= height else 1
    return typeset.fit(label, width, lines, steps[-1:], measure, bold=True), note


def _note(context: Context, option: Option, width: float, height: float) -> Fitted | None:
    """Return the note on one line or two, if it leaves a line for the label; half a note says less than none."""
    sizes = context.steps("button_note")
    least = line_height(context.size("button"), "button") + context.px(NOTE_GAP)
    for lines in (1, 2):
        note = typeset.fit(typeset.plain(option.note), width, lines, sizes, context.measure)
        if not note.cut and line_height(note.size, "button") * lines + least <= height:
            return note
    return None


def _face_height(context: Context, box: Box) -> float:
    """Return how tall face and word are together; where there is less room the face stands before the word."""
    size, label = _face_sizes(context, box)
    return size + context.px(FACE_GAP) + line_height(label, "button")


def _face_sizes(context: Context, box: Box) -> tuple[float, float]:
    """Return the sizes of face and word."""
    label = context.size("button") if context.style.large or context.style.landscape else 60.0
    return min(context.px(140), box.h * 0.42), label


def _face_button(context: Context, out: Drawing, option: Option, box: Box) -> None:
    """A round face above its word (the two answers of 是否解决您的问题)."""
    happy = option.icon == "smile"
    size, label = _face_sizes(context, box)
    ink = colour("pine" if happy else "amber")
    ground = colour("celadon" if happy else "osmanthus_light")
    tall = line_height(label, "button")
    top = box.mid_y - _face_height(context, box) / 2
    place = Box(box.mid_x - size / 2, top, size, size)
    out.add(Fill(place.inset(size * 0.06), ground, round=True), Icon(place, option.icon, ink))
    where = (box.mid_x, place.bottom + context.px(FACE_GAP))
    Pen(context, out).line(where, option.label, label, bold=True, height=tall, align="middle")
