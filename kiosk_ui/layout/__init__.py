"""Lays a view out: the counter at one of its fixed stops, words above it, parts below it, the bar at the bottom. Pure."""

from __future__ import annotations

from dataclasses import replace

from guitai.messages.view import EntryPart, TextPart, View
from kiosk_ui.folding import folded
from kiosk_ui.layout import bar, counter, hearing, parts
from kiosk_ui.layout.context import AIRY, CLOSE, LAST, PACKED, TIGHT, TIGHTNESS, Block, Context, Moment
from kiosk_ui.scene import Box, Drawing, Scene
from kiosk_ui.text import Measure
from kiosk_ui.theme import Style, canvas, colour, tokens

STOP_OF = {
    "attract": "attract", "conversation": "conversation", "form": "conversation", "processing": "conversation",
    "satisfaction": "conversation", "teller": "video", "risk_question": "message", "hold": "message",
    "waiting": "message", "message": "message", "out_of_service": "message", "confirm": "form", "sms_code": "form",
    "pin": "form", "insert_card": "form", "take_card": "form", "take_cash": "form",
    "document": "form", "receipt": "form", "technician": "technician", "video_consent": "message",
}  # fmt: skip
"""Where the counter stands, by screen: names of the tokens' counter stops."""

LOW_STOP = 1000.0
"""Of the counter for a customer in a wheelchair; the face gives way."""

LOWEST_LARGE = "confirm_large"
STAFF = "technician"
BUTTONS = 9
"""The weight of what is never left out."""

STAFF_HEAD = 112.0
"""In landscape the counter of the staff's screen lies, as it does in portrait: there is nobody behind it."""

FOOT = 26.0
"""Air above the bar."""


def arrange(
    view: View, window: tuple[int, int], measure: Measure, moment: Moment, typed: str = "",
    *, pad_open: bool = False, face: bool = True,
) -> Scene:  # fmt: skip
    """Return the scene of `view` for a window of that many pixels.

    `typed` and `pad_open` are the keypad's state; without `face` the digital teller is not shown.
    Tries the mocked lengths first, then less air, then a higher counter; text is never squeezed, only set in the next
    smaller allowed size. What finds no room in the tightest layout is left out, never a button (`Scene.left_out`).
    """
    view = folded(view, pad_open=pad_open)
    landscape, scale, size = canvas(*window)
    large = view.large and view.screen != STAFF  # all devices at once are worth more to staff than large words
    style = Style(large, view.language == "en", landscape)
    base = Context(
        view, style, measure, moment, typed, size, Box(0, 0, 0, 0), face=face and (landscape or not view.low)
    )
    attempt, side, column, left_out = _choose(base)
    if left_out and (bare := _without_strip(view)) != view:  # the sign of the microphone stays in the top bar
        second = _choose(replace(base, view=bare))
        attempt, side, column, left_out = second if second[-1] < left_out else (attempt, side, column, left_out)
    drawing, _ = counter.draw(attempt, side)
    drawing.extend(_flow(attempt, column))
    drawing.extend(bar.draw(attempt))
    return Scene(view.screen, size, scale, colour("paper"), tuple(drawing.items), tuple(drawing.targets), left_out)


def _without_strip(view: View) -> View:
    """Return the view without the strip of what is heard, and beside a keypad without the hint: facts and keys matter more."""
    keypad = any(isinstance(part, EntryPart) for part in view.parts)
    kept = tuple(one for one in view.parts if not (keypad and isinstance(one, TextPart) and one.style == "label"))
    return replace(view, hearing=None, parts=kept)


def _choose(base: Context) -> tuple[Context, Box, list[Block], int]:
    """Return the first attempt in which everything fits; else the one that leaves out least and shows all words."""
    poor: list[tuple[tuple[bool, bool, int], tuple[Context, Box, list[Block], int]]] = []
    for attempt, side in _attempts(base):
        column = _blocks(attempt)
        _, roomy = counter.draw(attempt, side)
        if roomy and _height(attempt, column) <= attempt.column.h:
            return attempt, side, column, 0
        kept = _thin_out(attempt, column)
        left_out = len(column) - len(kept)
        too_tall = _height(attempt, kept) > attempt.column.h
        poor.append(((too_tall, not roomy, left_out), (attempt, side, kept, left_out)))
    return min(poor, key=lambda entry: entry[0])[1]


def _attempts(base: Context) -> list[tuple[Context, Box]]:
    """Return contexts from airy to tight, each with the box of the teller's side."""
    width, height = base.canvas
    foot = bar.height(base)
    if base.style.landscape and base.view.screen == STAFF:
        side = Box(0, 0, width, STAFF_HEAD)
        top = side.bottom + counter.edge_height(base) + 10
        column = Box(36, top, width - 72, height - foot - 10 - top)
        return [(replace(base, column=column, tight=tight), side) for tight in TIGHTNESS]
    if base.style.landscape:
        side = Box(0, 0, 500, height - foot)
        x = side.right + counter.edge_height(base) + 36
        column = Box(x, 24, width - 36 - x, height - foot - 24 - 20)
        return [(replace(base, column=column, tight=tight), side) for tight in TIGHTNESS]
    if base.view.low and base.view.screen != STAFF:
        return _low(base, foot)
    out = []
    stops = _stops(base)
    first, *higher = stops
    plan = [(first, AIRY), (first, CLOSE)]
    plan += [(stop, tight) for tight in (CLOSE, TIGHT) for stop in higher]
    plan += [(stop, tight) for tight in (TIGHT, *PACKED, LAST) for stop in (first, stops[-1])]
    for stop, tight in plan:
        top = stop + counter.edge_height(base) + tight.pad * (0.2 if base.view.hearing else 1)
        column = Box(60, top, width - 120, height - foot - FOOT - top)
        out.append((replace(base, column=column, tight=tight), Box(0, 0, width, stop)))
    return out


def _low(base: Context, foot: float) -> list[tuple[Context, Box]]:
    """Return contexts for who reaches the lower part of the screen only: the counter as low as the parts allow."""
    width, height = base.canvas
    stops = tokens()["kiosk"]["portrait"]["counter_stops"]
    lowest = stops[LOWEST_LARGE]
    out = []
    down = sorted({LOW_STOP, *(s for s in stops.values() if lowest <= s < LOW_STOP)}, reverse=True)
    plan = [(stop, tight) for stop in down for tight in (CLOSE, TIGHT, *PACKED)]
    for stop, tight in [*plan, *((stop, LAST) for stop in down)]:
        top = stop + counter.edge_height(base) + tight.pad * (0.2 if base.view.hearing else 1)
        column = Box(60, top, width - 120, height - foot - FOOT - top)
        out.append((replace(base, column=column, tight=tight), Box(0, 0, width, stop)))
    return out


def _stops(base: Context) -> list[float]:
    """Return the screen's own stop, then the higher ones the counter may slide to."""
    stops: dict[str, float] = tokens()["kiosk"]["portrait"]["counter_stops"]
    name = STOP_OF[base.view.screen]
    own = stops[name]
    if name == STAFF:
        return [own]
    if base.style.large and name != "attract":
        own = stops[LOWEST_LARGE] if name == "form" else min(own, stops["conversation_large"])
    lowest = stops[LOWEST_LARGE]
    return sorted({own, *(stop for stop in stops.values() if lowest <= stop < own)}, reverse=True)


def _blocks(context: Context) -> list[Block]:
    out = hearing.blocks(context)
    for made in parts.all_blocks(context):
        if made and out:
            made[0] = replace(made[0], gap=max(made[0].gap, context.px(context.tight.gap * 0.2)))
        out += made
    return out


def _gap(context: Context, before: Block | None, block: Block) -> float:
    if before is None:
        return 0
    if block.joins:
        return context.px(8) if before.sticks else 0
    dense = before.weight == block.weight and block.weight in {1, 4}  # rows of one list touch
    air = 0 if dense else context.px(context.tight.gap * (0.6 if before.sticks else 1))
    return air + block.gap


def _height(context: Context, column: list[Block]) -> float:
    return sum(
        _gap(context, before, block) + block.height for before, block in zip([None, *column], column, strict=False)
    )


def _thin_out(context: Context, column: list[Block]) -> list[Block]:
    """Return the column without its lightest blocks, as many as must go; buttons always stay."""
    kept = list(column)
    while (
        _height(context, kept) > context.column.h
        and (least := min((b.weight for b in kept), default=BUTTONS)) < BUTTONS
    ):
        del kept[max(n for n, block in enumerate(kept) if block.weight == least)]
    return kept


def _tail(column: list[Block]) -> int:
    """Return where the group begins that stands at the bottom: the last run of blocks that may sink, with its label."""
    at = len(column)
    if not at or not column[-1].sinks:
        return at
    if column[-1].weight < BUTTONS:  # closing remarks stand by themselves
        while at and column[at - 1].sinks and column[at - 1].weight == column[-1].weight:
            at -= 1
    else:
        while at and column[at - 1].sinks and column[at - 1].weight == BUTTONS:
            at -= 1
    while at and column[at - 1].sticks:
        at -= 1
    return at


def _grown(column: list[Block], spare: float) -> tuple[list[Block], float]:
    """Return the column with its buttons as tall as the spare room allows, and what is left of the room."""
    wanted = sum(block.grows for block in column)
    share = min(1.0, spare / wanted) if wanted else 0.0
    grown = [replace(block, height=block.height + block.grows * share) for block in column]
    return grown, spare - wanted * share


def _flow(context: Context, column: list[Block]) -> Drawing:
    out = Drawing()
    room = context.column
    tail = _tail(column)
    y = room.y
    before: Block | None = None
    spare = max(0.0, room.h - _height(context, column))
    column, spare = _grown(column, spare)
    if context.style.landscape and context.view.low:  # there is no counter to slide: everything stands at the bottom
        y, spare = y + spare, 0.0
    for n, block in enumerate(column):
        y += _gap(context, before, block)
        if n == tail and n > 0:
            y += spare
        elif n == tail:
            y += spare if block.weight == BUTTONS and len(column) <= 2 else 0
        block.draw(out, Box(room.x, y, room.w, block.height))
        y += block.height
        before = block
    return out
