"""How long a customer waits for a reply: from the end of the utterance to the first sound of what answers it."""

from __future__ import annotations

from guitai.dialogue.state import Session, Step
from guitai.messages.service import RecordResponse
from guitai.messages.voice import CustomerSaid, Spoken

NS_PER_MS = 1_000_000


def follow(before: Session, session: Session, event: object) -> Step:
    """Remember the utterance and what answers it; return the record once that was heard. 好的，请稍等 answers nothing."""
    if isinstance(event, CustomerSaid):
        session = session.but(heard_ns=0 if event.typed else event.speech_end_ns, reply_id="")
    if session.heard_ns and not session.reply_id and session.stage != "working" and _spoke(before, session):
        session = session.but(reply_id=session.speak_id)
    if not isinstance(event, Spoken) or not session.reply_id or event.speak_id != session.reply_id:
        return session, ()
    waited_ns = event.sounded_ns - session.heard_ns
    session = session.but(heard_ns=0, reply_id="")
    return session, (RecordResponse(waited_ns // NS_PER_MS),) if event.sounded_ns and waited_ns > 0 else ()


def _spoke(before: Session, session: Session) -> bool:
    return session.speak_id not in ("", before.speak_id)
