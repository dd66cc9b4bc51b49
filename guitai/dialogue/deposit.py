"""存现: insert, count, confirm, store, and only then credit; or the customer takes the very same notes back.

The machine's own word decides (XFS4IoT GetCashInStatus): after a failure or a break nothing is sent again before it
has said where the notes are.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from guitai.dialogue.assess import assess
from guitai.dialogue.escalate import escalate
from guitai.dialogue.questions import HELPED, MET
from guitai.dialogue.speak import say
from guitai.dialogue.state import Deposit, Session, Step
from guitai.messages.bank import DepositOutcome, PostDeposit
from guitai.messages.cash_in import (
    AcceptNotes,
    AskCashInStatus,
    CashInFailed,
    CashInStarted,
    CashInStatusKnown,
    EndCashIn,
    NotesCounted,
    NotesReturned,
    NotesStored,
    NotesTakenBack,
    RetractReturned,
    ReturnedRetracted,
    RollBackCashIn,
    StartCashIn,
    StopAccepting,
)
from guitai.money import Fen, short_yuan

PENDING = "cash_in"
"""Kind of every pending request to the acceptor."""

CREDIT = "deposit"
KEPT = "kept"
"""Kind of the pending request that tells the bank of refused notes nobody took."""

MACHINE_FAILED = frozenset({"device.hardware", "device.failed"})
"""Words of a machine that broke while it counted; a line that broke says nothing of the notes."""

MOST_FAILURES = 3
"""After so many failed movements of one deposit a human looks at the machine."""


def start(session: Session) -> Step:
    """Have the acceptor begin; the deposit is known everywhere under the id of this request."""
    task = session.task
    assert task is not None
    if "acceptor" in session.broken:
        return say(session.but(stage="open", task=None, outcome="deposit.failed"), "deposit_unavailable")
    session, request_id = session.but(stage="working").asks(PENDING)
    session = session.but(task=replace(task, request_id=request_id, deposit=Deposit()))
    session, words = say(session, "working")
    return session, (StartCashIn(request_id, request_id), *words)


def started(session: Session, _event: CashInStarted) -> Step:
    """Open the shutter, unless the customer has changed their mind."""
    deposit = _deposit(session)
    if deposit is None:
        return session, ()
    return _give_back(session) if deposit.giving_back else accept(session)


def accept(session: Session, key: str = "insert_notes") -> Step:
    """Wait for a bunch of notes."""
    session, request_id = _command(session)
    session = _with(session, place="accepting").but(stage="insert_notes")
    session, words = say(session, key)
    return session, (AcceptNotes(request_id), *words)


def counted(session: Session, event: NotesCounted) -> Step:
    """Show what was counted; nothing is credited yet."""
    deposit = _deposit(session)
    if deposit is None:
        return session, ()
    session = _with(session, place="open", counts=event.counts, amount=event.amount)
    session = session.but(tray=session.tray or event.refused)
    if deposit.giving_back or (deposit.waited_out and not event.amount):
        return _give_back(session)
    if not event.amount:
        return accept(session, "notes_refused" if event.refused else "insert_notes")
    return _ask_to_confirm(session, "confirm_deposit_refused" if event.refused else "confirm_deposit")


def more(session: Session) -> Step:
    """The customer has more notes."""
    return accept(_with(session, waited_out=False))


def confirmed(session: Session) -> Step:
    """A finger confirmed the count: the notes go into the cassettes."""
    task = session.task
    assert task is not None
    assert task.deposit is not None
    task = task.with_slot("amount", str(task.deposit.amount))
    session, decision = assess(session.but(task=replace(task, confirmed=True)))
    session, request_id = _command(_with(session, place="ending").but(stage="working"))
    session, words = say(session, "working")
    return session, (*decision, EndCashIn(request_id, task.request_id), *words)


def give_up(session: Session) -> Step:
    """The customer wants the notes back, or has gone: as soon as the machine stands still."""
    deposit = _deposit(session)
    if deposit is None or deposit.place in ("ending", "returning", "returned"):
        return session, ()
    session = _with(session, giving_back=True)
    match deposit.place:
        case "open" if PENDING not in dict(session.pending).values():
            return _give_back(session)
        case "accepting":
            return session.but(stage="working"), (StopAccepting(),)
        case _:
            return session.but(stage="working"), ()


def waited(session: Session) -> Step:
    """Nobody inserted anything for a while."""
    if _deposit(session) is None:
        return session, ()
    return _with(session, waited_out=True), (StopAccepting(),)


def stored(session: Session, event: NotesStored) -> Step:
    """The notes are the bank's: credit them. A machine that stored another amount than it counted is looked at."""
    deposit = _deposit(session)
    if deposit is None:
        return session, ()
    if event.amount != deposit.amount:
        return _dispute(session, event.amount)
    return _post(session, "credit", event.amount)


def outcome(session: Session, event: DepositOutcome) -> Step:
    """The bank has booked it."""
    task = session.task
    if task is None or task.deposit is None or task.deposit.post is None:
        return session, ()
    if event.request_id != task.deposit.post.request_id:
        return session, ()
    session = _with(session, place="over")
    if event.status == "credited":
        return _credited(session.but(stage="result", outcome="deposit.credited"), short_yuan(task.deposit.amount))
    if event.status == "disputed" and session.outcome == "deposit.dispute":
        return session, ()
    session, called = escalate(session.but(outcome="deposit.dispute"), "dispute")
    session, words = say(session, "deposit_unknown", case=task.request_id)
    return session, called + words


def _credited(session: Session, amount: str) -> Step:
    """Say that it is done, and what the count or the words since made of the decision: money that comes in is never held."""
    task, actions = session.task, session.risk.actions if session.risk is not None else ()
    assert task is not None
    if "human" in actions and not task.slot(HELPED):
        session, called = escalate(session.but(task=task.with_slot(HELPED, "yes")), "risk")
        session, words = say(session, "deposit_done_human", amount=amount)
        return session, called + words
    warned = "prompt" in actions and task.slot(MET) is None
    return say(session, "deposit_done_warned" if warned else "deposit_done", amount=amount)


def returned(session: Session, event: NotesReturned) -> Step:
    """The notes are at the exit again."""
    if _deposit(session) is None:
        return session, ()
    if not event.amount:
        return _over(session, "deposit_none")
    session = _with(session, place="returned", amount=event.amount).but(stage="take_back", tray=True)
    return say(session, "take_back", amount=short_yuan(event.amount))


def taken_back(session: Session, _event: NotesTakenBack) -> Step:
    """The customer has them; refused notes taken in between decide nothing."""
    deposit, session = _deposit(session), session.but(tray=False)
    if deposit is not None and deposit.place == "returned":
        return _over(session, "deposit_returned")
    return session.but(stage="open") if deposit is None and session.stage == "take_back" else session, ()


def untaken(session: Session) -> Step:
    """Nobody took the returned or refused notes: they are kept safe, for a teller to give back."""
    if not session.tray or PENDING in dict(session.pending).values():
        return session, ()
    session, request_id = session.asks(PENDING)
    return session, (RetractReturned(request_id),)


def retracted(session: Session, event: ReturnedRetracted) -> Step:
    """The customer's notes are in the retract bin."""
    deposit, session = _deposit(session), session.but(tray=False)
    if deposit is None:
        return kept(session)
    return _dispute(session, deposit.amount if event.amount is None else event.amount)


def failed(session: Session, event: CashInFailed) -> Step:
    """Nothing has begun, or the machine says where the notes are."""
    deposit = _deposit(session)
    if deposit is None:
        return kept(session) if session.tray else (session, ())
    if deposit.place == "starting" and event.certain:
        return _over(session.but(outcome="deposit.failed"), "deposit_unavailable")
    if deposit.failures >= MOST_FAILURES:
        return _dispute(session, deposit.amount)
    stuck = deposit.stuck or (deposit.place == "accepting" and event.code in MACHINE_FAILED)
    session = _with(session, failures=deposit.failures + 1, stuck=stuck).but(stage="working")
    session, words = say(session, "checking")
    session, question = ask_status(session)
    return session, (*words, *question)


def ask_status(session: Session) -> Step:
    """Ask the machine what became of this deposit."""
    task = session.task
    assert task is not None
    session, request_id = session.asks(PENDING)
    return session, (AskCashInStatus(request_id, task.request_id),)


def status(session: Session, event: CashInStatusKnown) -> Step:
    """The machine's own answer decides."""
    deposit = _deposit(session)
    if deposit is None:
        return session, ()
    session = session.but(tray=event.tray)
    match event.status:
        case "none" if deposit.place == "starting":
            return _over(session.but(outcome="deposit.failed"), "deposit_unavailable")
        case "active" if deposit.stuck:
            return _dispute(session, event.amount)  # what it counted is not all that was put in
        case "active":
            return _still_open(session, deposit, event.amount)
        case "stored":
            return stored(session, NotesStored(event.request_id, event.amount))
        case "returned":
            return returned(session, NotesReturned(event.request_id, event.amount))
        case "retracted":
            return _dispute(session, event.amount)
        case _:
            return _dispute(session, deposit.amount)


def kept(session: Session) -> Step:
    """Refused notes the customer did not take are in the machine, uncounted: the bank is told to look for their owner."""
    session, request_id = session.but(tray=False).asks(KEPT)
    session = session.but(stage="open") if session.stage == "take_back" else session
    return session, (PostDeposit(request_id, session.card_token, Fen(0), "dispute"),)


def nobody_answers(session: Session) -> Step:
    """The bank cannot be reached: it is told when the line is back, and a human knows meanwhile."""
    session = _with(session, place="over").but(outcome="deposit.unknown")
    session, called = escalate(session, "dispute")
    task = session.task
    assert task is not None
    session, words = say(session, "deposit_unknown", case=task.request_id)
    return session, called + words


def post_again(session: Session) -> Step:
    """Tell the bank once more, under the same id, which it counts once."""
    task = session.task
    if task is None or task.deposit is None or task.deposit.post is None:
        return session, ()
    post = task.deposit.post
    session = session.answered(post.request_id)
    return session.but(pending=(*session.pending, (post.request_id, CREDIT))), (post,)


def _still_open(session: Session, deposit: Deposit, amount: Fen) -> Step:
    counts = deposit.counts if amount == deposit.amount else ()
    session = _with(session, place="open", counts=counts, amount=amount)
    if deposit.giving_back or (deposit.waited_out and not amount):
        return _give_back(session)
    return _ask_to_confirm(session, "confirm_deposit") if amount else accept(session)


def _ask_to_confirm(session: Session, key: str) -> Step:
    deposit = _deposit(session)
    assert deposit is not None
    return say(session.but(stage="confirm"), key, amount=short_yuan(deposit.amount))


def _give_back(session: Session) -> Step:
    session = _with(session, place="returning", giving_back=True).but(stage="working")
    session, request_id = _command(session)
    session, words = say(session, "giving_back")
    return session, (RollBackCashIn(request_id), *words)


def _post(session: Session, result: Literal["credit", "dispute"], amount: Fen) -> Step:
    session, request_id = session.asks(CREDIT)
    post = PostDeposit(request_id, session.card_token, amount, result)
    return _with(session, post=post, amount=amount), (post,)


def _dispute(session: Session, amount: Fen) -> Step:
    """Notes of the customer's are in the machine and it cannot be right by itself: open a dispute, call a human."""
    task = session.task
    assert task is not None
    session, posted = _post(session.but(outcome="deposit.dispute"), "dispute", amount)
    session, called = escalate(session, "dispute")
    session, words = say(session, "deposit_unknown", case=task.request_id)
    return session, (*posted, *called, *words)


def _over(session: Session, key: str) -> Step:
    """Nothing of the customer's is in the machine: back to the start."""
    outcome = session.outcome if session.outcome == "deposit.failed" else "deposit.returned"
    session = _with(session, place="over").but(stage="open", task=None, outcome=outcome)
    return say(session, key)


def _deposit(session: Session) -> Deposit | None:
    """Return the deposit under way; None once it is over or the bank has been told."""
    return session.task.deposit if session.task is not None and session.cash_moves else None


def _command(session: Session) -> tuple[Session, str]:
    """Return a new request to the acceptor. What it was asked before says nothing of where the notes are afterwards."""
    return session.but(pending=tuple(p for p in session.pending if p[1] != PENDING)).asks(PENDING)


def _with(session: Session, **changes: Any) -> Session:
    task = session.task
    assert task is not None
    assert task.deposit is not None
    return session.but(task=replace(task, deposit=replace(task.deposit, **changes)))
