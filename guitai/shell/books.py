"""Takes the flows and answers a session is served by: those in use when it begins, those it began with when it is replayed."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import structlog

from guitai.dialogue import data
from guitai.dialogue.book import Book, make, shipped, unbind
from guitai.dialogue.check_book import check_files
from guitai.errors import GuitaiError
from guitai.knowledge import answers
from guitai.messages.session import SessionOpened
from guitai.shell.packs import answers_store, take_into_use
from guitai.versions import Store

T = TypeVar("T")

_log = structlog.get_logger()


def flows_store(state: Path) -> Store[Book]:
    """Return the store of flows; a version is checked again whenever it is read: a newer program may want more of it."""
    return Store(state, "flows", read_book)


@lru_cache(maxsize=2)
def read_book(data: bytes) -> Book:
    """Return the book of these bytes. Raises GuitaiError ``dialogue.mistakes``, ``dialogue.bad_book``."""
    try:
        files = unbind(data)
    except (ValueError, TypeError) as error:
        raise GuitaiError("dialogue.bad_book", reason=str(error)) from error
    if mistakes := check_files(files):
        raise GuitaiError("dialogue.mistakes", count=len(mistakes), first=str(mistakes[0]))
    return make(files)


def take_current(state: Path) -> None:
    """Serve by the flows and answers in use from now on, the shipped ones where none were chosen or none can be read."""
    take_into_use(state)
    try:
        chosen = flows_store(state).current()
    except GuitaiError as error:
        _log.warning("flows not usable, the shipped ones serve", code=error.code)
        chosen = None
    data.use(shipped() if chosen is None else chosen.content)


def take_recorded(state: Path, opened: SessionOpened) -> tuple[str, ...]:
    """Serve by the versions that were in use when a session began.

    Returns:
        What of them is not here, by kind and hash: the versions in use now stand in for it.
    """
    take_current(state)
    flows = _recorded(flows_store(state), opened.flows_hash, shipped().hash, shipped())
    pack = _recorded(answers_store(state), opened.answers_hash, answers.shipped().hash, answers.shipped())
    if flows is not None:
        data.use(flows)
    if pack is not None:
        answers.use(pack)
    named = [("flows", flows, opened.flows_hash), ("answers", pack, opened.answers_hash)]
    lost = tuple(f"{kind} {name}" for kind, found, name in named if found is None and name)
    if lost:
        _log.warning("a session goes on with other versions than it began with", lost=lost)
    return lost


def _recorded(store: Store[T], name: str, shipped_name: str, what_ships: T) -> T | None:
    if name == shipped_name:
        return what_ships
    try:
        return store.load(name)
    except GuitaiError:
        return None
