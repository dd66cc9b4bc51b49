"""One module per part of a view: each turns its part into blocks that flow down the customer's side."""

from __future__ import annotations

from collections.abc import Iterator

from guitai.messages.view import (
    AmountPart,
    ChoicePart,
    CountdownPart,
    EntryPart,
    GaugePart,
    ListPart,
    Part,
    PicturePart,
    QrPart,
    QueuePart,
    SignaturePart,
    TextPart,
    VideoPart,
)
from kiosk_ui.layout.context import Block, Context
from kiosk_ui.layout.parts import amount, choice, countdown, entry, gauges, picture, qr, rows, signature, status, words


def all_blocks(context: Context) -> Iterator[list[Block]]:
    """Yield the blocks of each part of the view; two short remarks with icons share a line."""
    waiting = list(context.view.parts)
    while waiting:
        part = waiting.pop(0)
        after = waiting[0] if waiting else None
        if isinstance(part, TextPart) and isinstance(after, TextPart) and _remark(part) and _remark(after):
            both = words.pair(context, part, after)
            if both is not None:
                waiting.pop(0)
                yield [both]
                continue
        if isinstance(part, AmountPart) and isinstance(after, QueuePart):
            waiting.pop(0)
            yield amount.blocks(context, part, after)
            continue
        yield blocks(context, part)


def _remark(part: TextPart) -> bool:
    return part.style == "label" and bool(part.icon)


def blocks(context: Context, part: Part) -> list[Block]:
    """Return the blocks of a part, top to bottom."""
    match part:
        case TextPart():
            return words.blocks(context, part)
        case ChoicePart():
            return choice.blocks(context, part)
        case AmountPart():
            return amount.blocks(context, part)
        case ListPart(style="status" | "figures"):
            return status.blocks(context, part)
        case ListPart():
            return rows.blocks(context, part)
        case EntryPart():
            return entry.blocks(context, part)
        case PicturePart():
            return picture.blocks(context, part)
        case CountdownPart():
            return countdown.blocks(context, part)
        case QrPart():
            return qr.blocks(context, part)
        case QueuePart():
            return amount.queue(context, part)
        case SignaturePart():
            return signature.blocks(context, part)
        case GaugePart():
            return gauges.blocks(context, part)
        case VideoPart() if context.view.screen == "teller":
            return []  # stands on the teller's side
        case VideoPart():
            return picture.live(context, part)
