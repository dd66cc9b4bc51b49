"""How things end: solved or not, cancelled, left; the card goes back; the screen is wiped."""

from __future__ import annotations

from guitai.dialogue import deposit, flow, later, offers, repair
from guitai.dialogue.escalate import escalate
from guitai.dialogue.speak import say, say_again
from guitai.dialogue.state import Saying, Session, Step
from guitai.messages.card import CancelPin, MoveCard
from guitai.messages.handover import WithdrawEscalation
from guitai.messages.session import CloseSession, EndReason


def solved(session: Session, yes: bool, *, more: bool = False) -> Step:
    """The customer's own answer to 是否解决您的问题; `more`: yes, and something else is wanted."""
    session = session.but(satisfied=yes, last=session.task, verdicts=session.verdicts + 1)
    if (next_one := flow.go_on(session)) is not None:
        return next_one
    if yes and not more:
        return offers.make(session) or finish(session)
    return say(session.but(stage="open", task=None), "anything_else")


def offered(session: Session, answer: str) -> Step:
    """The customer answered an offer: yes, no, or never again."""
    if answer == "yes":
        return offers.agreed(session)
    session, told = offers.declined(session, for_good=answer == "never")
    if session.verdicts:
        session, effects = finish(session)
    else:  # a reminder that came before any errand: the customer came for something
        session, effects = say(session.but(stage="open"), "greet")
    return session, told + effects


def cancel(session: Session) -> Step:
    """Drop the task. What is done stays done: only before that may the kiosk say that nothing was changed."""
    if _holds_notes(session):
        return deposit.give_up(session)
    if session.stage == "receipt":
        return session.but(stage="result"), ()
    if session.stage not in ("open", "slot", "card", "id_card", "pin", "confirm", "question", "sms", "result", "offer"):
        return session, ()
    effects: tuple[object, ...] = (CancelPin(),) if session.stage == "pin" else ()
    done = session.stage == "result" or session.task is None
    outcome = session.outcome if done else "cancelled"
    dropped = None if done else later.put_aside(session.task)
    session = session.but(
        stage="open", task=None, asking="", outcome=outcome, risk=None, clarify=(), page="", dropped=dropped
    )
    if (next_one := flow.go_on(session)) is not None:
        session, words = next_one
        return session, effects + words
    session, words = say(session, "anything_else" if done else "cancelled")
    return session, effects + words


def undone(session: Session) -> Step | None:
    """Take up again what was cancelled just now, if anything was."""
    return None if session.dropped is None else flow.begin(session.but(task=None), session.dropped)


def finish(session: Session, reason: EndReason = "done") -> Step:
    """Give the card back and say goodbye; closes at once when there is no card."""
    if session.stage in ("ending", "closed"):
        return session, ()
    if _holds_notes(session):
        return deposit.give_up(session.but(leaving=reason))
    if session.tray:
        return say(session.but(stage="take_back", leaving=reason), "take_refused")
    effects: tuple[object, ...] = (CancelPin(),) if session.stage == "pin" else ()
    if session.handover is not None and session.attended:
        effects += (WithdrawEscalation(session.handover.escalation_id),)
    session = session.but(stage="ending", end_reason=reason, handover=None, leaving=None)
    take_card = "take_card_stopped" if reason == "out_of_service" else "take_card_end"
    if session.card == "inside":
        session, words = say(session, take_card)
        session, back = flow.return_card(session)
        return session, effects + words + back
    if session.card in ("moving", "offered"):
        session, words = say(session, take_card)
        return session, effects + words
    session, words = say(session, "stopped" if reason == "out_of_service" else "goodbye")
    session, closing = close(session)
    return session, effects + words + closing


def tampered(session: Session) -> Step:
    """Somebody is at the machine itself: nobody is served any longer than it takes to get their money out of its hands."""
    return stopped(session.but(tampered=True))


def stopped(session: Session) -> Step:
    """The branch may serve no longer: what is under way is brought to its end, then the customer is let go."""
    session = session.but(leaving="out_of_service")
    return deposit.give_up(session) if _holds_notes(session) else (session, ())


def leave(session: Session) -> Step:
    """End what has to end, as soon as nothing is on its way and no human has the word."""
    if session.leaving is None or session.attended or session.cash_moves or session.stage in _ON_THE_WAY:
        return session, ()
    return finish(session, session.leaving)


def close(session: Session) -> Step:
    """End the session."""
    done = CloseSession(session.session_id, session.end_reason, session.outcome, session.satisfied)
    # The screen is wiped: nothing of this customer stays for the next one.
    wiped = session.but(stage="closed", heard="", customer=None, saying=Saying(), uncovered=False)
    return wiped.but(large=False, high_contrast=False, low=False, language="zh"), (done,)


def time_ran_out(session: Session) -> Step:
    """The stage's own time is over."""
    match session.stage:
        case "still_there":
            return finish(session.but(stage=session.before_warning), "left")
        case "take_card" | "ending" | "teller" if session.card == "offered":
            session, request_id = session.but(card="moving").asks("retain")
            return session, (MoveCard(request_id, "retain"),)
        case "ending" if session.card == "none":
            return close(session)
        case "insert_notes":
            return deposit.waited(session)
        case "take_back":
            return deposit.untaken(session)
        case "receipt":
            return session.but(stage="result"), ()
        case "open" | "slot" | "card" | "id_card" | "pin" | "confirm" | "question" | "sms" | "result" | "offer" if (
            not session.present
        ):
            return say(session.but(stage="still_there", before_warning=session.stage), "still_there")
        case "open" if not session.online:
            return flow.return_card(session)
        case "slot" | "confirm" | "question" if not session.nudged:
            session = session.but(nudged=True)
            return repair.help_with(session) if session.stage == "slot" else say_again(session)
        case _:
            return session, ()


def still_here(session: Session) -> Session:
    """A sign of life takes the warning away."""
    return session.but(stage=session.before_warning) if session.stage == "still_there" else session


def needs_human(session: Session) -> Step:
    """人工 was pressed."""
    if session.stage in ("closed", "ending"):
        return session, ()
    return escalate(session, "asked")


def _holds_notes(session: Session) -> bool:
    """Whether the machine holds notes of a deposit nobody has confirmed, or may."""
    return session.cash_moves and session.task is not None and session.task.deposit is not None


_ON_THE_WAY = frozenset({"working", "take_card", "take_cash", "take_back", "ending", "closed"})
