"""What a screen reader says: every piece of a view with role, name, state and position, in reading order. Pure.

For customers who cannot see the screen (EN 301 549, 5.1.3: spoken output of closed functionality). `Reading` walks the
pieces with three keys.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, assert_never

from guitai.messages.view import (
    AmountPart,
    BarItem,
    ChoicePart,
    CountdownPart,
    EntryPart,
    GaugePart,
    ListPart,
    Option,
    Part,
    PicturePart,
    QrPart,
    QueuePart,
    Row,
    SignaturePart,
    TextPart,
    VideoPart,
    View,
)
from kiosk_ui.folding import folded
from kiosk_ui.ink import CLEAR, DONE, PAD
from kiosk_ui.theme import words

Role = Literal["heading", "text", "button", "key", "field", "item", "image", "timer"]


@dataclass(frozen=True, slots=True)
class Node:
    """One piece of the screen."""

    role: Role
    name: str
    state: str = ""
    target: str = ""
    """What pressing it reports; empty for what cannot be pressed."""

    place: int = 0
    """From 1 among the `places` of its kind."""

    places: int = 0


def nodes(view: View, typed: int = 0, now_ms: int = 0, *, pad_open: bool = False) -> tuple[Node, ...]:
    """Return the pieces of a view in reading order; `typed` is how many digits the keypad has."""
    view = folded(view, pad_open=pad_open)
    own = words(view.language)
    found = [Node("heading", plain(view.lead))]
    if view.teller_name:
        found.append(Node("text", f"{own['human_teller']} {view.teller_name}"))
    told = (
        own["teller_lost"] if view.teller_lost else "",
        own["listener"].format(name=view.listener_name) if view.listener_name else "",
        own["recorded"] if view.recorded else "",
    )
    found += [Node("text", one) for one in told if one]
    if view.more:
        found.append(Node("text", plain(view.more)))
    if not view.online:
        found.append(Node("text", own["offline"]))
    if view.hearing is not None and view.hearing.text:
        found.append(Node("text", view.hearing.text, own["you_said"]))
    for part in view.parts:
        found += _part(part, own, typed, now_ms)
    found += [_bar_item(item, own) for item in view.bar]
    return tuple(_placed(found))


def _part(part: Part, own: dict[str, str], typed: int, now_ms: int) -> Iterator[Node]:
    match part:
        case TextPart():
            yield Node("heading" if part.style == "question" else "text", plain(part.text))
        case ChoicePart():
            yield from (_option(option) for option in part.options)
        case AmountPart():
            yield Node("text", _joined(part.label, f"{part.digits} {part.unit}", part.words))
        case ListPart():
            yield from (_row(row, own) for row in part.rows)
        case EntryPart():
            yield from _entry(part, own, typed)
        case PicturePart():
            yield Node("image", part.caption or own[f"picture_{part.name}"])
        case VideoPart():
            yield Node("image", part.caption or own["picture_video"])
        case CountdownPart():
            left = max(0, -(-(part.ends_at_ms - now_ms) // 1000))
            yield Node("timer", f"{part.label or own['seconds_before']} {left} {own['seconds_after']}")
            if part.extend_label:
                yield Node("button", part.extend_label, target=part.extend_target)
        case QrPart():
            yield Node("image", _joined(own["picture_qr"], part.caption))
        case QueuePart():
            yield from (Node("item", name) for name in part.people)
        case SignaturePart():
            yield Node("field", part.label, target=PAD)
            yield Node("button", own["sign_clear"], target=CLEAR)
            yield Node("button", own["sign_done"], target=DONE)
        case GaugePart():
            yield from (Node("item", gauge.label, f"{gauge.percent}%") for gauge in part.gauges)
        case _:
            assert_never(part)


def _option(option: Option) -> Node:
    return Node("button", _joined(plain(option.label), option.note), target=option.target)


def _row(row: Row, own: dict[str, str]) -> Node:
    return Node(
        "item", _joined(row.label, row.value, row.note), own.get(f"row_{row.state}", own.get(f"status_{row.state}", ""))
    )


def _entry(part: EntryPart, own: dict[str, str], typed: int) -> Iterator[Node]:
    count = part.typed if part.source == "pin_pad" else typed
    told = own["typed" if part.length else "typed_free"].format(typed=count, length=part.length)
    yield Node("field", part.label, told)
    if part.source == "keypad":
        yield from (Node("key", digit, target=f"key:{digit}") for digit in "1234567890")
        yield Node("key", own["clear"], target="key:clear")
        yield Node("key", own["key_back"], target="key:back")
        if part.length == 0:
            yield Node("button", own["done"], target="key:done")


def _bar_item(item: BarItem, own: dict[str, str]) -> Node:
    state = own["state_off"] if not item.enabled else own["state_on"] if item.on else ""
    return Node("button", item.label, state, item.target if item.enabled else "")


def _placed(found: Sequence[Node]) -> Iterator[Node]:
    """Number the nodes of each role that come in groups."""
    counts: dict[str, int] = {}
    for node in found:
        counts[node.role] = counts.get(node.role, 0) + 1
    at: dict[str, int] = {}
    for node in found:
        at[node.role] = at.get(node.role, 0) + 1
        yield replace(node, place=at[node.role], places=counts[node.role])


def plain(text: str) -> str:
    """Return words without the marks that underline them."""
    return text.replace("**", "").replace("*", "").replace("\n", " ").strip()


def _joined(*parts: str) -> str:
    return "，".join(plain(part) for part in parts if part)


def sentence(node: Node, language: str) -> str:
    """Return what is said of a node: name, role, state, position."""
    own = words(language)
    place = own["position"].format(place=node.place, places=node.places) if node.role in _COUNTED else ""
    comma = "，" if language == "zh" else ", "
    name = node.name if language == "zh" else node.name.replace("，", ", ")
    return comma.join(piece for piece in (name, own[f"role_{node.role}"], node.state, place) if piece)


_COUNTED = frozenset({"button", "key", "item", "field"})


@dataclass(frozen=True, slots=True)
class Reading:
    """Where the reader stands on the screen; -1 before the first piece."""

    at: int = -1

    def move(self, found: Sequence[Node], by: int) -> Reading:
        """Return the next (1) or previous (-1) place; it goes round."""
        return Reading((self.at + by) % len(found)) if self.at >= 0 or by > 0 else Reading(len(found) - 1)

    def node(self, found: Sequence[Node]) -> Node | None:
        """Return the piece it stands on."""
        return found[self.at] if 0 <= self.at < len(found) else None
