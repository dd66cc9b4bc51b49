"""GaugePart: how full each cassette is, beside each other, with the figure in words."""

from __future__ import annotations

from guitai.messages.view import Gauge, GaugePart
from kiosk_ui.layout.context import Block, Context, Pen, fitted, line_height
from kiosk_ui.scene import Box, Drawing, Fill
from kiosk_ui.theme import colour

TALL = 104.0


def blocks(context: Context, part: GaugePart) -> list[Block]:
    """Return one block."""
    tall = context.px(TALL if context.tight.gap >= 20 else TALL * 0.45)
    figure, small = context.size("label"), context.size("minimum")
    gap = context.px(24)

    def draw(out: Drawing, box: Box) -> None:
        width = (box.w - gap * (len(part.gauges) - 1)) / len(part.gauges)
        for n, gauge in enumerate(part.gauges):
            _gauge(context, gauge, out, Box(box.x + n * (width + gap), box.y, width, tall))

    return [Block(tall + line_height(figure) + line_height(small), draw, weight=4)]


def _gauge(context: Context, gauge: Gauge, out: Drawing, box: Box) -> None:
    edge = 3.0
    radius = context.px(14)
    out.framed(box, colour("white"), colour("line"), edge, radius)
    inner = box.inset(edge)
    full = inner.h * max(0, min(gauge.percent, 100)) / 100
    ink = colour("amber_shape" if gauge.low else "pine")
    out.add(Fill(Box(inner.x, inner.bottom - full, inner.w, full), ink, min(radius - edge, full / 2), alpha=0.55))
    pen = Pen(context, out)
    figure, words = f"{gauge.percent}%", context.size("label")
    pen.line((box.mid_x, box.bottom), figure, words, bold=True, align="middle")
    text = fitted(context, gauge.label, box.w + context.px(20), 1, "minimum")
    pen.line((box.mid_x, box.bottom + line_height(words)), gauge.label, text.size, align="middle")
