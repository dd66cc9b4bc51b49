"""View: what the customer sees, as a few typed parts that window and teller's browser both render.

`guitai.view.view(state)` makes it; the window only draws it and reports which name was pressed. Texts are final words in
the customer's language. In `lead` the words between asterisks are underlined (``给*儿子*转 5,000 元``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Screen = Literal[
    "attract", "conversation", "form", "confirm", "risk_question", "sms_code", "hold", "waiting", "teller", "pin",
    "insert_card", "take_card", "take_cash", "processing", "satisfaction", "message", "out_of_service",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class TextPart:
    """A paragraph. ``label``: small and soft; ``note``: on a quiet ground; ``case``: a number to keep."""

    text: str
    style: Literal["body", "label", "note", "case"] = "body"
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """A button. `target` is what a press reports; `icon` names an svg of the assets."""

    target: str
    label: str
    note: str = ""
    icon: str = ""
    style: Literal["primary", "secondary", "minor", "lamp"] = "secondary"


@dataclass(frozen=True, slots=True)
class ChoicePart:
    """At most six buttons (large print: three). ``wide``: one a row; ``grid``: two a row; ``pair``: the confirm pair."""

    options: tuple[Option, ...]
    layout: Literal["wide", "grid", "pair"] = "wide"


@dataclass(frozen=True, slots=True)
class AmountPart:
    """The amount, very large: digits, unit, and the amount in Chinese capitals or words."""

    label: str
    digits: str
    unit: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list. `state`: empty ring, current (boxed), check, or plain."""

    label: str
    value: str
    note: str = ""
    state: Literal["plain", "empty", "current", "done", "later"] = "plain"


@dataclass(frozen=True, slots=True)
class ListPart:
    """Rows: a form (``form``), facts to check (``facts``), or steps with circles (``steps``)."""

    rows: tuple[Row, ...]
    style: Literal["form", "facts", "steps", "services"] = "facts"


@dataclass(frozen=True, slots=True)
class EntryPart:
    """A field being typed. ``keypad``: the window shows keys and reports touch.entered; ``pin_pad``: only a count."""

    field: str
    label: str
    length: int
    """Expected digits; 0 when free."""

    typed: int = 0
    secret: bool = False
    source: Literal["keypad", "pin_pad"] = "keypad"


@dataclass(frozen=True, slots=True)
class PicturePart:
    """A drawing by name: ``take_card``, ``take_cash``, ``insert_card``, ``pin_pad``."""

    name: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class VideoPart:
    """The teller's picture from a ring; empty until the picture comes."""

    source: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class CountdownPart:
    """Time left, with the button that always extends it."""

    ends_at_ms: int
    """Wall time."""

    total_ms: int
    label: str
    extend_target: str = "more_time"
    extend_label: str = ""


Part = TextPart | ChoicePart | AmountPart | ListPart | EntryPart | PicturePart | VideoPart | CountdownPart

PART_KINDS: dict[str, type] = {
    "text": TextPart, "choice": ChoicePart, "amount": AmountPart, "list": ListPart,
    "entry": EntryPart, "picture": PicturePart, "video": VideoPart, "countdown": CountdownPart,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hearing:
    """The strip under the counter: what is being heard."""

    state: Literal["shut", "listening", "heard", "uncertain"] = "shut"
    text: str = ""


@dataclass(frozen=True, slots=True)
class BarItem:
    """An item of the permanent bar; 人工 is the only yellow one."""

    target: str
    label: str
    icon: str
    enabled: bool = True
    on: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """One whole screen."""

    screen: Screen
    lead: str
    more: str = ""
    tone: Literal["lamp", "hold", "quiet"] = "lamp"
    """Ground of the teller's side: lamp-lit, dark green (hold, teller), or celadon (out of service)."""

    face: Literal["smile", "calm"] = "smile"
    teller_name: str = ""
    """Set while a human takes part: a banner says so."""

    mic: Literal["open", "shut", "hidden"] = "open"
    hearing: Hearing | None = None
    parts: tuple[Part, ...] = ()
    bar: tuple[BarItem, ...] = ()
    branch: str = ""
    online: bool = True
    large: bool = False
    language: Literal["zh", "en"] = "zh"
    captions: tuple[str, ...] = field(default=())
    """What is being spoken now, clause by clause."""
