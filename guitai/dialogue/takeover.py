"""What a teller with a lease does beside speaking and deciding; only core acts, on the flows that exist. Refusals: `lease`."""

from __future__ import annotations

from guitai.dialogue import flow, held, later, lease, pages, steps
from guitai.dialogue.escalate import stage_with_human
from guitai.dialogue.questions import HELPED
from guitai.dialogue.speak import say
from guitai.dialogue.state import Session, Step, Task
from guitai.dialogue.words import describe
from guitai.messages.card import MoveCard
from guitai.messages.device import PrintReceipt
from guitai.messages.takeover import (
    ListenerJoined,
    ListenerLeft,
    TellerAsked,
    TellerBack,
    TellerHold,
    TellerLost,
    TellerOperated,
    TellerQueued,
    VideoState,
)

RETAIN_ORDERED = "retain_order"
"""Kind of the pending request that keeps a card on the issuer's order; it ends the request's id."""

PAPER = "show_document"
"""The flow by which a paper is read under the camera."""

_ENDS = frozenset({"open", "result", "receipt", "offer"})


def queued(session: Session, event: TellerQueued) -> Step:
    """The screen says where the customer stands."""
    return session.with_handover(position=max(event.position, 0), wait_s=max(event.wait_s, 0)), ()


def lost(session: Session, event: TellerLost) -> Step:
    """The teller's console is silent: the customer is told, nothing is taken from it."""
    if not _is_holder(session, event.escalation_id, event.teller_id, lost=False):
        return session, ()
    session = session.with_handover(lost=True)
    return say(session, "teller_lost") if session.attended and session.stage == "teller" else (session, ())


def back(session: Session, event: TellerBack) -> Step:
    """It is there again."""
    if not _is_holder(session, event.escalation_id, event.teller_id, lost=True):
        return session, ()
    handover = session.handover
    session = session.with_handover(lost=False)
    if handover is None or not session.attended or session.stage != "teller":
        return session, ()
    return say(session, "teller_back", teller=handover.teller_name)


def asked(session: Session, event: TellerAsked) -> Step:
    """Have the customer give what only they can give."""
    match event.what:
        case "signature":
            return say(pages.to_teller(session).with_handover(wants="signature"), "teller_wants_signature")
        case "consent_recording":
            return say(pages.to_teller(session).with_handover(wants="recording"), "teller_wants_recording")
        case "id_card":
            return steps.ask_id_card(session.with_handover(wants="id_card"), "lay_id_card")
        case "document":
            return flow.begin(_set_aside(pages.to_teller(session)), Task(PAPER))


def operated(session: Session, event: TellerOperated) -> Step:
    """Have the kiosk do it: notes by the flow of any withdrawal, with PIN, risk and the customer's finger."""
    handover = session.handover
    assert handover is not None
    session = pages.to_teller(session).with_handover(used=lease.used(handover, event.approval))
    match event.operation:
        case "dispense":
            wanted = Task(lease.CASH, (("amount", str(event.amount_fen)), (HELPED, "yes")))
            session = _set_aside(session)
            session = session.but(later=tuple(one for one in session.later if one.kind != lease.CASH))
            return flow.begin(session, wanted)
        case "print_slip":
            return _slip(session, event.reason)
        case "return_card":
            session, back = flow.return_card(session)
            session, words = say(session, "take_card_teller")
            return session, back + words
        case "retain_card":
            session, request_id = session.but(card="moving").asks(RETAIN_ORDERED)
            session, words = say(session, "card_kept_by_issuer")
            return session, (MoveCard(request_id, "retain"), *words)


def decides_hold(session: Session, event: TellerHold) -> Step:
    """Release what is held, once the customer's finger agrees; or let the hold stand."""
    handover = session.handover
    assert handover is not None
    session = pages.to_teller(session).with_handover(decided=True, used=lease.used(handover, event.approval))
    if event.decision == "release":
        return held.ask(session)
    session, deed = held.decide(session, "confirm")
    session, words = say(session, "hold_confirmed")
    return session, deed + words


def listener_joined(session: Session, event: ListenerJoined) -> Step:
    """The banner says who listens, for as long as they do."""
    return session.with_handover(listener_id=event.listener_id, listener_name=event.name), ()


def listener_left(session: Session, _event: ListenerLeft) -> Step:
    """Nobody listens any more."""
    return session.with_handover(listener_id="", listener_name=""), ()


def video_state(session: Session, event: VideoState) -> Step:
    """Show the teller's picture while it arrives."""
    handover = session.handover
    if handover is None or (handover.escalation_id, handover.teller_id) != (event.escalation_id, event.viewer_id):
        return session, ()
    return session.with_handover(picture=event.state == "connected" and event.picture), ()


def settle(before: Session, session: Session) -> Session:
    """Bring a session back to its teller once what they began is over; forget what the screen no longer asks for."""
    handover = session.handover
    if handover is None or not session.attended or not handover.teller_id:
        return session
    if handover.releasing and session.stage not in ("confirm", "still_there"):
        session = session.with_handover(releasing=False)
    if handover.wants == "id_card" and session.stage not in ("id_card", "still_there"):
        session = session.with_handover(wants="")
    if session.stage in _ENDS and not session.cash_moves and before.stage not in _ENDS:
        return session.but(stage=stage_with_human(session))
    return session


def _is_holder(session: Session, escalation_id: str, teller_id: str, *, lost: bool) -> bool:
    """Whether this is who holds the lease, and they are, or are not, lost: an edge told twice changes nothing."""
    handover = session.handover
    told = (escalation_id, teller_id, lost)
    return handover is not None and (handover.escalation_id, handover.teller_id, handover.lost) == told


def _set_aside(session: Session) -> Session:
    """Let the customer's own errand wait while the teller's is done."""
    return session.but(later=later.first(session), task=None) if lease.begun(session) else session


def _slip(session: Session, reason: str) -> Step:
    handover, task = session.handover, session.task
    assert handover is not None
    session, request_id = session.asks("print")
    what = (f"业务 {describe(session, task)}",) if task is not None else ()
    note = (f"说明 {reason}",) if reason else ()
    lines = (
        f"凭证号 {handover.escalation_id}",
        f"经办柜员 {handover.teller_name}",
        *what,
        *note,
        f"客服热线 {session.hotline}",
    )
    return session, (PrintReceipt(request_id, "柜员凭条", lines),)
