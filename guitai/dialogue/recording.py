"""Sound and pictures of an offer and of the consent to it (双录): no sale before the recording is whole and in the journal.

It begins once the customer has agreed to be recorded, holds the offer and its risks read aloud to the end and the finger
that confirms, and ends before the order is placed. What comes of nothing is discarded.
"""

from __future__ import annotations

from dataclasses import replace

from guitai.dialogue.beside import Recording
from guitai.dialogue.data import FLOWS, text_key
from guitai.dialogue.schema import Step as FlowStep
from guitai.dialogue.speak import say
from guitai.dialogue.state import Session, Step, Task
from guitai.dialogue.values import known, readable
from guitai.messages.recording import (
    BeginRecording,
    DiscardRecording,
    EndRecording,
    RecordingBegan,
    RecordingFailed,
    RecordingFinished,
)
from guitai.messages.voice import Spoken

BEGIN, END = "begin", "end"
PENDING = "recording"
"""Kind of a pending request."""

MOST_READINGS = 2
"""How often the offer is read anew when nobody could hear it to its end."""


def record(session: Session, task: Task, step: FlowStep, index: int) -> Step | None:
    """Begin or end the recording; met once it is running, or kept."""
    if index in task.done:
        return None
    session = session.but(stage="working")
    if step.record == BEGIN:
        session, old = _discard(session)
        session, request_id = session.asks(PENDING)
        session = session.but(recording=Recording(request_id, task.kind))
        return session, (*old, BeginRecording(request_id, request_id))
    recording = session.recording
    assert recording is not None
    if not recording.read:
        # The finger was quicker than the voice: what is being said comes first.
        return (session, ()) if session.speak_id else read_again(session)
    session, request_id = session.asks(PENDING)
    ending = replace(recording, place="ending")
    return session.but(recording=ending), (EndRecording(request_id, recording.recording_id),)


def began(session: Session, event: RecordingBegan) -> Session | None:
    """Take it in; None when nobody waits for it any more."""
    recording = session.recording
    if recording is None or recording.recording_id != event.recording_id or recording.place != "starting":
        return None
    return _over(session.but(recording=replace(recording, place="running")), BEGIN)


def finished(session: Session, event: RecordingFinished) -> Session | None:
    """Take it in; None when nobody waits for it any more."""
    recording = session.recording
    if recording is None or recording.recording_id != event.recording_id or recording.place != "ending":
        return None
    return _over(session.but(recording=replace(recording, place="kept")), END)


def failed(session: Session, _event: RecordingFailed) -> Step:
    """Without a recording nothing is sold here; a teller may."""
    if session.recording is None or session.task is None:
        return session, ()
    return cannot(session, session.task)


def cannot(session: Session, task: Task) -> Step:
    """Say so, with a teller offered; what was recorded so far is discarded as the errand is over."""
    task = replace(task, done=_without(task), confirmed=False)
    session = session.but(stage="result", task=task, outcome=f"{task.kind}.not_recorded")
    return say(session, "cannot_record")


def heard(session: Session, event: Spoken) -> Session:
    """Note whether the offer was read to its end; what is said beside it, and ends, is no offer."""
    if event.interrupted or not being_read(session) or event.speak_id != session.saying.speak_id:
        return session
    assert session.recording is not None
    return session.but(recording=replace(session.recording, read=True))


def waits(session: Session) -> bool:
    """Whether a finger has confirmed, and the offer had yet to be read to its end."""
    running = session.recording is not None and session.recording.place == "running"
    return running and session.stage == "working" and session.task is not None and session.task.confirmed


def read_again(session: Session) -> Step:
    """Read what nobody could hear to its end; after a few times the loudspeaker must be the reason."""
    recording, task = session.recording, session.task
    assert recording is not None
    assert task is not None
    if recording.readings >= MOST_READINGS:
        return cannot(session, task)
    flow = FLOWS[task.kind]
    session = session.but(recording=replace(recording, readings=recording.readings + 1))
    return say(session, _offer(task), **readable(known(session, task), flow, session.language))


def being_read(session: Session) -> bool:
    """Whether the offer is being read for the recording: then nobody who speaks stops it."""
    recording, task = session.recording, session.task
    if recording is None or task is None or recording.place != "running" or recording.read:
        return False
    beside = session.speak_id not in ("", session.saying.speak_id)
    return session.saying.key == _offer(task) and not beside


def follow(session: Session) -> Step:
    """Discard a recording nothing will come of: the errand is over, interrupted, or its values are others now."""
    recording, task = session.recording, session.task
    if recording is None:
        return session, ()
    same = task is not None and task.kind == recording.kind
    if recording.place == "kept":
        return (session if same else session.but(recording=None)), ()
    if same and session.stage not in ("result", "ending", "closed"):
        begun = task is not None and _index(task, BEGIN) in task.done
        if begun or (recording.place == "starting" and session.stage == "working"):
            return session, ()
    return _discard(session)


def _discard(session: Session) -> Step:
    recording = session.recording
    if recording is None or recording.place == "kept":
        return session.but(recording=None), ()
    pending = tuple(entry for entry in session.pending if entry[1] != PENDING)
    return session.but(recording=None, pending=pending), (DiscardRecording(recording.recording_id),)


def lost(session: Session) -> Session:
    """After a break of core: the recorder has discarded what was running, so it is begun anew, before the confirmation."""
    recording, task = session.recording, session.task
    if recording is None or recording.place == "kept" or task is None:
        return session
    pending = tuple(entry for entry in session.pending if entry[1] != PENDING)
    return session.but(recording=None, pending=pending, task=replace(task, done=_without(task), confirmed=False))


def _offer(task: Task) -> str:
    """Return the key of the words that have to be heard: those a finger confirms."""
    flow = FLOWS[task.kind]
    confirm = next(step.confirm for step in flow.steps if step.confirm is not None)
    return text_key(flow, confirm.text)


def _index(task: Task, verb: str) -> int:
    return next(index for index, step in enumerate(FLOWS[task.kind].steps) if step.record == verb)


def _over(session: Session, verb: str) -> Session:
    task = session.task
    assert task is not None
    return session.but(task=task.over(_index(task, verb)))


def _without(task: Task) -> tuple[int, ...]:
    """Return the steps that are over, without those of the recording."""
    return tuple(index for index in task.done if index not in (_index(task, BEGIN), _index(task, END)))
