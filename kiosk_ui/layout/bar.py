"""The permanent bar at the bottom: 人工 in yellow, then back, large print, say again, language."""

from __future__ import annotations

from guitai.messages.view import BarItem
from kiosk_ui.layout.context import Context, Pen
from kiosk_ui.scene import Box, Drawing, Fill, Icon, Target
from kiosk_ui.theme import colour, tokens

ITEM_RADIUS = 24


def height(context: Context) -> float:
    """Return the bar's height, 0 without items."""
    if not context.view.bar:
        return 0
    if context.style.landscape:
        return float(tokens()["kiosk"]["landscape"]["bar"])
    row = tokens()["kiosk"]["portrait"]["bar"]
    return float(row["large" if context.style.large else "normal"])


def draw(context: Context) -> Drawing:
    """Draw the bar along the bottom of the canvas."""
    out = Drawing()
    tall = height(context)
    if not tall:
        return out
    width, bottom = context.canvas
    box = Box(0, bottom - tall, width, tall)
    out.add(Fill(box, colour("white")), Fill(Box(0, box.y, width, 3), colour("hairline")))
    if context.style.landscape:
        margin, pad, item_width = 36.0, 12.0, 232.0
    else:
        margin, pad, item_width = (24.0, 18.0, 200.0) if context.style.large else (40.0, 22.0, 187.0)
    items = context.view.bar
    pitch = (width - 2 * margin - item_width) / max(len(items) - 1, 1)
    pitch = max(min(pitch, item_width + 60), (width - 2 * margin) / len(items) if len(items) > 5 else 0)
    for n, item in enumerate(items):
        wide = min(item_width, pitch - 8) if len(items) > 1 else item_width
        _item(context, out, item, Box(margin + n * pitch, box.y + pad, wide, tall - 2 * pad - 3))
    return out


def _item(context: Context, out: Drawing, item: BarItem, box: Box) -> None:
    yellow = item.target == "human" or item.icon == "human"
    ending = not yellow and item.target.startswith("end")
    if yellow and item.enabled:
        out.framed(box, colour("lamp"), colour("lamp_edge"), 3, ITEM_RADIUS)
    elif ending:
        out.framed(box, colour("celadon"), colour("lamp_edge"), 3, ITEM_RADIUS)
    elif item.on:
        out.add(Fill(box, colour("celadon"), ITEM_RADIUS))
    ink = colour("ink") if item.enabled else colour("disabled")
    drawing = (
        "aa" if item.icon == "big" and context.style.english else item.icon
    )  # 大 says nothing to who reads English
    size = _label_size(context, item.label, box.w - (50 if context.style.landscape else 0))
    pen = Pen(context, out)
    if context.style.landscape:
        icon, gap = 36.0, 14.0
        x = box.mid_x - (icon + gap + context.measure(item.label, size, True)) / 2
        out.add(Icon(Box(x, box.mid_y - icon / 2, icon, icon), drawing, ink))
        pen.line((x + icon + gap, box.mid_y - size * 0.72), item.label, size, bold=item.enabled, ink=ink)
    else:
        icon = 50.0
        tall = size * 1.25
        top = box.mid_y - (icon + 6 + tall) / 2
        out.add(Icon(Box(box.mid_x - icon / 2, top, icon, icon), drawing, ink))
        where = (box.mid_x, top + icon + 6)
        pen.line(where, item.label, size, bold=item.enabled, ink=ink, height=tall, align="middle")
    if item.enabled:
        out.targets.append(Target(item.target, box, colour("pine_deep"), ITEM_RADIUS))


def _label_size(context: Context, label: str, width: float) -> float:
    steps = context.steps("bar_label")
    return next((size for size in steps if context.measure(label, size, True) <= width - 12), steps[-1])
