"""The teller's side of the counter and its edge: speech, the attract screen, or the picture of a human."""

from __future__ import annotations

from guitai.messages.view import VideoPart
from kiosk_ui import text as typeset
from kiosk_ui.layout import face, speech, topbar
from kiosk_ui.layout.context import Context, Pen, line_height
from kiosk_ui.layout.face import FACE_ASPECT
from kiosk_ui.layout.tones import Tones, tones
from kiosk_ui.scene import Box, Drawing, Fill, Moving
from kiosk_ui.theme import colour

EDGE, LIP = 15.0, 9.0
ATTRACT_WORDS = (("teller_more", 70.0), ("teller_more", 24.0), ("label", 24.0), ("button_note", 12.0))
"""Type and air above it of the attract screen's friendly word, tried in turn."""

LANDSCAPE_EDGE, LANDSCAPE_LIP = 10.0, 8.0


def edge_height(context: Context) -> float:
    """Return how thick the counter is."""
    return LANDSCAPE_EDGE + LANDSCAPE_LIP if context.style.landscape else EDGE + LIP


def draw(context: Context, side: Box) -> tuple[Drawing, bool]:
    """Draw the teller's side into `side` and its edge beyond; also return whether all words found room."""
    out = Drawing()
    shade = tones(context)
    out.add(Fill(side, shade.ground))
    if context.view.screen == "teller" and (video := _video(context, side)):
        out.add(video)
        roomy = _caption_over_video(context, out, side)
    elif context.view.screen == "attract":
        roomy = _attract(context, out, side, shade)
    elif context.view.screen == "technician":
        roomy = _staff(context, out, side, shade)
    else:
        roomy = speech.draw(context, out, side, shade)
    _edge(context, out, side, shade)
    topbar.draw(context, out, side, shade)
    return out, roomy


def _edge(context: Context, out: Drawing, side: Box, shade: Tones) -> None:
    if context.style.landscape and side.w < context.canvas[0]:
        out.add(Fill(Box(side.right, side.y, LANDSCAPE_EDGE, side.h), shade.edge))
        out.add(Fill(Box(side.right + LANDSCAPE_EDGE, side.y, LANDSCAPE_LIP, side.h), shade.lip))
    else:
        out.add(Fill(Box(side.x, side.bottom, side.w, EDGE), shade.edge))
        out.add(Fill(Box(side.x, side.bottom + EDGE, side.w, LIP), shade.lip))


def _attract(context: Context, out: Drawing, side: Box, shade: Tones) -> bool:
    """Clock, date and a friendly word beside the largest face (in landscape: above it)."""
    landscape = context.style.landscape
    box = face.place(context, side)
    margin = 36.0 if landscape else 60.0
    width = side.w - 2 * margin if landscape or not context.face else box.x + 6 - margin
    size, date = context.size("clock"), context.size("teller_more")
    top = side.y + (74 if landscape else 124)
    height = size * 1.3
    start = top + height + line_height(date)
    foot = side.bottom - 24
    for name, air in ATTRACT_WORDS:
        words = speech.lines(context, width, name, name)
        lines = [*words.lead.lines, *(line for line in words.more.lines if line)]
        small = context.size(name)
        y = start + context.px(8 if landscape else air)
        end = y + len(lines) * line_height(small)
        if end <= foot:
            break
    if landscape:
        wide = min(box.w, (side.bottom - end - 8) / FACE_ASPECT)
        box = Box(side.x + (side.w - wide) / 2, side.bottom - wide * FACE_ASPECT, wide, wide * FACE_ASPECT)
    if context.face:
        face.draw(context, out, box, shade)
    pen = Pen(context, out, shade.text)
    clock = pen.line((margin, top), context.moment.clock, size, bold=True, height=height)
    pen.line((margin, clock.bottom), context.moment.date, date)
    for line in lines:
        pen.line((margin, y), "".join(span.text for span in line), small)
        y += line_height(small)
    return end <= foot


def _staff(context: Context, out: Drawing, side: Box, shade: Tones) -> bool:
    """Return whether the name of the mode and who is at work stand on one line; nobody is greeted here."""
    size, small = context.size("button") * (1.1 if context.style.landscape else 1.3), context.size("label")
    pen = Pen(context, out, shade.text)
    margin, up = (36.0, 30.0) if context.style.landscape else (60.0, 58.0)
    middle = side.bottom - up
    end = pen.line((margin, middle - line_height(size) / 2), context.view.lead, size, bold=True).right + 28
    room = side.right - margin - end
    text = typeset.fit(
        typeset.plain(context.view.more), room, 1, (small, *context.steps("button_note")), context.measure
    )
    pen.paragraph((end, middle - line_height(text.size) / 2 + size * 0.12), text.lines, text.size, ink=shade.more)
    return not text.cut


def _video(context: Context, side: Box) -> Moving | None:
    source = next((part.source for part in context.view.parts if isinstance(part, VideoPart)), "")
    top = topbar.banner(context)
    return Moving(Box(side.x, side.y + top, side.w, side.h - top), source) if source else None


def _caption_over_video(context: Context, out: Drawing, side: Box) -> bool:
    width = side.w * (0.86 if context.style.landscape else 0.6)
    size = context.size("teller_more")
    text = typeset.fit(typeset.spans(context.view.lead), width - 90, 3, (size, context.size("label")), context.measure)
    height = line_height(text.size)
    tall = len(text.lines) * height + 44
    # Begins left of the screen, so that only its right corners are round.
    box = Box(side.x - 28, side.bottom - 20 - tall, width + 28, tall)
    out.add(Fill(box, colour("pine_deep"), 28, alpha=0.92))
    pen = Pen(context, out, colour("lamp_text"))
    y = box.y + 22
    for line in text.lines:
        for span, marked in pen.spans((side.x + 60, y), line, text.size, height=height, ink=colour("lamp_text")):
            if marked:
                out.add(speech.underline(span, text.size, 6, colour("osmanthus")))
        y += height
    return not text.cut
