"""SignaturePart: a white pad with a line to write on, to start over, and to be done."""

from __future__ import annotations

from guitai.messages.view import Option, SignaturePart
from kiosk_ui.ink import CLEAR, DONE, PAD
from kiosk_ui.layout.context import Block, Context, Pen, fitted, line_height
from kiosk_ui.layout.parts.choice import button
from kiosk_ui.scene import Box, Drawing, Stroke, Target
from kiosk_ui.theme import colour

LINE_AT = 0.78
"""How far down the line lies that one writes on."""


def blocks(context: Context, part: SignaturePart) -> list[Block]:
    """Return what is asked, the pad and its buttons."""
    tall = max(context.px(min(context.tight.picture, 460)), context.px(220))
    return [
        _label(context, part),
        Block(tall, lambda out, box: _pad(context, out, box), sticks=True),
        _buttons(context),
    ]


def _label(context: Context, part: SignaturePart) -> Block:
    text = fitted(context, part.label, context.column.w, 2, "label")

    def draw(out: Drawing, box: Box) -> None:
        Pen(context, out).paragraph((box.x, box.y), text.lines, text.size, ink=colour("ink_soft"))

    return Block(line_height(text.size) * len(text.lines), draw, sticks=True)


def _pad(context: Context, out: Drawing, box: Box) -> None:
    out.framed(box, colour("white"), colour("pine"), context.px(6), context.style.radius)
    y, margin = box.y + box.h * LINE_AT, context.px(48)
    out.add(Stroke((box.x + margin, y, box.right - margin, y), context.px(3), colour("line")))
    out.targets.append(Target(PAD, box))


def _buttons(context: Context) -> Block:
    own = context.words
    options = (
        Option(CLEAR, own["sign_clear"], icon="again", style="minor"),
        Option(DONE, own["sign_done"], icon="check", style="primary"),
    )
    gap = context.px(24)
    tall = max(context.px(context.tight.button), context.style.floor)

    def draw(out: Drawing, box: Box) -> None:
        width = (box.w - gap) / 2
        for n, option in enumerate(options):
            button(context, out, option, Box(box.x + n * (width + gap), box.y, width, box.h))

    return Block(tall, draw)
