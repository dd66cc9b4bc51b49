"""Handset or headphones at the customer's ear: everything is said there, and stops when they are taken away. Pure."""

from __future__ import annotations

from guitai.dialogue import ending, recording
from guitai.dialogue.speak import say_again
from guitai.dialogue.state import Session, Step
from guitai.messages.device import PrivateEar
from guitai.messages.voice import Hush

HANDSET = "handset"
"""The output's name among the devices."""


def moved(session: Session, event: PrivateEar) -> Step:
    """Somebody lifted the handset or plugged headphones in: what the screen says is said once more, there. Or they are gone.

    One that hung loose when the sensors came back may be at nobody's ear: the words would be lost to this customer.
    """
    if event.at_ear == session.ear or (event.at_ear and (HANDSET in session.broken or not event.moved)):
        return session, ()
    if not event.at_ear:
        return _gone(session)
    session = ending.still_here(session).but(ear=True)
    return (session, ()) if _goes_on(session) else say_again(session)


def broke(session: Session) -> Step:
    """The handset plays nothing any more: who holds it hears the words from the loudspeaker, without what is private."""
    if not session.ear:
        return session, ()
    session, stop = _gone(session)
    if _goes_on(session):
        return session, stop
    session, said = say_again(session)
    return session, stop + said


def _gone(session: Session) -> Step:
    """What is being said stops at once, be it the session's or read out of the screen. An offer that is read for a recording is read again: it has to be heard whole."""
    session = session.but(ear=False)
    return session if recording.being_read(session) else session.but(speak_id=""), (Hush(),)


def _goes_on(session: Session) -> bool:
    """Whether a human speaks, or an offer is read for a recording: nothing is said once more in between."""
    return session.stage == "teller" or recording.being_read(session)
