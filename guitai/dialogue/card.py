"""Card and PIN: in, read, checked, out."""

from __future__ import annotations

from guitai.dialogue import ending, flow, offers, steps, takeover, withdrawal
from guitai.dialogue.escalate import escalate
from guitai.dialogue.speak import say
from guitai.dialogue.state import Session, Step
from guitai.messages.bank import CustomerKnown
from guitai.messages.card import (
    CardInserted,
    CardMoveFailed,
    CardOffered,
    CardRetained,
    CardTaken,
    CheckPin,
    PinAbandoned,
    PinChecked,
    PinEntered,
    PinKeyed,
    RecordRetention,
)
from guitai.messages.device import PrintReceipt


def inserted(session: Session, event: CardInserted) -> Step:
    """A card is in: find out whose it is."""
    session = ending.still_here(session)
    if session.card == "inside" and session.card_token == event.card_token:
        return session, ()  # told again after a break
    session = session.but(
        card="inside", card_token=event.card_token, card_tail=event.tail, customer=None, pin_right=False
    )
    if session.task is not None and session.stage in ("card", "id_card"):
        return flow.advance(session)
    if not session.online:
        return flow.line_down(session)
    if (asked := next((id_ for id_, kind in session.pending if kind == "look_up"), None)) is not None:
        return steps.look_up(session.answered(asked))  # of an ID card: the card that is in now says whose money it is
    answered = session.stage == "result" and session.task is None
    return steps.look_up(session) if answered or session.stage == "open" else (session, ())


def known(session: Session, event: CustomerKnown) -> Step:
    """The bank named the customer."""
    session = session.but(
        customer=event, card_token=event.card_token or session.card_token, large=session.large or event.elderly
    )
    if session.stage != "working":
        return session, ()
    if session.task is not None:
        return flow.advance(session)
    if event.reminder and session.card == "inside" and not session.pin_right:
        return steps.ask_pin(session, "enter_pin_reminder")
    return say(session.but(stage="open"), "greet")


def offered(session: Session, event: CardOffered) -> Step:
    """It stands in the exit slot."""
    return (session.but(card="offered") if session.card == "moving" else session), ()


def taken(session: Session, event: CardTaken) -> Step:
    """Card first, then cash; or the end."""
    if session.card == "none":
        return session, ()
    session = session.but(card="none", pin_right=False)
    if session.stage == "take_card":
        return withdrawal.card_taken(session, event)
    return ending.close(session) if session.stage == "ending" else (session, ())


def retained(session: Session, event: CardRetained) -> Step:
    """Untaken after its own timeout, or kept on the issuer's order: a slip tells; stacked notes go back."""
    ordered = event.request_id.endswith(takeover.RETAIN_ORDERED)
    session = session.but(card="none", pin_right=False, customer=None, outcome=f"{session.outcome}+card_retained")
    session, request_id = session.asks("print")
    todo = "发卡行要求收回，请联系发卡行" if ordered else "请带身份证到柜台领取"
    lines = (f"编号 {event.request_id}", f"卡尾号 {session.card_tail}", todo, f"客服热线 {session.hotline}")
    kept = (
        RecordRetention(event.request_id, session.card_tail, "issuer" if ordered else "untaken"),
        PrintReceipt(request_id, "留卡凭条", lines),
    )
    if session.stage == "take_card":
        session, rejected = withdrawal.reject(session)
        return session, (*kept, *rejected)
    if session.stage == "teller" and not ordered:
        session, words = say(session, "card_kept_untaken")
        return session, (*kept, *words)
    session, closing = ending.close(session) if session.stage == "ending" else (session, ())
    return session, (*kept, *closing)


def move_failed(session: Session, event: CardMoveFailed) -> Step:
    """The reader cannot move the card: a human helps, the card is safe."""
    if session.card == "none":
        return session, ()
    session = session.but(card="inside", stage="open" if session.stage == "ending" else session.stage)
    effects: tuple[object, ...] = ()
    if session.task is not None and session.task.notes == "stacked":
        session, effects = withdrawal.reject(session.but(outcome="withdraw.failed"))
    session, called = escalate(session, "device")
    return session, effects + called


def keyed(session: Session, event: PinKeyed) -> Step:
    """Show how many digits, never which."""
    return session.but(pin_count=event.count), ()


def pin_checked(session: Session, event: PinChecked) -> Step:
    """Right: go on. Wrong: again, while tries are left."""
    session = ending.still_here(session)
    if session.stage != "pin" or event.request_id != session.pin_request:
        return session, ()
    if event.right:
        session, asked = offers.ask(session.but(pin_right=True, pin_count=0))
        session, more = flow.advance(session) if session.task is not None else say(session.but(stage="open"), "greet")
        return session, (*asked, *more)
    if event.tries_left <= 0:
        session, called = escalate(session, "device")
        session, words = say(session, "pin_locked")
        return session, called + words
    session, request_id = session.asks("pin")
    session = session.but(stage="pin", pin_count=0, pin_request=request_id)
    session, words = say(session, "pin_wrong", tries=str(event.tries_left))
    return session, (*words, CheckPin(request_id))


def pin_entered(session: Session, event: PinEntered) -> Step:
    """A new PIN was entered once, or again."""
    session = ending.still_here(session)
    task = session.task
    if session.stage != "pin" or event.request_id != session.pin_request or task is None:
        return session, ()
    times = steps.ONCE if task.slot(steps.NEW_PIN) is None else steps.BOTH
    return flow.advance(session.but(pin_count=0, task=task.with_slot(steps.NEW_PIN, times)))


def pin_abandoned(session: Session, event: PinAbandoned) -> Step:
    """Cancelled by the customer; or the device or the line broke."""
    session = ending.still_here(session)
    if session.stage != "pin" or event.request_id != session.pin_request:
        return session, ()
    match event.reason:
        case "cancelled" | "timeout":
            return ending.cancel(session)
        case "bank":
            return flow.line_down(session.but(online=False))
        case "device":
            return session, ()
