"""The strip under the counter that shows what is being heard: the customer can see a mistake before it matters."""

from __future__ import annotations

from kiosk_ui import text as typeset
from kiosk_ui.layout.context import Block, Context, Pen, line_height
from kiosk_ui.scene import Box, Drawing, Fill, Icon, Stroke
from kiosk_ui.theme import colour

LEAST = 176.0
VOICE_BARS = (14, 26, 44, 30, 52, 36, 22, 32, 16)


def blocks(context: Context) -> list[Block]:
    """Return the strip, if the view has one."""
    hearing = context.view.hearing
    if hearing is None:
        return []
    circle = context.px(104)
    indent = circle + context.px(28)
    open_ = hearing.state != "shut"
    bars = context.px(140) if hearing.state == "listening" else 0
    width = context.column.w - indent - bars
    idle = context.words["listening"] if hearing.state == "listening" else context.words["mic_off"]
    text = hearing.text or idle
    bold = hearing.state == "heard"
    sizes = context.steps("heard", "label")
    lines = typeset.fit(typeset.plain(text), width, 2, sizes, context.measure, bold)
    small, height = context.size("minimum"), line_height(lines.size, "lead")
    said = bool(hearing.text)
    head = line_height(small) if said else 0
    least = context.px(LEAST if context.tight.gap >= 20 else 120)
    total = max(least, head + len(lines.lines) * height + context.px(28))

    def draw(out: Drawing, box: Box) -> None:
        pen = Pen(context, out)
        place = Box(box.x, box.mid_y - circle / 2, circle, circle)
        out.add(Fill(place, colour("pine" if open_ else "celadon"), round=True))
        icon_ink = colour("white" if open_ else "ink_soft")
        out.add(Icon(place.inset(circle * 0.26), "mic" if open_ else "x", icon_ink))
        x = box.x + indent
        y = box.mid_y - (head + len(lines.lines) * height) / 2
        if said:
            pen.line((x, y), context.words["you_said"], small, ink=colour("ink_soft"))
            y += head
        shade = colour("ink") if bold else colour("ink_soft")
        below = pen.paragraph((x, y), lines.lines, lines.size, height=height, bold=bold, ink=shade)
        if said and hearing.state == "listening":
            end = x + typeset.line_width(lines.lines[-1], lines.size, context.measure, bold) + context.px(8)
            middle = below - height / 2
            caret = (end, middle - lines.size * 0.45, end, middle + lines.size * 0.45)
            out.add(Stroke(caret, context.px(6), colour("pine")))
        if bars:
            _voice_bars(context, out, box)
        out.add(Fill(Box(box.x, box.bottom - 2, box.w, 2), colour("hairline")))

    return [Block(total, draw, weight=5)]


def _voice_bars(context: Context, out: Drawing, box: Box) -> None:
    pitch = context.px(16)
    x = box.right - pitch * len(VOICE_BARS) + context.px(7)
    for n, tall in enumerate(VOICE_BARS):
        h = context.px(tall)
        out.add(Fill(Box(x + n * pitch, box.mid_y - h / 2, context.px(9), h), colour("pine"), context.px(4.5)))
