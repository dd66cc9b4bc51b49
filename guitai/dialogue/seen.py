"""What a teller may see and hear: grants to the video process, blanking at the PIN pad, a recording that was agreed to."""

from __future__ import annotations

from guitai.dialogue.speak import say
from guitai.dialogue.state import Effects, Session, Step
from guitai.messages.handover import Line
from guitai.messages.recording import BeginRecording, EndRecording
from guitai.messages.session import CoreResumed
from guitai.messages.takeover import Shown, ShowPaper, TellerLooked, VideoBlank, VideoGrant, VideoRevoke, Viewer

PENDING = "handover_recording"
"""Kind of the pending request to the recorder."""

LOOKING = "looking"
"""Kind of a request to show a picture: nobody waits for its outcome."""


def secret(session: Session) -> bool:
    """Whether a PIN or a code is being entered: nobody sees, hears or records the customer then."""
    return (session.before_warning if session.stage == "still_there" else session.stage) in ("pin", "sms")


def grant(session: Session) -> VideoGrant | None:
    """Return who may connect now, and whether with sound and pictures; None: nobody."""
    handover = session.handover
    if handover is None or not handover.teller_id or session.stage == "closed":
        return None
    viewers: tuple[Viewer, ...] = (Viewer(handover.teller_id, "operator"),)
    if handover.listener_id:
        viewers += (Viewer(handover.listener_id, "listener"),)
    return VideoGrant(handover.escalation_id, viewers, handover.video == "agreed" and not handover.silent)


def laid_down(session: Session, what: Shown, reference: str) -> Session:
    """Note what the customer laid down while a teller is there, who may look at it then; the latest takes the place of the one before."""
    handover = session.handover
    if handover is None or not handover.teller_id or not session.attended:
        return session
    others = tuple(one for one in handover.papers if one[0] != what)
    return session.with_handover(papers=(*others, (what, reference)) if reference else others)


def looked(session: Session, event: TellerLooked) -> Step:
    """Show the teller what was laid down; the customer is told."""
    handover = session.handover
    assert handover is not None
    session, request_id = session.new_id(LOOKING)
    picture = ShowPaper(request_id, event.escalation_id, event.teller_id, event.what, dict(handover.papers)[event.what])
    if session.stage != "teller":
        return session, (picture,)
    session, words = say(session, "teller_looks", teller=handover.teller_name)
    return session, (picture, *words)


def follow(before: Session, session: Session, event: object) -> tuple[Session, Effects, Effects]:
    """Return the session with what goes to the video process before everything else, and to the recorder after it."""
    resumed = isinstance(event, CoreResumed)
    old, new = (None if resumed else grant(before)), grant(session)
    first: Effects = ()
    if old is not None and (new is None or new.escalation_id != old.escalation_id):
        first += (VideoRevoke(old.escalation_id),)
    if new is not None and (old is None or secret(before) != secret(session)):
        first += (VideoBlank(secret(session), sound=secret(session)),)
    if new is not None and new != old:
        first += (new,)
    running = before.handover.recording_id if before.handover is not None and not resumed else ""
    session, after = _record(session, running)
    if session.recording is not None:  # one recorder: the talk's piece ends before that of the sale begins
        return session, first + after, ()
    return session, first, after


def added(before: tuple[Line, ...], after: tuple[Line, ...]) -> tuple[Line, ...]:
    """Return the lines that came to a transcript which forgets its oldest: captions for who looks on."""
    for new in range(len(after) + 1):
        kept = len(after) - new
        if kept <= len(before) and before[len(before) - kept :] == after[:kept]:
            return after[kept:]
    return after


def _record(session: Session, running: str) -> Step:
    """Record from consent until the teller leaves; in pieces, for a PIN is never on one. A break of core discards a piece."""
    handover = session.handover
    agreed = handover is not None and handover.recorded and handover.teller_id != ""
    wanted = agreed and not secret(session) and session.recording is None
    if wanted == bool(running):
        return session, ()
    session, request_id = session.asks(PENDING)
    if handover is not None:
        session = session.with_handover(recording_id=request_id if wanted else "")
    return session, (
        BeginRecording(request_id, request_id, "service") if wanted else EndRecording(request_id, running),
    )
