"""Puts words on the screen and into the loudspeaker."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from guitai.dialogue import hush
from guitai.dialogue.data import CALM, REPLIES
from guitai.dialogue.state import Saying, Session, Step
from guitai.dialogue.values import fill
from guitai.messages.handover import Line
from guitai.messages.masking import NAMES
from guitai.messages.voice import Hush, Speak

TRANSCRIPT_LINES = 40
CALM_SPEED_PERCENT = 88
_REFUSALS = ("account_unfit", "cash_amount_unfit", "sms_wrong", "pin_wrong")
ENTRY_REFUSED = frozenset({*_REFUSALS, *(key + CALM for key in _REFUSALS)})
"""Replies that ask for an entry again because the last one did not fit."""


def say(session: Session, key: str, **params: str) -> Step:
    """Say the reply `key`: what was being said stops, the screen shows the new words, calmer ones to the worried."""
    if session.anxiety.gentle and key + CALM in REPLIES:
        key += CALM
    return _utter(session, Saying(key, tuple(sorted(params.items()))))


def say_words(session: Session, key: str, text: str) -> Step:
    """Speak words a human wrote; the screen shows them in place of the key's."""
    return _utter(session, Saying(key, (), text))


def say_beside(session: Session, text: str) -> Step:
    """Speak words a human wrote while the screen keeps its own: the customer is doing something there."""
    stop = (Hush(),) if session.speak_id else ()
    session, speak_id = session.new_id("say")
    return session.but(speak_id=speak_id), (*stop, Speak(speak_id, text, session.language, private=session.ear))


def say_again(session: Session) -> Step:
    """Repeat what is on the screen."""
    return _utter(session, session.saying)


def lead_and_more(session: Session) -> tuple[str, str]:
    """Return what the screen shows of the current words."""
    saying = session.saying
    if saying.text:
        return saying.text, ""
    reply = REPLIES[saying.key][session.language]
    params = {"hotline": session.hotline, **dict(saying.params)}
    return fill(reply.lead, params), fill(reply.more, params)


def spoken_text(session: Session) -> str:
    """Return what the loudspeaker says of the current words."""
    saying = session.saying
    if not saying.text:
        say_instead = REPLIES[saying.key][session.language].say
        if say_instead is not None:
            return fill(say_instead, {"hotline": session.hotline, **dict(saying.params)})
    return "".join(lead_and_more(session)).replace("*", "")


def company(session: Session, *, close: bool) -> Step:
    """Somebody came close, or went: what is being said of the customer's money stops at once."""
    session = session.but(company=close, uncovered=False)
    if not session.speak_id or session.saying.text or session.ear:
        return session, ()
    text = spoken_text(session)
    if hush.kept(session, text) == text:
        return session, ()
    return session.but(speak_id=""), (Hush(),)


def note(session: Session, who: Literal["customer", "kiosk", "teller"], text: str) -> Session:
    """Add a line to the transcript, and whom it names by the errand under way to those named."""
    line = Line(who, text)
    session = session.but(transcript=(*session.transcript, line)[-TRANSCRIPT_LINES:])
    task = session.task
    return session if task is None else name(session, *(task.slot(slot) for slot in sorted(NAMES)))


def name(session: Session, *names: str | None) -> Session:
    """Keep in mind whom the transcript names."""
    new = tuple(dict.fromkeys(one for one in names if one and one not in session.named))
    return session.but(named=(*session.named, *new)) if new else session


def _utter(session: Session, saying: Saying) -> Step:
    stop = (Hush(),) if session.speak_id else ()
    session, speak_id = session.new_id("say")
    session = session.but(saying=replace(saying, speak_id=speak_id))
    text = hush.kept(session, spoken_text(session))
    elderly = session.customer is not None and session.customer.elderly
    speed = CALM_SPEED_PERCENT if session.anxiety.gentle or elderly else 100
    session = note(session.but(speak_id=speak_id), "kiosk", text)
    return session, (*stop, Speak(speak_id, text, session.language, speed_percent=speed, private=session.ear))
