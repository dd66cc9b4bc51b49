"""CountdownPart: a bar that empties, the seconds left, and always the button that gives more time."""

from __future__ import annotations

from guitai.messages.view import CountdownPart, Option
from kiosk_ui.layout.context import ASCENT, BASE, NATURAL, Block, Context, Pen, line_height
from kiosk_ui.layout.parts.choice import button
from kiosk_ui.scene import Box, Drawing, Fill
from kiosk_ui.theme import colour

BAR = 24.0


def seconds_left(part: CountdownPart, now_ms: int) -> int:
    """Return whole seconds until the end, never negative; the last second counts as one."""
    return max(0, -(-(part.ends_at_ms - now_ms) // 1000))


def blocks(context: Context, part: CountdownPart) -> list[Block]:
    """Return the bar with its number, then the button."""
    left_ms = max(0, part.ends_at_ms - context.moment.now_ms)
    share = min(1.0, left_ms / part.total_ms) if part.total_ms > 0 else 0.0
    number = str(seconds_left(part, context.moment.now_ms))
    big, small = context.size("question"), context.size("teller_more")
    before = part.label or context.words["seconds_before"]
    after = context.words["seconds_after"]

    def bar(out: Drawing, box: Box) -> None:
        pen = Pen(context, out)
        base = box.mid_y + big * BASE
        x = box.right
        for word, size, bold in ((after, small, False), (number, big, True), (before, small, False)):
            if word:
                height = size * NATURAL
                x = pen.line((x, base - size * ASCENT), word, size, bold=bold, height=height, align="right").x
                x -= context.px(12)
        tall = context.px(BAR)
        rail = Box(box.x, box.mid_y - tall / 2, max(x - context.px(16) - box.x, tall), tall)
        out.add(Fill(rail, colour("celadon"), tall / 2))
        if share > 0:
            out.add(Fill(Box(rail.x, rail.y, max(rail.w * share, tall), tall), colour("pine"), tall / 2))

    extend = Option(part.extend_target, part.extend_label, icon="clock")
    height = max(context.px(min(context.tight.button, 144)), context.style.floor)
    out = [Block(line_height(big), bar, weight=8)]
    if part.extend_label:
        out.append(Block(height, lambda drawing, box: button(context, drawing, extend, box), sinks=True))
    return out
