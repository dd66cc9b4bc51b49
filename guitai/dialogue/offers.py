"""Proactive service: what the host proposes for this customer, offered once after the errand, with its reason and a way out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guitai.dialogue import flow
from guitai.dialogue.data import FLOWS, OFFERS
from guitai.dialogue.escalate import escalate
from guitai.dialogue.speak import say
from guitai.dialogue.state import Session, Step, Task
from guitai.dialogue.values import readable
from guitai.messages.business import Inquire, Inquired, PlaceOrder, Values

ASKED = "proposals"
"""Kind of the pending inquiry; nobody waits for its answer."""

OPT_OUT = "opt_out"
PRODUCTS = "product_interest"
"""The kind of proposal that sells something; due dates and papers that expire are told all the same."""

HUMAN = "_human"
DUE = frozenset({"bill_due", "loan_due", "loan_overdue"})
"""Proposals whose amount is what is to be paid; a credit card's least payment is the customer's to choose."""

_HARD = re.compile(
    r"宽限|延期|展期|缓[一几两俩个缓]|商量|协商|谈谈|[还交拿]不[上起了出]|没钱|困难|紧张|手头紧|周转不开|[拖晚等][一几两俩]|下个月再|失业|下岗|减免|"
    r"\b(?:can'?t (?:pay|afford)|extension|postpone|delay|hardship|talk to)\b"
)


def ask(session: Session) -> Step:
    """Ask the host what it would propose, once the customer is known for certain."""
    if not session.online or session.proposals is not None:
        return session, ()
    session, request_id = session.but(proposals=()).asks(ASKED)
    return session, (Inquire(request_id, ASKED, session.card_token),)


def inquired(session: Session, event: Inquired) -> Step:
    """The host answered: what it proposes is kept for the right moment, everything else is the flow's.

    What is overdue is told at once to who has named no errand yet.
    """
    if not event.request_id.endswith(ASKED):
        return flow.inquired(session, event)
    session = session.but(proposals=tuple(row for row in event.rows if dict(row).get("kind") in OFFERS))
    late = tuple(row for row in session.proposals or () if dict(row).get("step"))
    if not late or session.stage != "open" or session.task is not None or session.verdicts:
        return session, ()
    return _make(session, late) or (session, ())


def make(session: Session) -> Step | None:
    """Offer the first proposal that this kiosk can do; never where risk was seen or a human was called.

    What the errand just done has shown, or has offered itself, is no news.
    """
    done = FLOWS[session.last.kind] if session.last is not None else None
    told = {done.kind} if done is not None else set()
    for step in done.steps if done is not None else ():
        told |= {entry.partition(" ")[0] for entry in step.show.offer} if step.show is not None else set()
    news = tuple(row for row in session.proposals or () if OFFERS[dict(row)["kind"]] not in told)
    return _make(session, news)


def _make(session: Session, rows: tuple[Values, ...]) -> Step | None:
    if session.suspected or session.scam.strength != "none" or not session.online or not session.pin_right:
        return None
    for row in rows:
        proposal = dict(row)
        if (wanted := FLOWS.get(OFFERS[proposal["kind"]])) is not None:
            values = readable(proposal, wanted, session.language)
            session = session.but(stage="offer", proposals=(row,), task=None)
            return say(session, f"offer.{_name(proposal)}", **values)
    return None


def kind_of_flow(session: Session) -> str:
    """Return the kind of the flow that does what is offered now."""
    return OFFERS[_offered(session)["kind"]]


def accepted(session: Session, values: tuple[tuple[str, str], ...] = ()) -> Step:
    """Begin what was offered, with `values` that were said and what the offer names itself: which loan, how much."""
    proposal = _offered(session)
    kind = OFFERS[proposal["kind"]]
    given = {name for name, _ in values}
    known = tuple((name, value) for name, value in _filled(kind, proposal) if name not in given)
    return flow.begin(session.but(proposals=()), Task(kind, (*values, *known)))


def agreed(session: Session) -> Step:
    """Do what a yes means: a human where the offer was to talk to one, else what was offered."""
    return escalate(session, "asked") if _name(_offered(session)).endswith(HUMAN) else accepted(session)


def in_hardship(session: Session, text: str) -> bool:
    """Whether who is reminded of a debt says that it cannot be paid now: a person talks about that."""
    return session.stage == "offer" and bool(_offered(session).get("step")) and _HARD.search(text.lower()) is not None


def _name(proposal: dict[str, str]) -> str:
    """Return the offer's own name: the last step of a reminder has its own words."""
    name = f"{proposal['kind']}_{proposal.get('step', '')}"
    return name if name in OFFERS else proposal["kind"]


def _filled(kind: str, proposal: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the slots that an offer fills: the one thing it is about, and what is due for it."""
    for name, slot in FLOWS[kind].slots.items():
        if slot.rows:
            yield name, proposal["product"]
        elif slot.entity == "amount" and proposal["kind"] in DUE:
            yield name, proposal["amount_fen"]


def declined(session: Session, *, for_good: bool) -> tuple[Session, tuple[object, ...]]:
    """Take a no, also for all times: the host is told to propose no such thing again."""
    proposal = _offered(session)
    session = session.but(proposals=())
    if not for_good:
        return session, ()
    session, request_id = session.asks(OPT_OUT)
    return session, (PlaceOrder(request_id, OPT_OUT, session.card_token, (("what", proposal["kind"]),)),)


def none_ever(session: Session) -> tuple[Session, tuple[object, ...]]:
    """Propose nothing more; the host is told to propose no products, if it is known whose wish that is."""
    session = session.but(proposals=())
    if not session.online or not session.pin_right:
        return session, ()
    session, request_id = session.asks(OPT_OUT)
    return session, (PlaceOrder(request_id, OPT_OUT, session.card_token, (("what", PRODUCTS),)),)


def _offered(session: Session) -> dict[str, str]:
    assert session.proposals
    return dict(session.proposals[0])
