"""The teller's side of the counter: top bar, the words, the face on the edge, and the edge itself."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from guitai.messages.view import VideoPart
from kiosk_ui import text as typeset
from kiosk_ui.layout.context import BASE, Context, Pen, line_height
from kiosk_ui.scene import Box, Drawing, Face, Fill, Icon, Item, Moving
from kiosk_ui.text import Fitted
from kiosk_ui.theme import colour

FACE_WIDTH = ((880, 600.0), (800, 480.0), (760, 480.0), (640, 430.0), (590, 350.0), (520, 340.0), (0, 300.0))
"""Width of the face by the counter's stop (at least)."""

FACE_ASPECT = 560 / 480
HALO = (240 / 480, 262 / 560, 464 / 480)
"""Centre and diameter of the halo within the face's box."""

EDGE, LIP = 15.0, 9.0
LANDSCAPE_EDGE, LANDSCAPE_LIP = 10.0, 8.0
BANNER = 136.0
UNDERLINE = 8.0

LEAD_STEPS = (
    ("teller_lead", "teller_more"),
    ("question", "teller_more"),
    ("teller_more", "label"),
    ("label", "label"),
    ("minimum", "minimum"),
)


@dataclass(frozen=True, slots=True)
class Tones:
    """Colours of the teller's side."""

    ground: str
    text: str
    more: str
    halo: str
    edge: str
    lip: str
    line: str


def tones(context: Context) -> Tones:
    """Return the colours of the view's tone."""
    tone = context.view.tone
    if tone == "hold":
        names = ("pine_deep", "lamp_text", "osmanthus_light", "osmanthus", "osmanthus", "lamp", "lamp")
    elif tone == "quiet":
        names = ("celadon", "ink", "ink", "osmanthus_light", "pine_deep", "celadon_deep", "pine")
    else:
        names = ("osmanthus", "ink", "ink", "osmanthus_light", "pine_deep", "celadon_deep", "pine")
    return Tones(*(colour(name) for name in names))


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
    else:
        roomy = _speech(context, out, side, shade)
    _edge(context, out, side, shade)
    _top(context, out, side, shade)
    return out, roomy


def _edge(context: Context, out: Drawing, side: Box, shade: Tones) -> None:
    if context.style.landscape:
        out.add(Fill(Box(side.right, side.y, LANDSCAPE_EDGE, side.h), shade.edge))
        out.add(Fill(Box(side.right + LANDSCAPE_EDGE, side.y, LANDSCAPE_LIP, side.h), shade.lip))
    else:
        out.add(Fill(Box(side.x, side.bottom, side.w, EDGE), shade.edge))
        out.add(Fill(Box(side.x, side.bottom + EDGE, side.w, LIP), shade.lip))


def _top(context: Context, out: Drawing, side: Box, shade: Tones) -> None:
    """Branch, network, microphone, time; or the banner of the human who takes part."""
    view, style = context.view, context.style
    margin = 36.0 if style.landscape else 60.0
    middle = 37.0 if style.landscape else 54.0
    ink, soft = shade.text, shade.more if view.tone == "hold" else colour("ink_soft")
    left = 22.0 if style.landscape else 40.0 if style.large else 32.0
    small = context.size("minimum")
    if view.teller_name:
        ink = soft = colour("lamp_text")
        out.add(Fill(Box(side.x, side.y, side.w, _banner(context)), colour("pine_deep")))
    pen = Pen(context, out, ink)
    if view.teller_name:
        dot = left * 0.8
        out.add(Fill(Box(margin, middle - dot / 2, dot, dot), colour("lamp"), round=True))
        words = f"{context.words['human_teller']}　{view.teller_name}"
        left_end = pen.line((margin + dot + 18, middle - line_height(left) / 2), words, left, bold=True).right
    else:
        mark = left * 1.5
        out.add(Icon(Box(margin, middle - mark / 2, mark, mark), "mark", ink))
        left_end = pen.line((margin + mark + 20, middle - line_height(left) / 2), view.branch, left, bold=True).right
    x = side.right - margin
    if view.screen != "attract":
        size = left + 2
        where = (x, middle - line_height(size) / 2)
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


def _banner(context: Context) -> float:
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


def _face_box(context: Context, side: Box) -> Box:
    if context.style.landscape:
        width = min(332.0, (side.h * 0.55) / FACE_ASPECT)
        return Box(side.x + (side.w - width) / 2 - 14, side.bottom - width * FACE_ASPECT, width, width * FACE_ASPECT)
    width = next(wide for stop, wide in FACE_WIDTH if side.h >= stop)
    right = side.right + 10 if width == 600 else side.right if width in {350, 300} else side.right - 14
    return Box(right - width, side.bottom - width * FACE_ASPECT, width, width * FACE_ASPECT)


def _draw_face(context: Context, out: Drawing, box: Box, shade: Tones) -> None:
    view = context.view
    x, y, wide = HALO
    size = wide * box.w
    halo = Box(box.x + x * box.w - size / 2, box.y + y * box.h - size / 2, size, size)
    if view.teller_name:
        # While a human speaks the drawn teller steps aside: a lamp with the sign of a person stands for her.
        lamp = Box(halo.x + size * 0.12, halo.y + size * 0.12, size * 0.76, size * 0.76)
        out.ring(lamp, colour("lamp"), colour("lamp_edge"), 4)
        out.add(Icon(lamp.inset(lamp.w * 0.2), "person", colour("ink")))
        return
    out.add(Fill(halo, shade.halo, round=True))
    out.add(Face(box, view.face, speaking=bool(view.captions)))


def _speech(context: Context, out: Drawing, side: Box, shade: Tones) -> bool:
    """Write lead and more; take the largest face and type that leave room."""
    margin = 36.0 if context.style.landscape else 60.0
    top = side.y + (94 if context.style.landscape else 152 if side.h >= 640 else 128)
    face = _face_box(context, side)
    faces: list[Box | None] = [face, _smaller(face), None] if not context.style.landscape else [face, None]
    for place, (lead, more) in _attempts(faces):
        width, bottom = _room(context, side, place, margin)
        words = _lines(context, width, lead, more)
        if words.height <= bottom - top and not (words.lead.cut or words.more.cut):
            break
    if place:
        _draw_face(context, out, place, shade)
    below = _write(context, out, (margin, top), words, shade)
    _captions(context, out, Box(margin, below, width, bottom - below), shade)
    return words.height <= bottom - top and not (words.lead.cut or words.more.cut)


def _attempts(faces: list[Box | None]) -> list[tuple[Box | None, tuple[str, str]]]:
    """Small type with the face before large type without it."""
    big, small, tiny = LEAD_STEPS[:2], LEAD_STEPS[2:3], LEAD_STEPS[3:]
    shown, hidden = [face for face in faces if face], [None]
    return [
        *itertools.product(shown, big),
        *itertools.product(shown, small),
        *itertools.product(hidden, (*big, *small, *tiny)),
    ]


def _smaller(face: Box) -> Box:
    width = 340.0 if face.w > 340 else 300.0
    return Box(face.right - width, face.bottom - width * FACE_ASPECT, width, width * FACE_ASPECT)


def _room(context: Context, side: Box, face: Box | None, margin: float) -> tuple[float, float]:
    """Return the width of the words and how far down they may go."""
    pad = 24.0
    if face is None:
        return side.w - 2 * margin, side.bottom - pad
    if context.style.landscape:
        return side.w - 2 * margin, face.y + (HALO[1] * FACE_ASPECT - HALO[2] / 2) * face.w - 8
    return face.x + 16 - margin, side.bottom - pad


@dataclass(frozen=True, slots=True)
class _Words:
    lead: Fitted
    more: Fitted
    gap: float
    more_width: float = 0

    @property
    def height(self) -> float:
        lead = len(self.lead.lines) * line_height(self.lead.size, "lead")
        if not self.more.lines or not self.more.lines[0]:
            return lead
        return lead + self.gap + len(self.more.lines) * line_height(self.more.size)


def _lines(context: Context, width: float, lead: str, more: str) -> _Words:
    view, measure = context.view, context.measure
    lead_size, more_size = context.size(lead), context.size(more)
    lead_bold = typeset.fit(typeset.spans(_ascii(context, view.lead)), width, 99, (lead_size,), measure, bold=True)
    rest = typeset.fit(typeset.plain(_ascii(context, view.more)), width + 14, 99, (more_size,), measure)
    return _Words(lead_bold, rest, context.px(28))


def _ascii(context: Context, text: str) -> str:
    """In English the curly apostrophe of this font is as wide as a Chinese character."""
    return text.replace("’", "'") if context.view.language == "en" else text


def _write(context: Context, out: Drawing, at: tuple[float, float], words: _Words, shade: Tones) -> float:
    pen = Pen(context, out, shade.text)
    x, y = at
    height = line_height(words.lead.size, "lead")
    spoken = _spoken(context)
    for line in words.lead.lines:
        for box, marked in pen.spans((x, y), line, words.lead.size, height=height, bold=True, ink=shade.text):
            if marked:
                out.add(underline(box, words.lead.size, context.px(UNDERLINE), shade.line))
        y += height
    if not words.more.lines or not words.more.lines[0]:
        return y
    y += words.gap
    for line in words.more.lines:
        text = "".join(span.text for span in line)
        box = pen.line((x, y), text, words.more.size, ink=shade.more)
        if spoken and text and text in spoken:
            out.add(underline(box, words.more.size, context.px(UNDERLINE), shade.line))
        y = box.bottom
    return y


def _spoken(context: Context) -> str:
    """The clause being spoken, if it stands among the words shown anyway."""
    shown = context.view.more
    return "".join(clause for clause in context.view.captions if clause and clause in shown)


def underline(box: Box, size: float, thick: float, ink: str) -> Item:
    """Return the stroke under a word; it stands just below the base line."""
    base = box.mid_y + size * BASE
    return Fill(Box(box.x, base + max(size * 0.12, thick + 1), box.w, thick), ink)


def _captions(context: Context, out: Drawing, room: Box, shade: Tones) -> None:
    """What is being spoken, unless lead or more say it already."""
    view = context.view
    said = "".join(view.captions)
    shown = (view.lead + view.more).replace("*", "").replace("\n", "")
    if not said or said.replace("\n", "") in shown or view.screen == "attract":
        return
    size = context.size("label")
    height = line_height(size)
    lines = int((room.h - context.px(20)) // height)
    if lines < 1:
        return
    text = typeset.wrap(typeset.plain(said), room.w, size, context.measure)[-min(lines, 3) :]
    pen = Pen(context, out, shade.text)
    pen.paragraph((room.x, room.bottom - height * len(text)), text, size, height=height)


def _attract(context: Context, out: Drawing, side: Box, shade: Tones) -> bool:
    """Clock, date and a friendly word beside the largest face (in landscape: above it)."""
    landscape = context.style.landscape
    face = _face_box(context, side)
    margin = 36.0 if landscape else 60.0
    width = side.w - 2 * margin if landscape else face.x + 6 - margin
    size, date = context.size("clock"), context.size("teller_more")
    top = side.y + (74 if landscape else 124)
    height = size * 1.3
    words = _lines(context, width, "teller_more", "teller_more")
    lines = [*words.lead.lines, *(line for line in words.more.lines if line)]
    y = top + height + line_height(date) + (8 if landscape else 70)
    end = y + len(lines) * line_height(date)
    if landscape:
        wide = min(face.w, (side.bottom - end - 8) / FACE_ASPECT)
        face = Box(side.x + (side.w - wide) / 2, side.bottom - wide * FACE_ASPECT, wide, wide * FACE_ASPECT)
    _draw_face(context, out, face, shade)
    pen = Pen(context, out, shade.text)
    clock = pen.line((margin, top), context.moment.clock, size, bold=True, height=height)
    pen.line((margin, clock.bottom), context.moment.date, date)
    for line in lines:
        pen.line((margin, y), "".join(span.text for span in line), date)
        y += line_height(date)
    return end <= side.bottom - 24


def _video(context: Context, side: Box) -> Moving | None:
    source = next((part.source for part in context.view.parts if isinstance(part, VideoPart)), "")
    top = _banner(context)
    return Moving(Box(side.x, side.y + top, side.w, side.h - top), source) if source else None


def _caption_over_video(context: Context, out: Drawing, side: Box) -> bool:
    width = side.w * 0.6
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
                out.add(underline(span, text.size, 6, colour("osmanthus")))
        y += height
    return not text.cut
