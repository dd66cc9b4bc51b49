"""View: what the customer sees, as a few typed parts that window and teller's browser both render.

`guitai.view.view(state)` makes it; the window only draws it and reports which name was pressed. Texts are final words in
the customer's language. In `lead` the words between asterisks are underlined (``给*儿子*转 5,000 元``).
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Literal, get_type_hints

import msgspec

from guitai.errors import GuitaiError
from guitai.messages.codec import convert

Screen = Literal[
    "attract", "conversation", "form", "confirm", "risk_question", "sms_code", "hold", "waiting", "teller", "pin",
    "insert_card", "take_card", "take_cash", "document", "receipt", "processing", "satisfaction", "message",
    "out_of_service", "technician", "video_consent",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class TextPart:
    """A paragraph.

    ``question``: a bold heading of the customer's side; ``label``: small and soft, it belongs to what follows;
    ``note``: on a quiet ground, its first line bold if there are two; ``case``: a number to keep; ``alert``: as a note,
    for staff, on the ground of a fault.
    Words between double asterisks are bold (``打 **96110** 咨询``).
    """

    text: str
    style: Literal["body", "question", "label", "note", "case", "alert"] = "body"
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
    """One line of a list.

    `state`: empty ring, current (boxed), check, or plain; of a device (``status``) a shape and a word: working, to be
    watched, out of use, cut off. `icon` names an svg of the assets.
    """

    label: str
    value: str = ""
    note: str = ""
    state: Literal["plain", "empty", "current", "done", "later", "ok", "watch", "fault", "cut"] = "plain"
    icon: str = ""


@dataclass(frozen=True, slots=True)
class ListPart:
    """Rows: a form (``form``), facts to check (``facts``), steps with circles (``steps``), or for staff how devices do.

    ``figures``: a few short values beside each other, their labels above them.
    """

    rows: tuple[Row, ...]
    style: Literal["form", "facts", "steps", "services", "status", "figures"] = "facts"


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
    """A drawing by name.

    A slot of the machine (``take_card``, ``insert_card``, ``id_card``, ``take_cash``, ``insert_notes``), the ``pin_pad``,
    or a page under the camera (``document``).
    """

    name: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class VideoPart:
    """A picture from a ring: the teller's, on the teller's side; any other (``camera``) among the parts."""

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


@dataclass(frozen=True, slots=True)
class QrPart:
    """A QR code (ISO/IEC 18004) to be scanned with a phone."""

    text: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class QueuePart:
    """Who is before the customer: a word for each person in the line, the customer last."""

    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gauge:
    """How full something is."""

    label: str
    percent: int
    low: bool = False
    """Whether somebody should look after it."""


@dataclass(frozen=True, slots=True)
class GaugePart:
    """Cassettes for the technician."""

    gauges: tuple[Gauge, ...]


@dataclass(frozen=True, slots=True)
class SignaturePart:
    """A pad to sign on with a finger. The window keeps the strokes until they are done, then reports touch.signed."""

    label: str


Part = (
    TextPart | ChoicePart | AmountPart | ListPart | EntryPart | PicturePart | VideoPart | CountdownPart
    | QrPart | QueuePart | GaugePart | SignaturePart
)  # fmt: skip

PART_KINDS: dict[str, type] = {
    "text": TextPart, "choice": ChoicePart, "amount": AmountPart, "list": ListPart,
    "entry": EntryPart, "picture": PicturePart, "video": VideoPart, "countdown": CountdownPart,
    "qr": QrPart, "queue": QueuePart, "gauges": GaugePart, "signature": SignaturePart,
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
    """Set while a human takes part: a banner says so, on every screen."""

    teller_lost: bool = False
    """Whether their line is broken at the moment: the banner says that, too."""

    listener_name: str = ""
    """Set while a supervisor listens in: the banner names them."""

    recorded: bool = False
    """Whether sound and pictures are being recorded: the banner says so."""

    mic: Literal["open", "shut", "hidden"] = "open"
    hearing: Hearing | None = None
    parts: tuple[Part, ...] = ()
    bar: tuple[BarItem, ...] = ()
    branch: str = ""
    online: bool = True
    large: bool = False
    high_contrast: bool = False
    low: bool = False
    """Whether the customer reaches the lower part of the screen only."""

    language: Literal["zh", "en"] = "zh"
    captions: tuple[str, ...] = field(default=())
    """What is being spoken now, clause by clause."""


_KIND_OF = {kind: name for name, kind in PART_KINDS.items()}


def view_to_data(view: View) -> dict[str, Any]:
    """Return the view in plain JSON types; every part carries its ``kind``."""
    data: dict[str, Any] = msgspec.to_builtins(view)
    for part, plain in zip(view.parts, data["parts"], strict=True):
        plain["kind"] = _KIND_OF[type(part)]
    return data


def view_from_data(data: object) -> View:
    """Return the view `data` describes, checked field by field. Raises GuitaiError ``wire.bad_data``."""
    if not isinstance(data, dict):
        raise GuitaiError("wire.bad_data", type="view", reason="not an object")
    hints = get_type_hints(View)
    if unknown := sorted(data.keys() - hints.keys()):
        raise GuitaiError("wire.bad_data", type="view", reason=f"unknown field {unknown[0]}")
    if missing := sorted({"screen", "lead"} - data.keys()):
        raise GuitaiError("wire.bad_data", type="view", reason=f"missing field {missing[0]}")
    values = {name: _value(name, data[name], hints[name]) for name in data}
    return View(**values)


def _value(name: str, value: object, hint: Any) -> Any:
    if name == "parts":
        if not isinstance(value, list | tuple):
            raise GuitaiError("wire.bad_data", type="view", reason="parts is not a list")
        return tuple(_part(part) for part in value)
    try:
        return msgspec.convert(value, hint)
    except msgspec.ValidationError as error:
        raise GuitaiError("wire.bad_data", type="view", reason=f"{name}: {error}") from error


def _part(data: object) -> Part:
    kind = PART_KINDS.get(str(data.get("kind"))) if isinstance(data, dict) else None
    if kind is None or not isinstance(data, dict):
        raise GuitaiError("wire.bad_data", type="view", reason="a part of no known kind")
    body = {key: value for key, value in data.items() if key != "kind"}
    if unknown := sorted(body.keys() - {f.name for f in fields(kind)}):
        raise GuitaiError("wire.bad_data", type="view", reason=f"{data['kind']}: unknown field {unknown[0]}")
    part: Part = convert(body, kind)
    return part
