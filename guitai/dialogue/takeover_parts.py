"""Typed view parts while a human takes part: the question about video, their words, a page, a form, a signature; the queue."""

from __future__ import annotations

from guitai.dialogue import pages
from guitai.dialogue.beside import Handover
from guitai.dialogue.parts import label
from guitai.dialogue.state import Session
from guitai.messages.takeover import FormField, Page
from guitai.messages.view import (
    AmountPart,
    ChoicePart,
    EntryPart,
    ListPart,
    Option,
    Part,
    QueuePart,
    Row,
    SignaturePart,
    TextPart,
    VideoPart,
)

LINES, LINES_BESIDE = 4, 2
"""How many lines of the talk stand on the screen, alone and above something to do."""

MINUTE_S = 60
MOST_OTHERS = 2
"""People in the line that are drawn beside the next one."""


def asks_video(state: Session) -> bool:
    """Whether the customer is being asked about sound and pictures."""
    return state.stage == "teller" and state.handover is not None and state.handover.video == "asked"


def video_question(state: Session) -> tuple[str, str]:
    """Return lead and more of that question."""
    teller = state.handover.teller_name if state.handover is not None else ""
    return label(state, "video_ask", teller=teller), label(state, "video_ask_more")


def teller_parts(state: Session) -> tuple[Part, ...]:
    """Return what stands on the customer's side while a teller has the word."""
    handover = state.handover
    if handover is None:
        return ()
    if asks_video(state):
        yes = Option("video:yes", label(state, "video_yes"), icon="cam", style="primary")
        no = Option("video:no", label(state, "video_no"), icon="x")
        facts = ("video_sees", "video_records", "video_stops")
        rows = tuple(
            Row(label(state, f"{one}"), note=label(state, f"{one}_note"), icon=icon)
            for one, icon in zip(facts, ("people", "cam", "x"), strict=True)
        )
        return (*_talk(state, handover, 1), ListPart(rows), ChoicePart((yes, no), "grid"))
    field = typed_field(state)
    if field is not None:  # a keypad leaves room for nothing else: 返回 of the bar leaves the form
        return (EntryPart(pages.DIGITS if field.kind == "digits" else pages.AMOUNT, field.label, field.length),)
    todo = _todo(state, handover)
    video: tuple[Part, ...] = (VideoPart("teller", handover.teller_name),) if handover.picture else ()
    banner = TextPart(label(state, "teller_banner"), "note", "human")
    lines = _talk(state, handover, LINES if not todo else 0 if handover.page is not None else LINES_BESIDE)
    return (*video, *(() if todo else (banner,)), *lines, *todo, _switches(state, handover))


def typed_field(state: Session) -> FormField | None:
    """Return the field of the form that is being typed, if one is."""
    field = pages.next_field(state) if state.stage == "teller" and not asks_video(state) else None
    return None if field is None or field.kind == "choice" else field


def queue_parts(state: Session) -> tuple[Part, ...]:
    """Return the promise while the customer waits: which place in the line, and how long about."""
    handover = state.handover
    if handover is None or not handover.position:
        return (TextPart(label(state, "wait_note"), "note", "clock"),)
    before = handover.position - 1
    minutes = str(max(1, -(-handover.wait_s // MINUTE_S)))
    place = label(state, "wait_place", n=str(before)) if before else label(state, "wait_next")
    people = tuple(label(state, f"wait_{one}") for one in ("served", "first", *["other"] * MOST_OTHERS)[: before + 1])
    time = AmountPart(label(state, "wait_about"), minutes, label(state, "wait_minutes"))
    return (TextPart(place, "question"), time, QueuePart((*people, label(state, "you"))))


def case_part(state: Session) -> tuple[Part, ...]:
    """Return the number to keep when nobody came: a printer may have no paper for the slip."""
    case = dict(state.saying.params).get("case")
    return (TextPart(f"{label(state, 'case_number')}\n{case}", "case"),) if case else ()


def _talk(state: Session, handover: Handover, most: int) -> tuple[Part, ...]:
    you = label(state, "you")
    lines = [line for line in state.transcript if line.who in ("teller", "customer")]
    lines = lines[-most:] if most else []
    return tuple(TextPart(f"{handover.teller_name if one.who == 'teller' else you}：{one.text}") for one in lines)


def _todo(state: Session, handover: Handover) -> tuple[Part, ...]:
    """Return what the teller has put before the customer, or asks for."""
    page = handover.page if handover.page is not None and handover.page.kind != "form" else None
    match handover.wants:
        case "signature":
            no = Option("sign:no", label(state, "sign_no"), icon="x", style="minor")
            title = (TextPart(page.title, "question"),) if page is not None else ()
            return (*title, SignaturePart(label(state, "sign_here")), ChoicePart((no,)))
        case "recording":
            yes = Option("record:yes", label(state, "record_yes"), icon="check", style="primary")
            return (ChoicePart((yes, Option("record:no", label(state, "record_no"), icon="x"))),)
    field = pages.next_field(state)
    if field is not None:
        return _form(state, handover, field)
    return () if page is None else _page(state, page, handover.sheet)


def _page(state: Session, page: Page, sheet: int) -> tuple[Part, ...]:
    """Return the open part of a page, with how to turn it."""
    all_ = pages.sheets(page, large=state.large)
    at = min(sheet, len(all_) - 1)
    texts = (TextPart(page.title, "question"), *(TextPart(text) for text in all_[at]))
    options: tuple[Option, ...] = ()
    if at:
        options = (Option(f"sheet:{at - 1}", label(state, "sheet_before"), icon="back"),)
    if at + 1 < len(all_):
        options += (Option(f"sheet:{at + 1}", label(state, "sheet_next", n=str(at + 2), all=str(len(all_)))),)
    return (*texts, ChoicePart(options, "grid")) if options else texts


def _form(state: Session, handover: Handover, field: FormField) -> tuple[Part, ...]:
    page = handover.page
    assert page is not None
    step = TextPart(label(state, "form_step", n=str(len(handover.filled) + 1), all=str(len(page.fields))), "label")
    no = Option("form:no", label(state, "form_no"), icon="x", style="minor")
    options = tuple(Option(f"form:{place}", option) for place, option in enumerate(field.options))
    return (step, TextPart(field.label, "question"), ChoicePart((*options, no)))


def _switches(state: Session, handover: Handover) -> ChoicePart:
    """Return how the customer turns video on or off, and stops a recording: at any time, as small as it may be."""
    video = ("video:no", "video_stop") if handover.video == "agreed" else ("video:yes", "video_on_later")
    options: tuple[Option, ...] = (Option(video[0], label(state, video[1]), style="minor"),)
    if handover.recorded:
        options += (Option("record:no", label(state, "record_stop"), style="minor"),)
    return ChoicePart(options, "grid")
