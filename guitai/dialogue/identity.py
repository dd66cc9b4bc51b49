"""Who the customer is without a bank card: the ID card on the reader, whose token stands for the card's at the bank."""

from __future__ import annotations

from guitai.dialogue import flow, seen, steps
from guitai.dialogue.escalate import escalate
from guitai.dialogue.speak import say
from guitai.dialogue.state import Session, Step
from guitai.dialogue.steps import ID_CARD
from guitai.messages.identity import IdCardFailed, IdCardRead

MOST_TRIES = 3


def read(session: Session, event: IdCardRead) -> Step:
    """An ID card was read: the bank is asked who that is to it."""
    if session.stage != "id_card" or (session.task is None and not _for_teller(session)):
        return session, ()
    if event.expired:
        session, called = escalate(session, "asked")
        session, words = say(session, "id_card_expired")
        return session, called + words
    session = seen.laid_down(session, "id_card", event.photo) if _for_teller(session) else session
    session = session.but(person=event, id_tries=0, large=session.large or event.age_band == "elderly")
    if _for_teller(session):
        return say(session.but(stage="teller"), "id_card_read")
    return flow.advance(session)


def failed(session: Session, event: IdCardFailed) -> Step:
    """None was laid down, or it could not be read: once more, then a human."""
    if session.stage != "id_card" or (session.task is None and not _for_teller(session)):
        return session, ()
    session = session.but(id_tries=session.id_tries + 1)
    if session.id_tries >= MOST_TRIES:
        return escalate(session, "asked")
    key = "id_card_wanted" if event.code == "device.no_id_card" else "id_card_unreadable"
    return steps.ask_id_card(session, key)


def again(session: Session) -> Step:
    """After a break: wait for the ID card again."""
    if session.stage != "id_card" or ID_CARD in dict(session.pending).values():
        return session, ()
    return steps.ask_id_card(session, "id_card_wanted")


def _for_teller(session: Session) -> bool:
    """Whether a teller asked for it, for no errand of the kiosk's."""
    return session.handover is not None and session.handover.wants == "id_card"
