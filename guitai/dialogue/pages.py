"""What a teller puts before the customer, and what the customer gives back by touch: forms, a signature, consent."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace

from guitai.dialogue.speak import say
from guitai.dialogue.state import Effects, Session, Step
from guitai.messages.takeover import ConsentGiven, DocumentSigned, FormField, FormFilled, Page, TellerPushed
from guitai.messages.touch import Entered, Signed

DIGITS, AMOUNT = "form", "amount"
"""Fields of the keypad: digits go to the vault, an amount of yuan does not."""

SHEET, SHEET_LARGE, LINE = 130, 80, 10
"""How many Chinese characters of a page fit a screen, in large print, and what the end of a paragraph costs."""

WIDE = 0x2E80
_SENTENCE = re.compile(r"[^。！？；.!?;]+[。！？；.!?;]*|[。！？；.!?;]+")
MOST_STROKES, MOST_POINTS, LEAST_POINTS, PAD = 64, 4_000, 8, 1000


def pushed(session: Session, event: TellerPushed) -> Step:
    """Show the page in place of any before it; one without a title takes it away."""
    page = _plain(event.page) if event.page.title else None
    session = to_teller(session).with_handover(page=page, sheet=0, filled=(), wants="")
    if page is None:
        return session, ()
    return say(session, "teller_form" if page.kind == "form" else "teller_page", title=page.title)


def to_teller(session: Session) -> Session:
    """Return the session with the teller's words on the screen: the question about video steps back, its switch stays."""
    handover = session.handover
    if handover is not None and handover.video == "asked":
        session = session.with_handover(video="refused")
    return session.but(stage="teller")


def next_field(session: Session) -> FormField | None:
    """Return the field of the form that has no value yet, the first one; None where no form waits."""
    handover = session.handover
    if handover is None or handover.page is None or handover.page.kind != "form":
        return None
    given = dict(handover.filled)
    return next((field for field in handover.page.fields if field.name not in given), None)


def chosen(session: Session, value: str) -> Step:
    """A button of the form: an option by its place, or ``no`` to leave it."""
    field = next_field(session)
    if field is None:
        return session, ()
    if value == "no":
        return _sent(session, ())
    place = int(value) if value.isdecimal() else len(field.options)
    return _filled(session, field, field.options[place]) if place < len(field.options) else (session, ())


def entered(session: Session, event: Entered) -> Step:
    """A field of the form was typed."""
    field = next_field(session)
    wanted = {"digits": DIGITS, "amount": AMOUNT}.get(field.kind) if field is not None else None
    if field is None or event.field != wanted:
        return session, ()
    if field.kind == "amount":
        return _filled(session, field, f"{int(event.text)}00") if event.text.isdecimal() else (session, ())
    return _filled(session, field, event.vault_key) if event.vault_key else (session, ())


def signed(session: Session, event: Signed) -> Step:
    """Take the signature that was asked for, if it is one."""
    handover = session.handover
    if handover is None or handover.wants != "signature" or session.stage != "teller" or not _is_signature(event):
        return session, ()
    digest = hashlib.sha256(json.dumps(event.strokes, separators=(",", ":")).encode()).hexdigest()
    title = handover.page.title if handover.page is not None else ""
    session, words = say(session.with_handover(wants=""), "signed")
    return session, (DocumentSigned(handover.escalation_id, title, digest), *words)


def consents(session: Session, what: str, answer: str) -> Step:
    """Sound and pictures, a recording, a signature: yes or no by touch, and no is never asked again by itself."""
    handover = session.handover
    if handover is None or not session.attended or not handover.teller_id or answer not in ("yes", "no"):
        return session, ()
    agreed = answer == "yes"
    if what == "video" and handover.video != ("agreed" if agreed else "refused"):
        session = session.with_handover(video="agreed" if agreed else "refused", picture=handover.picture and agreed)
        told: Effects = (ConsentGiven(handover.escalation_id, "video", agreed),)
        session, words = say(session, "video_on" if agreed else "video_off", teller=handover.teller_name)
        return session, told + words
    if what == "record" and (handover.wants == "recording" or (handover.recorded and not agreed)):
        session = session.with_handover(recorded=agreed, wants="")
        session, words = say(session, "recording_on" if agreed else "recording_off")
        return session, (ConsentGiven(handover.escalation_id, "recording", agreed), *words)
    if what == "sign" and handover.wants == "signature" and not agreed:
        return say(session.with_handover(wants=""), "not_signed")
    return session, ()


def not_recorded(session: Session, request_id: str) -> Session:
    """The recorder could not begin: nothing is recorded, and the banner says nothing else."""
    handover = session.handover
    if handover is None or handover.recording_id != request_id:
        return session
    return session.with_handover(recorded=False, recording_id="")


def sheets(page: Page, *, large: bool) -> tuple[tuple[str, ...], ...]:
    """Return a page's paragraphs in parts that fit a screen each, in order; at least one part."""
    room = SHEET_LARGE if large else SHEET
    found: list[tuple[str, ...]] = [()]
    left = float(room)
    for paragraph in filter(None, map(str.strip, page.body.split("\n\n"))):
        for piece in _pieces(paragraph, room):
            if found[-1] and _width(piece) + LINE > left:
                found.append(())
                left = room
            found[-1] = (*found[-1], piece)
            left -= _width(piece) + LINE
    return tuple(found)


def turned(session: Session, value: str) -> Step:
    """Open another part of the page."""
    handover = session.handover
    if handover is None or handover.page is None or not value.isdecimal():
        return session, ()
    last = len(sheets(handover.page, large=session.large)) - 1
    return session.with_handover(sheet=min(int(value), last)), ()


def _pieces(paragraph: str, room: int) -> Iterator[str]:
    """Cut a paragraph that is longer than a screen after a sentence, else anywhere."""
    piece = ""
    for sentence in _SENTENCE.findall(paragraph):
        if piece and _width(piece + sentence) > room:
            yield piece
            piece = ""
        piece += sentence
        while _width(piece) > room:
            yield piece[:room]
            piece = piece[room:]
    if piece:
        yield piece


def _width(text: str) -> float:
    """Return how wide a text is, in Chinese characters."""
    return sum(1.0 if ord(one) >= WIDE else 0.5 for one in text)


def _plain(page: Page) -> Page:
    """Return the page as plain text: marks that would format it are no marks any more."""
    fields = tuple(
        replace(field, label=_no_marks(field.label), options=tuple(map(_no_marks, field.options)))
        for field in page.fields
    )
    return replace(page, title=_no_marks(page.title), body=_no_marks(page.body), fields=fields)


def _no_marks(text: str) -> str:
    return text.replace("*", "＊")


def _filled(session: Session, field: FormField, value: str) -> Step:
    handover = session.handover
    assert handover is not None
    session = session.with_handover(filled=(*handover.filled, (field.name, value)))
    filled = session.handover.filled if session.handover is not None else ()
    return _sent(session, filled) if next_field(session) is None else (session, ())


def _sent(session: Session, values: tuple[tuple[str, str], ...]) -> Step:
    """Give the form to the teller; without values: the customer would not fill it in."""
    handover = session.handover
    assert handover is not None
    assert handover.page is not None
    told = FormFilled(handover.escalation_id, handover.page.title, values)
    session, words = say(session.with_handover(page=None, filled=()), "form_sent" if values else "form_left")
    return session, (told, *words)


def _is_signature(event: Signed) -> bool:
    """Whether the strokes are points on the pad, and more than a touch by mistake."""
    points = sum(len(stroke) for stroke in event.strokes) // 2
    return (
        len(event.strokes) <= MOST_STROKES
        and LEAST_POINTS <= points <= MOST_POINTS
        and all(len(stroke) % 2 == 0 and all(0 <= one <= PAD for one in stroke) for stroke in event.strokes)
    )
