"""Proactive service: what the host proposes for this customer, offered once after the errand, with its reason and a way out."""

from __future__ import annotations

from guitai.dialogue import flow
from guitai.dialogue.data import FLOWS, OFFERS
from guitai.dialogue.speak import say
from guitai.dialogue.state import Session, Step, Task
from guitai.dialogue.values import readable
from guitai.messages.business import Inquire, Inquired, PlaceOrder

ASKED = "proposals"
"""Kind of the pending inquiry; nobody waits for its answer."""

OPT_OUT = "opt_out"


def ask(session: Session) -> Step:
    """Ask the host what it would propose, once the customer is known for certain."""
    if not session.online or session.proposals is not None:
        return session, ()
    session, request_id = session.but(proposals=()).asks(ASKED)
    return session, (Inquire(request_id, ASKED, session.card_token),)


def inquired(session: Session, event: Inquired) -> Step:
    """The host answered: what it proposes is kept for the right moment, everything else is the flow's."""
    if not event.request_id.endswith(ASKED):
        return flow.inquired(session, event)
    return session.but(proposals=tuple(row for row in event.rows if dict(row).get("kind") in OFFERS)), ()


def make(session: Session) -> Step | None:
    """Offer the first proposal that this kiosk can do; never where risk was seen or a human was called."""
    if session.suspected or session.scam.strength != "none" or not session.online or not session.pin_right:
        return None
    for row in session.proposals or ():
        proposal = dict(row)
        if (wanted := FLOWS.get(OFFERS[proposal["kind"]])) is not None:
            values = readable(proposal, wanted, session.language)
            session = session.but(stage="offer", proposals=(row,), task=None)
            return say(session, f"offer.{proposal['kind']}", **values)
    return None


def accepted(session: Session) -> Step:
    """Begin what was offered."""
    kind = _offered(session)["kind"]
    return flow.begin(session.but(proposals=()), Task(OFFERS[kind]))


def declined(session: Session, *, for_good: bool) -> tuple[Session, tuple[object, ...]]:
    """Take a no, also for all times: the host is told to propose no such thing again."""
    proposal = _offered(session)
    session = session.but(proposals=())
    if not for_good:
        return session, ()
    session, request_id = session.asks(OPT_OUT)
    return session, (PlaceOrder(request_id, OPT_OUT, session.card_token, (("what", proposal["kind"]),)),)


def _offered(session: Session) -> dict[str, str]:
    assert session.proposals
    return dict(session.proposals[0])
