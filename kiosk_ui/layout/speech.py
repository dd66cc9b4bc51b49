"""What the teller says on the screen: lead and more beside the face, captions, underlined words."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from kiosk_ui import text as typeset
from kiosk_ui.layout import face
from kiosk_ui.layout.context import BASE, Context, Pen, line_height
from kiosk_ui.layout.face import FACE_ASPECT, HALO
from kiosk_ui.layout.tones import Tones
from kiosk_ui.scene import Box, Drawing, Fill, Item
from kiosk_ui.text import Fitted

UNDERLINE = 8.0
LEAD_STEPS = (
    ("teller_lead", "teller_more"),
    ("question", "teller_more"),
    ("teller_more", "label"),
    ("label", "label"),
    ("minimum", "minimum"),
)


def draw(context: Context, out: Drawing, side: Box, shade: Tones) -> bool:
    """Write lead and more; take the largest face and type that leave room."""
    margin = 36.0 if context.style.landscape else 60.0
    top = side.y + (94 if context.style.landscape else 152 if side.h >= 640 else 128)
    box = face.place(context, side)
    faces: list[Box | None] = [box, face.smaller(box), None] if not context.style.landscape else [box, None]
    if not context.face and not context.view.teller_name:
        faces = [None]
    for place, (lead, more) in _attempts(faces):
        width, bottom = room(context, side, place, margin)
        words = lines(context, width, lead, more)
        if words.height <= bottom - top and not (words.lead.cut or words.more.cut):
            break
    if place:
        face.draw(context, out, place, shade)
    below = _write(context, out, (margin, top), words, shade)
    _captions(context, out, Box(margin, below, width, bottom - below), shade)
    return words.height <= bottom - top and not (words.lead.cut or words.more.cut)


def _attempts(faces: list[Box | None]) -> list[tuple[Box | None, tuple[str, str]]]:
    """Small type with the face before large type without it."""
    big, small, tiny = LEAD_STEPS[:2], LEAD_STEPS[2:3], LEAD_STEPS[3:]
    shown, hidden = [box for box in faces if box], [None]
    return [
        *itertools.product(shown, big),
        *itertools.product(shown, small),
        *itertools.product(hidden, (*big, *small, *tiny)),
    ]


def room(context: Context, side: Box, taken: Box | None, margin: float) -> tuple[float, float]:
    """Return the width of the words and how far down they may go."""
    pad = 24.0
    if taken is None:
        return side.w - 2 * margin, side.bottom - pad
    if context.style.landscape:
        return side.w - 2 * margin, taken.y + (HALO[1] * FACE_ASPECT - HALO[2] / 2) * taken.w - 8
    reach = 16 if context.view.tone != "hold" else -10  # light words would be lost on the halo
    return taken.x + reach - margin, side.bottom - pad


@dataclass(frozen=True, slots=True)
class Words:
    """Lead and more, broken into lines."""

    lead: Fitted
    more: Fitted
    gap: float
    more_width: float = 0

    @property
    def height(self) -> float:
        """How tall both are together."""
        lead = len(self.lead.lines) * line_height(self.lead.size, "lead")
        if not self.more.lines or not self.more.lines[0]:
            return lead
        return lead + self.gap + len(self.more.lines) * line_height(self.more.size)


def lines(context: Context, width: float, lead: str, more: str) -> Words:
    """Return the view's words in lines no wider than `width`; `lead` and `more` name their type sizes."""
    view, measure = context.view, context.measure
    lead_size, more_size = context.size(lead), context.size(more)
    lead_bold = typeset.fit(typeset.spans(_ascii(context, view.lead)), width, 99, (lead_size,), measure, bold=True)
    rest = typeset.fit(typeset.plain(_ascii(context, view.more)), width + 14, 99, (more_size,), measure)
    return Words(lead_bold, rest, context.px(28))


def _ascii(context: Context, text: str) -> str:
    """In English the curly apostrophe of this font is as wide as a Chinese character."""
    return text.replace("’", "'") if context.view.language == "en" else text


def _write(context: Context, out: Drawing, at: tuple[float, float], words: Words, shade: Tones) -> float:
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
