"""Typed view parts of the document camera: while a paper is laid down and while it is read. Pure."""

from __future__ import annotations

from guitai.dialogue.data import FLOWS
from guitai.dialogue.documents import PENDING
from guitai.dialogue.parts import label
from guitai.dialogue.state import Session
from guitai.messages.view import Part, PicturePart


def lies(state: Session) -> bool:
    """Whether a paper is asked for, or being read."""
    return _laid_down(state) or _read(state)


def shown(state: Session) -> tuple[Part, ...]:
    """Return the drawing of the tray, with what is to be done; nothing where no paper is."""
    if _read(state):
        return (PicturePart("document", label(state, "tray_reading")),)
    return (PicturePart("document", label(state, "tray")),) if _laid_down(state) else ()


def _laid_down(state: Session) -> bool:
    task = state.task
    if task is None or state.stage != "slot" or task.kind not in FLOWS:
        return False
    papers = (step.document for step in FLOWS[task.kind].steps if step.document is not None)
    return any(paper.slot == state.asking for paper in papers)


def _read(state: Session) -> bool:
    return state.stage == "working" and PENDING in dict(state.pending).values()
