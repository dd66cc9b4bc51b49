"""Takes the knowledge pack in use from its store; the shipped one answers where none was chosen or none can be read."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import structlog

from guitai.errors import GuitaiError
from guitai.knowledge import answers
from guitai.knowledge.pack import Pack, read
from guitai.versions import Store

_log = structlog.get_logger()


def answers_store(state: Path) -> Store[Pack]:
    """Return the store of knowledge packs."""
    return Store(state, "answers", read_pack)


def take_into_use(state: Path) -> Pack:
    """Answer from the pack in use below the state folder, else from the shipped one, and return it.

    A pack that cannot be read is logged and passed over: a kiosk with a bad file must serve all the same.
    """
    try:
        chosen = answers_store(state).current()
    except GuitaiError as error:
        _log.warning("knowledge pack not usable, the shipped one answers", code=error.code)
        chosen = None
    pack = answers.shipped() if chosen is None else chosen.content
    answers.use(pack)
    return pack


@lru_cache(maxsize=2)
def read_pack(data: bytes) -> Pack:
    """Return the pack of these bytes. Raises GuitaiError ``knowledge.bad_pack``."""
    try:
        return read(data)
    except ValueError as error:
        raise GuitaiError("knowledge.bad_pack", reason=str(error)) from error
