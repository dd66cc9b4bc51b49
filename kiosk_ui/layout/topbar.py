"""Branch, network, microphone, time; or the banner of the human who takes part."""

from __future__ import annotations

from kiosk_ui.layout.context import Context, Pen, line_height
from kiosk_ui.layout.tones import Tones
from kiosk_ui.scene import Box, Drawing, Fill, Icon
from kiosk_ui.theme import colour


def draw(context: Context, out: Drawing, side: Box, shade: Tones) -> None:
    """Branch, network, microphone, time; or the banner of the human who takes part."""
    view, style = context.view, context.style
    margin = 36.0 if style.landscape else 60.0
    middle = 37.0 if style.landscape else 54.0
    ink, soft = shade.text, shade.more if view.tone == "hold" else colour("ink_soft")
    left = 22.0 if style.landscape else 40.0 if style.large else 32.0
    small = context.size("minimum")
    if view.teller_name:
        ink = soft = colour("lamp_text")
        out.add(Fill(Box(side.x, side.y, side.w, banner(context)), colour("pine_deep")))
    pen = Pen(context, out, ink)
    if view.teller_name:
        dot = left * 0.8
        out.add(Fill(Box(margin, middle - dot / 2, dot, dot), colour("lamp"), round=True))
        left_end = _who_is_here(pen, margin + dot + 18, middle, left)
    else:
        mark = left * 1.5
        out.add(Icon(Box(margin, middle - mark / 2, mark, mark), "mark", ink))
        left_end = pen.line((margin + mark + 20, middle - line_height(left) / 2), view.branch, left, bold=True).right
    x = side.right - margin
    if view.screen != "attract":
        size = left + 2
        where = (x, middle - line_height(size) / 2)
        if x - context.measure(context.moment.clock, size, True) < left_end + 16:
            return  # who is here matters more than the time
        x = pen.line(where, context.moment.clock, size, bold=True, align="right").x - 26
    for word, icon in _signs(context):
        icon_wide = small * 1.55 if icon else 0
        wide = context.measure(word, small)
        if x - wide - icon_wide > left_end + 16:
            x = pen.line((x, middle - line_height(small) / 2), word, small, ink=soft, align="right").x
        elif x - icon_wide <= left_end + 16:
            continue  # no room for words nor icon beside the teller's name
        if icon:
            x -= icon_wide
            out.add(Icon(Box(x, middle - small * 0.6, small * 1.2, small * 1.2), icon, soft))
        x -= 24


def _who_is_here(pen: Pen, x: float, middle: float, size: float) -> float:
    """Write who sees and hears the customer, below it whether they are lost, who listens, that it is recorded; never left out."""
    view, own = pen.context.view, pen.context.words
    told = [own["teller_lost"]] if view.teller_lost else []
    told += [own["listener"].format(name=view.listener_name)] if view.listener_name else []
    told += [own["recorded"]] if view.recorded else []
    teller = f"{own['human_teller']}　{view.teller_name}"
    small = pen.context.size("minimum")
    below = line_height(small) if told else 0.0
    top = middle - (line_height(size) + below) / 2
    end = pen.line((x, top), teller, size, bold=True).right
    return max(end, pen.line((x, top + line_height(size)), " · ".join(told), small).right) if told else end


def banner(context: Context) -> float:
    """Return the height of the strip that names a human teller."""
    return 74.0 if context.style.landscape else 104.0


def _signs(context: Context) -> list[tuple[str, str]]:
    view, words = context.view, context.words
    signs = []
    if view.mic == "open":
        signs.append((words["mic_on"], "mic"))
    elif view.mic == "shut" and view.screen != "attract":
        signs.append((words["mic_off"], ""))
    if not view.online:
        signs.append((words["offline"], "net"))
    return signs
